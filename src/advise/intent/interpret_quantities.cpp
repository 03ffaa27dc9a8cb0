#include <algorithm>

#include "advise/intent/interpreter.h"
#include "advise/intent/table.h"
#include "advise/intent/value_text.h"
#include "base/money.h"

namespace penstock::intent {

namespace {

constexpr std::uint64_t kMonth = 30ULL * 86'400;

bool is_counted(const Item& item) {
    return item.kind == ItemKind::number || item.kind == ItemKind::quantity;
}

/// A whole number of seconds as the YAML form has it.
std::string period_name(std::string_view per) {
    return per == "second" ? "s" : per == "minute" ? "min" : per == "hour" ? "h" : "d";
}

bool is_period(std::string_view per) {
    return per == "second" || per == "minute" || per == "hour" || per == "day";
}

}  // namespace

/// 20-30天, 三到五百万, between 32 and 64: the upper end is what counts, but for cards.
void Interpreter::join_ranges() {
    const auto is_between = [this](std::size_t i) {
        std::size_t k = i;
        while (k > clause_begin(i) && is_filler(k - 1) && !at(k - 1).is("between")) --k;
        return (k > clause_begin(i) && at(k - 1).is("between")) ||
               (i + 3 < clause_end(i) && at(i + 3).is("between"));
    };
    for (std::size_t i = 1; i + 1 < items_.size(); ++i) {
        if (!is_counted(at(i - 1)) || !is_counted(at(i + 1))) continue;
        const bool joined = at(i - 1).clause == at(i + 1).clause &&
                            (at(i).is("range") || (at(i).is("and") && is_between(i - 1)));
        if (!joined) continue;
        low_of_[i + 1] = i - 1;
        items_[i - 1].used = true;
    }
}

void Interpreter::read_quantities() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const bool is_low = i + 2 < items_.size() && low_of_[i + 2] == i;
        if (is_low || std::ranges::find(longer_of_, i) != longer_of_.end()) continue;
        if (at(i).is("length")) read_time(i);
        if (at(i).kind == ItemKind::number) read_number(i);
        if (at(i).kind == ItemKind::quantity) read_quantity(i);
    }
}

void Interpreter::count(std::string_view slot, std::size_t i,
                        std::initializer_list<std::size_t> also) {
    const auto number = whole(at(i).number);
    if (!number) return;
    std::vector<std::size_t> from{i};
    from.insert(from.end(), also);
    say(slot, std::to_string(*number), from);
}

/// Per what a quantity is: from a word behind it, or in front of it with no other number between.
std::string Interpreter::per_of(std::size_t i, std::size_t& from) const {
    std::size_t k = after(i);
    while (k != kNone &&
           (is_at(k, "cue", "at_most") || is_at(k, "cue", "at_least") || is_at(k, "chip")))
        k = after(k);
    from = k;
    if (is_at(k, "per")) return std::string(at(k).value("per"));
    if (is_repeated(k)) return "other";
    if (k == i + 1 && !price_time(k).empty()) return std::string(price_time(k));
    // 3000 yuan a month
    if (k == i + 1 && is_at(k, "length") && at(k).value("length") == std::to_string(kMonth))
        return "month";
    const std::size_t first = low_of_[i] == kNone ? i : low_of_[i];
    for (k = before(first); k != kNone && !is_counted(at(k)); k = before(k)) {
        from = k;
        if (is_at(k, "per")) return std::string(at(k).value("per"));
    }
    if (is_repeated(k)) return "other";
    if (k != kNone && k + 1 == first && !price_time(k).empty()) {
        from = k;
        return std::string(price_time(k));
    }
    from = kNone;
    return {};
}

/// Whether a number is the most or the least: from the word in front of it or behind it.
std::string Interpreter::bound_of(std::size_t i, std::size_t& from) const {
    const std::size_t first = low_of_[i] == kNone ? i : low_of_[i];
    for (const std::size_t k : {before(first), after(i)}) {
        from = k;
        if (is_at(k, "cue", "at_most")) return "at_most";
        if (is_at(k, "cue", "at_least")) return "at_least";
    }
    const std::size_t next = after(i);
    if (is_at(next, "cue", "within") && text_of(next) != "内") return "at_most";
    from = kNone;
    return {};
}

/// 64-128张, 至少64张, 不超过4张, 64张.
void Interpreter::read_cards(std::size_t i) {
    std::size_t from = kNone;
    const std::string per = per_of(i, from);
    const std::size_t left = before(i);
    const bool beside_nodes = left != kNone && at(left).kind == ItemKind::quantity &&
                              has_unit(left, "nodes") && i - left <= 2;
    // Two 8-card servers.
    const std::size_t right = after(i);
    const bool of_nodes = right == i + 1 && has_unit(right, "nodes") &&
                          at(right).kind == ItemKind::phrase && text_of(i).contains('-');
    if (per == "node" || beside_nodes || of_nodes) return count("cards_per_node", i, {from});
    if (low_of_[i] != kNone) {
        const std::size_t larger = larger_end(i);
        count("cards_min", larger == i ? low_of_[i] : i);
        return count("cards_max", larger);
    }
    const std::string bound = bound_of(i, from);
    count(bound == "at_least"  ? "cards_min"
          : bound == "at_most" ? "cards_max"
                               : "cards",
          i, {from});
}

void Interpreter::read_rate(std::size_t i, std::string_view slot) {
    std::size_t from = kNone;
    const std::string per = per_of(i, from);
    const auto number = whole(at(i).number);
    if (!number || !is_period(per)) return;
    say(slot, std::to_string(*number) + '/' + period_name(per), {i, from});
}

void Interpreter::read_delay(std::size_t i, std::uint64_t unit_us) {
    const auto limit = whole(at(i).number, static_cast<Wide>(unit_us));
    if (!limit) return;
    std::size_t origin = kNone;
    for (const std::size_t place : origins_)
        if (at(place).clause == at(i).clause) origin = place;
    // 15ms以内，从武汉算起: else the place of the clause beside it.
    for (const std::size_t place : origins_) {
        if (origin != kNone) break;
        const std::size_t between = at(place).clause > at(i).clause
                                        ? at(place).clause - at(i).clause
                                        : at(i).clause - at(place).clause;
        if (between <= 2) origin = place;
    }
    std::string text = std::to_string(*limit) + "us";
    if (origin != kNone) text += " from " + std::string(at(origin).value("place"));
    const std::size_t both = in_clause(i, "cue", "way_round");
    const std::size_t single = in_clause(i, "cue", "way_one");
    if (both != kNone) text += " round-trip";
    if (single != kNone && both == kNone) text += " one-way";
    say("latency", text, {i, origin, both != kNone ? both : single});
}

/// 16核32G, 16 cores, 32 GB: bytes right behind cores are their memory.
bool Interpreter::follows_cores(std::size_t i) const {
    if (clause_has(i, "cue", "data") || clause_has(i, "cue", "vram")) return false;
    std::size_t k = i;
    while (k > 0 && (is_filler(k - 1) || is_at(k - 1, "and") ||
                     (at(k - 1).kind == ItemKind::phrase && has_unit(k - 1, "nodes")) ||
                     (at(k - 1).kind == ItemKind::pause && !at(k - 1).strong_pause)))
        --k;
    return k > 0 && has_unit(k - 1, "cores");
}

void Interpreter::read_bytes(std::size_t i, Wide unit) {
    const auto bytes = whole(at(i).number, unit);
    std::size_t from = kNone;
    if (!bytes || per_of(i, from) == "core") return;
    const std::size_t left = before(i);
    const std::size_t right = after(i);
    const bool memory = clause_has(i, "cue", "memory");
    bool cores = false;
    bool cards = false;
    for (std::size_t k = clause_begin(i); k < clause_end(i); ++k) {
        cores = cores || (at(k).kind == ItemKind::quantity && has_unit(k, "cores"));
        cards = cards || at(k).is("chip") || at(k).value("set").starts_with("chip_origin") ||
                has_unit(k, "cards");
    }
    const bool beside_chip = is_at(left, "chip") && !is_at(right, "cue", "data");
    std::string_view slot = "data_size";
    const bool right_behind_chip = i > 0 && is_at(i - 1, "chip");
    const bool of_host =
        !right_behind_chip && (clause_has(i, "cue", "host_memory") || follows_cores(i));
    if (clause_has(i, "cue", "vram") || (beside_chip && !of_host)) {
        slot = "card_memory";
    } else if (of_host) {
        slot = "memory";
    } else if (memory) {
        slot = cards && !cores ? "card_memory" : "memory";
    }
    say(slot, std::to_string(*bytes) + 'B', {i});
}

void Interpreter::read_percent(std::size_t i) {
    const std::string text = [this, i] {
        const auto hundredths = whole(at(i).number, 10'000);
        return hundredths ? *quotient_text(*hundredths, 10'000, 4) + '%' : std::string();
    }();
    if (text.empty()) return;
    const std::size_t available = in_clause(i, "cue", "availability");
    const std::size_t green = in_clause(i, "cue", "green");
    if (available != kNone) return say("availability", text, {i, available});
    if (green != kNone) return say("green_share", text, {i, green});
    read_weights(i);
}

/// "at most", "within" and what is spent, in the clause of a number that has no unit.
bool Interpreter::is_limited(std::size_t i) const {
    std::size_t from = kNone;
    return !bound_of(i, from).empty() || is_at(after(i), "cue", "within") ||
           clause_has(i, "cue", "at_most");
}

/// 70B, 1T: what is counted is said beside it, or are parameters.
bool Interpreter::read_letter_number(std::size_t i) {
    if (at(i).magnitude != Magnitude::letter_b && at(i).magnitude != Magnitude::letter_t)
        return false;
    const std::size_t left = before(i);
    const std::size_t right = after(i);
    const bool active = is_at(left, "cue", "active") || is_at(right, "cue", "active");
    const bool corpus = is_at(left, "cue", "data") || is_at(left, "cue", "corpus") ||
                        is_at(left, "cue", "tokens") || has_unit(left, "tokens");
    const bool model = is_at(left, "cue", "params") || is_at(right, "cue", "params") ||
                       is_at(left, "cue", "scale") || is_at(right, "model") || is_at(left, "model");
    const bool letter_b = at(i).magnitude == Magnitude::letter_b;
    const bool memory = !letter_b && !corpus && clause_has(i, "cue", "host_memory");
    if (memory) return read_bytes(i, 1), true;
    if (active) {
        count("active_parameters", i, {is_at(left, "cue", "active") ? left : right});
    } else if (corpus) {
        count("tokens", i, {left});
    } else if (letter_b || model) {
        count("parameters", i);
    } else {
        return false;
    }
    return true;
}

/// At least 32 and at most 64 cards: the unit stands behind the other bound.
bool Interpreter::is_bound_of_cards(std::size_t i) const {
    std::size_t from = kNone;
    const std::size_t joint = after(i);
    if (bound_of(i, from) != "at_least" || !is_at(joint, "and")) return false;
    const std::size_t bound = after(joint);
    if (!is_at(bound, "cue", "at_most")) return false;
    const std::size_t other = after(bound);
    return other != kNone && at(other).kind == ItemKind::quantity && has_unit(other, "cards");
}

/// A number whose meaning stands beside it: 2048 H800, H800×2048, QPS 200, PUE 1.2, CNY 80k.
bool Interpreter::read_number_by_neighbour(std::size_t i) {
    const std::size_t left = before(i);
    const std::size_t right = after(i);
    if (const std::size_t pue = in_clause(i, "cue", "pue"); pue != kNone && pue < i) {
        if (const auto milli = whole(at(i).number, 1'000))
            say("pue", *quotient_text(*milli, 1'000, 3), {pue, i});
        return true;
    }
    // token是1万亿, 参数700亿
    if (has_unit(left, "tokens") || is_at(left, "cue", "corpus"))
        return count("tokens", i, {left}), true;
    if (is_at(left, "cue", "active")) return count("active_parameters", i, {left}), true;
    if (is_at(left, "cue", "params")) return count("parameters", i, {left}), true;
    for (std::size_t k = left; k != kNone && !is_counted(at(k)); k = before(k)) {
        if (at(k).is("chip") || at(k).is("neg")) break;
        if (has_unit(k, "qps")) {
            if (const auto number = whole(at(i).number))
                say("request_rate", std::to_string(*number) + "/s", {k, i});
            return true;
        }
        if (has_unit(k, "cards") && !is_at(k, "set")) return read_cards(i), true;
        if (has_unit(k, "money")) break;
    }
    if (has_unit(left, "cores") && at(left).kind == ItemKind::phrase)
        return count("cores", i, {left}), true;
    if (has_unit(left, "money") && at(left).kind == ItemKind::phrase) {
        const auto parts = split(at(left).value("unit"), ':');
        return read_money(i, parts[1], kMicrosPerUnit), true;
    }
    if (is_at(right, "chip") || (is_at(left, "chip") && at(i).magnitude == Magnitude::none)) {
        return read_cards(i), true;
    }
    if (is_bound_of_cards(i)) return read_cards(i), true;
    // Four 16-core servers.
    std::size_t noun = right;
    while (noun != kNone && at(noun).kind == ItemKind::quantity &&
           (has_unit(noun, "cores") || has_unit(noun, "cards") || has_unit(noun, "bytes")))
        noun = after(noun);
    if (noun != kNone && noun != right && has_unit(noun, "nodes") &&
        at(noun).kind == ItemKind::phrase)
        return count("nodes", i, {noun}), true;
    // 200 domestic cards, 10,000 certified GPUs: the unit follows an adjective.
    for (std::size_t k = right; k != kNone && k - i <= 4; k = after(k)) {
        if (is_counted(at(k)) || at(k).is("cue", "budget")) break;
        if (at(k).kind != ItemKind::phrase) continue;
        if (has_unit(k, "cards")) return read_cards(i), true;
        if (has_unit(k, "params")) return count("parameters", i, {k}), true;
    }
    return false;
}

void Interpreter::read_number(std::size_t i) {
    if (!at(i).currency.empty()) return read_money(i, at(i).currency, kMicrosPerUnit);
    if (is_at(before(i), "neg") && at(before(i)).clause == at(i).clause) {
        items_[i].used = true;
        return;
    }
    if (read_letter_number(i) || read_number_by_neighbour(i)) return;
    const bool spends = clause_has(i, "cue", "budget") || clause_has(i, "cue", "price");
    const bool large = at(i).magnitude == Magnitude::other;
    // 每月2000, 30 an hour; of a service it may be requests.
    std::size_t from = kNone;
    const std::string per = per_of(i, from);
    const bool pays = per == "month" || (per == "hour" && reading_.intent().workload() !=
                                                              v1::WORKLOAD_CLASS_ONLINE_SERVICE);
    if (pays || spends || (large && is_limited(i))) {
        note("'" + text_of(i) + "' has no currency; CNY was taken.");
        return read_money(i, "CNY", kMicrosPerUnit);
    }
    const bool needed = i > 0 && at(i - 1).is("cue", "need");
    const bool has_chips =
        std::ranges::any_of(items_, [](const Item& item) { return item.is("chip"); });
    if (needed && has_chips && reading_.intent().cards() == 0) read_cards(i);
}

void Interpreter::read_quantity(std::size_t i) {
    // 不是700亿token: what is denied gives nothing.
    if (is_at(before(i), "neg")) {
        items_[i].used = true;
        return;
    }
    const auto parts = split(at(i).value("unit"), ':');
    const std::string& dimension = parts[0];
    const auto factor = [&]() -> Wide { return *whole(*parse_decimal_number(parts.back())); };
    if (dimension == "money") {
        const auto unit = whole(*parse_decimal_number(parts[2]), kMicrosPerUnit);
        return read_money(i, at(i).currency.empty() ? parts[1] : at(i).currency, *unit);
    }
    if (!at(i).currency.empty()) return read_money(i, at(i).currency, kMicrosPerUnit);
    if (dimension == "time") return read_time(i);
    if (dimension == "ms") return read_delay(i, static_cast<std::uint64_t>(factor()));
    if (dimension == "bytes") return read_bytes(i, factor());
    if (dimension == "percent") return read_percent(i);
    if (dimension == "cards") return read_cards(i);
    if (dimension == "cores") {
        const std::size_t left = before(i);
        const bool is_named = has_unit(left, "cores") && at(left).kind == ItemKind::phrase;
        return count("cores", i, {is_named ? left : kNone});
    }
    if (dimension == "nodes" || dimension == "frames") return count(dimension, i);
    if (dimension == "requests") return read_rate(i, "request_rate");
    if (dimension == "active") return count("active_parameters", i);
    if (dimension == "params") {
        const std::size_t left = before(i);
        return count(is_at(left, "cue", "active") ? "active_parameters" : "parameters", i);
    }
    if (dimension == "tokens") {
        std::size_t from = kNone;
        if (is_period(per_of(i, from))) return read_rate(i, "token_rate");
        return count("tokens", i);
    }
    if (dimension == "flops" && at(i).number.digits < 1'000'000'000'000'000'000) {
        const auto digits = static_cast<std::uint64_t>(at(i).number.digits);
        return say("flops", std::to_string(digits) + 'e' + std::to_string(at(i).number.exponent),
                   {i});
    }
    const auto number = whole(at(i).number, dimension == "kg" ? factor() : 1);
    if (!number) return;
    if (dimension == "qps") say("request_rate", std::to_string(*number) + "/s", {i});
    if (dimension == "g_per_kwh") say("carbon_intensity", std::to_string(*number) + " g/kWh", {i});
    if (dimension == "kg" && clause_has(i, "cue", "carbon"))
        say("carbon_total", std::to_string(*number) + " kg", {i});
}

}  // namespace penstock::intent

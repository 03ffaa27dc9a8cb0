#include <algorithm>

#include "advise/intent/interpreter.h"
#include "advise/intent/table.h"
#include "advise/intent/value_text.h"

namespace penstock::intent {

namespace {

constexpr std::uint64_t kMonth = 30ULL * 86'400;
constexpr std::uint64_t kYear = 365ULL * 86'400;
constexpr std::uint64_t kSecondsMax = 1'000 * kYear;  // No slot has as much.

bool is_counted(const Item& item) {
    return item.kind == ItemKind::number || item.kind == ItemKind::quantity;
}

}  // namespace

/// Whether a time is one of many: 每2小时, per half hour, 每天8小时, 8 hours a day.
bool Interpreter::is_repeated(std::size_t i) const {
    if (i == kNone || at(i).kind != ItemKind::quantity || !has_unit(i, "time") || i == 0)
        return false;
    const bool daily =
        is_at(i - 1, "per", "day") ||
        (i + 1 < items_.size() && is_at(i + 1, "per", "day") && at(i + 1).clause == at(i).clause) ||
        (i > 1 && is_at(i - 1, "cue", "duration") && is_at(i - 2, "per", "day") &&
         text_of(i - 2).starts_with("每"));
    if (daily) return true;
    const std::string left = text_of(i - 1);
    return left.ends_with("每") || left == "per" || left == "every" || left == "each" ||
           left == "/";
}

/// Of a quantity of time; nothing for what no slot may hold.
std::optional<std::uint64_t> Interpreter::seconds_of(std::size_t i) const {
    for (const Meaning& meaning : at(i).meanings) {
        if (meaning.kind != "unit" || !meaning.value.starts_with("time:")) continue;
        const auto unit = whole(*parse_decimal_number(split(meaning.value, ':').back()));
        const auto total = whole(at(i).number, *unit);
        if (!total || *total > kSecondsMax) return std::nullopt;
        // Half a year is 180 days, whatever a year has.
        const std::uint64_t half = *unit == kYear ? 6 * kMonth : *unit / 2;
        return at(i).and_half ? *total + half : *total;
    }
    return std::nullopt;
}

/// 1小时30分钟, 2 days and 12 hours: one length.
void Interpreter::join_lengths() {
    const auto unit = [this](std::size_t i) -> std::uint64_t {
        if (at(i).kind != ItemKind::quantity || !has_unit(i, "time")) return 0;
        return *whole(*parse_decimal_number(split(at(i).value("unit"), ':').back()));
    };
    for (std::size_t i = 0; i + 1 < items_.size(); ++i) {
        const std::size_t k = is_at(i + 1, "and") ? i + 2 : i + 1;
        if (k >= items_.size() || at(i).clause != at(k).clause || unit(i) == 0 || unit(k) == 0)
            continue;
        const auto shorter = seconds_of(k);
        if (at(i).and_half || !shorter || *shorter >= unit(i) || low_of_[k] != kNone) continue;
        longer_of_[k] = i;
    }
}

void Interpreter::read_time(std::size_t i) {
    std::optional<std::uint64_t> total =
        at(i).is("length") ? whole(*parse_decimal_number(at(i).value("length"))) : seconds_of(i);
    const std::size_t longer = longer_of_[i];
    if (total && longer != kNone) total = *total + seconds_of(longer).value_or(0);
    if (!total || *total == 0) return;
    if (!price_time(i).empty()) return;
    if (is_repeated(i)) {
        items_[i - 1].used = false;
        if (i + 1 < items_.size() && is_at(i + 1, "per", "day")) items_[i + 1].used = false;
        return;
    }
    const std::size_t left = before(low_of_[i] == kNone ? i : low_of_[i]);
    const std::size_t right = after(i);
    // A month behind an amount is what it is paid for.
    if (at(i).is("length") && left != kNone && left + 1 == i && is_counted(at(left)) &&
        text_of(i).starts_with("a "))
        return;
    const bool done = is_at(right, "cue", "within");
    const bool runs = is_at(left, "cue", "duration") || is_at(right, "cue", "duration");
    const bool within = is_at(left, "cue", "within") || is_at(left, "cue", "in");
    const bool any_done = clause_has(i, "cue", "within");
    const bool any_runs = clause_has(i, "cue", "duration");
    const v1::Intent& intent = reading_.intent();
    // A service has no end by itself.
    const bool serves = intent.workload() == v1::WORKLOAD_CLASS_ONLINE_SERVICE;
    const bool counted =
        !serves && (finite_ || intent.tokens() != 0 || intent.parameters() != 0 ||
                    intent.peta_flops() != 0 || (intent.has_budget() && intent.cards() == 0));
    const bool limit = done                 ? true
                       : runs               ? false
                       : within || any_done ? true
                       : any_runs           ? false
                                            : counted;
    const bool job = limit || (!runs && !any_runs && finite_);
    say(job ? "within" : "duration", seconds_text(*total),
        {longer, i,
         done             ? right
         : within || runs ? left
                          : kNone});
}

}  // namespace penstock::intent

#include "advise/recommend/relax.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "advise/intent/slots.h"
#include "advise/recommend/order.h"
#include "advise/recommend/recommend.h"
#include "advise/recommend/slot_names.h"
#include "base/try.h"

namespace penstock::recommend {

namespace {

using format::Language;
using Relaxation = v1::Recommendation::Relaxation;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// How a slot is loosened.
enum class Way : std::uint8_t {
    left_out,
    least,  ///< The least value that suffices is proposed.
    most,   ///< For capacity to be had as it is, the most that there is.
};

/// Slots that may be loosened, together; those that were said are named.
struct Loose {
    std::vector<std::string> slots;
    Way way = Way::left_out;
};

const std::vector<Loose>& all_loose() {
    static const std::vector<Loose> kAll{{{"within"}, Way::least},
                                         {{"deadline"}, Way::least},
                                         {{"budget"}, Way::least},
                                         {{"budget_per_month"}, Way::least},
                                         {{"carbon_total"}, Way::least},
                                         {{"unit_price"}},
                                         {{"latency"}},
                                         {{"cards", "nodes", "cards_min"}, Way::most},
                                         {{"cores"}, Way::most},
                                         {{"memory"}, Way::most},
                                         {{"duration"}, Way::most},
                                         {{"cards_max"}},
                                         {{"cards_per_node"}},
                                         {{"precision"}},
                                         {{"chips"}},
                                         {{"chip_origin"}},
                                         {{"chips_excluded"}},
                                         {{"chips_certified"}},
                                         {{"card_memory"}},
                                         {{"places"}},
                                         {{"places_excluded"}},
                                         {{"interruption"}},
                                         {{"green_share"}},
                                         {{"carbon_intensity"}},
                                         {{"pue"}},
                                         {{"availability"}},
                                         {{"suppliers_certified"}}};
    return kAll;
}

bool has(const v1::Intent& intent, std::string_view name) {
    const intent::Slot* slot = intent::find_slot(name);
    return slot != nullptr && !intent::slot_values(intent, *slot).empty();
}

void leave_out(v1::Intent& intent, const Loose& loose) {
    for (const std::string& name : loose.slots) {
        const intent::Slot* slot = intent::find_slot(name);
        if (slot == nullptr) continue;
        intent.GetReflection()->ClearField(&intent, intent::field_of(*slot));
    }
}

std::string values(const v1::Intent& intent, std::string_view name,
                   Language language = Language::english) {
    std::string out;
    for (const std::string& value : intent::slot_values(intent, *intent::find_slot(name)))
        out += (out.empty() ? "" : ", ") + slot_value(name, value, language);
    return out;
}

/// What there is for a changed intent.
struct Outcome {
    Options options;
    Currency currency;

    double least(v1::Goal goal) const {
        double value = kInfinity;
        for (const Option& option : options.all) value = std::min(value, option.merits.of(goal));
        return value;
    }
};

/// How many cards, or cores, anybody ever has free.
std::uint32_t most_ever_free(const Query& query) {
    std::uint32_t most = 0;
    for (const Offer& offer : query.market.offers) {
        if (offer.resource == query.need.resource) most = std::max(most, cards_ever_free(offer));
    }
    return most;
}

/// Plans changed intents, kPlanningsMax of them.
class Planner {
  public:
    explicit Planner(const Query& query) : query_(query) {}

    const Query& query() const { return query_; }
    /// Whether one more was asked for than are allowed: what was found since does not count.
    bool is_used_up() const { return count_ > kPlanningsMax; }

    /// Without options where the intent says too little, or nothing is left of the allowance.
    Result<Outcome> outcome_of(const v1::Intent& intent) {
        const auto need = need_of(intent, query_.estimator);
        // Without a slot it may be something else that is asked for, such as cards instead of
        // cores.
        if (!need || need->resource != query_.need.resource) return Outcome();
        auto changed = query_of(query_.market, query_.estimator, intent, *need, query_.now);
        if (!changed) return Outcome();
        if (++count_ > kPlanningsMax) return Outcome();
        changed->counts_months = query_.budget_per_month.has_value();
        TRY_ASSIGN(const Screen screen, Screen::make(*changed));
        return Outcome{.options = find(*changed, screen).options, .currency = changed->currency};
    }

  private:
    const Query& query_;
    unsigned count_ = 0;
};

/// Sets the slot to the least that lets something of what was found through.
/// @return How much that is, of what was asked for; infinite where nothing helps.
double tighten(const Query& query, const Outcome& outcome, const std::string& slot,
               v1::Intent& intent) {
    const auto ratio = [](double needed, double asked) {
        return needed / std::max(asked, 1.0) - 1;
    };
    const auto micros = [](const v1::Money& money) { return static_cast<double>(money.micros()); };
    const auto set = [&](v1::Money& money, double value) {
        money.set_currency(std::string(outcome.currency.text()));
        money.set_micros(up_to_fen(value));
    };
    const double seconds = std::ceil(outcome.least(v1::GOAL_TIME) / 3'600) * 3'600;
    if (slot == "within") {
        const double before = std::floor(hours_between(query.now, query.start) * 3'600);
        intent.set_within_seconds(static_cast<std::int64_t>(seconds - before));
        return ratio(seconds, hours_between(query.now, *query.deadline) * 3'600);
    }
    if (slot == "deadline") {
        // A full hour, as people say it.
        constexpr std::int64_t kHourNs = 3'600'000'000'000;
        const Instant end = query.now + hours_long(seconds / 3'600);
        intent.set_deadline_ns((end.ns + kHourNs - 1) / kHourNs * kHourNs);
        return ratio(seconds, hours_between(query.now, *query.deadline) * 3'600);
    }
    if (slot == "budget") {
        double cost = kInfinity;
        for (const Option& option : outcome.options.all) {
            if (option.merits.cost >= cost) continue;
            const auto legs = outcome.options.legs_of(option);
            cost = std::min(cost, static_cast<double>(least_budget(query, option, legs)));
        }
        set(*intent.mutable_budget(), cost);
        return ratio(cost, micros(query.intent.budget()));
    }
    if (slot == "budget_per_month") {
        double cost = kInfinity;
        for (const Option& option : outcome.options.all)
            cost = std::min(cost, option.merits.cost_per_month);
        set(*intent.mutable_budget_per_month(), cost);
        return ratio(cost, micros(query.intent.budget_per_month()));
    }
    if (slot == "carbon_total") {
        const double kilograms = std::ceil(outcome.least(v1::GOAL_CARBON) / 1'000);
        if (!std::isfinite(kilograms)) return kInfinity;
        intent.set_carbon_total_kg(static_cast<std::uint64_t>(kilograms));
        return ratio(kilograms, static_cast<double>(query.intent.carbon_total_kg()));
    }
    return 1;
}

/// The number that a slot holds.
class Number {
  public:
    explicit Number(std::string_view slot) : field_(intent::field_of(*intent::find_slot(slot))) {}

    std::uint64_t of(const v1::Intent& intent) const {
        const auto* const reflection = intent.GetReflection();
        if (is_small()) return reflection->GetUInt32(intent, field_);
        if (is_signed()) return static_cast<std::uint64_t>(reflection->GetInt64(intent, field_));
        return reflection->GetUInt64(intent, field_);
    }
    void set(v1::Intent& intent, std::uint64_t value) const {
        const auto* const reflection = intent.GetReflection();
        if (is_small())
            reflection->SetUInt32(&intent, field_, static_cast<std::uint32_t>(value));
        else if (is_signed())
            reflection->SetInt64(&intent, field_, static_cast<std::int64_t>(value));
        else
            reflection->SetUInt64(&intent, field_, value);
    }

  private:
    using Field = google::protobuf::FieldDescriptor;
    bool is_small() const { return field_->cpp_type() == Field::CPPTYPE_UINT32; }
    bool is_signed() const { return field_->cpp_type() == Field::CPPTYPE_INT64; }

    const Field* field_;
};

/// In what steps a number is looked for: fine enough for who asked for so much.
std::uint64_t step_of(std::string_view slot, std::uint64_t asked) {
    constexpr std::uint64_t kDay = 86'400;
    constexpr std::uint64_t kGigabyte = 1'000'000'000;
    if (slot == "duration") return asked > kDay ? 3'600 : 60;
    if (slot == "memory") return asked > kGigabyte ? kGigabyte : 1'000'000;
    return 1;
}

/// Sets the first of the slots that was said to the most, below what was asked, with which there is
/// a plan, and clears the others; leaves all of them out where there is none.
/// @return How much less that is, of itself.
Result<double> lower(Planner& planner, const Loose& loose, v1::Intent& intent) {
    const Query& query = planner.query();
    const auto slot = std::ranges::find_if(
        loose.slots, [&](const std::string& one) { return has(query.intent, one); });
    const Number number(*slot);
    const std::uint64_t asked = number.of(query.intent);
    const std::uint64_t step = step_of(*slot, asked);
    leave_out(intent, loose);
    const auto has_plan = [&](std::uint64_t steps) -> Result<bool> {
        v1::Intent proposed = intent;
        number.set(proposed, steps * step);
        TRY_ASSIGN(const Outcome outcome, planner.outcome_of(proposed));
        return !outcome.options.all.empty();
    };
    std::uint64_t most = (asked + step - 1) / step - 1;
    if (step == 1) most = std::min<std::uint64_t>(most, most_ever_free(query));
    if (most == 0) return 1;
    // All that there is may do where little does not: memory is of all cores together.
    TRY_ASSIGN(const bool is_most_enough, has_plan(most));
    std::uint64_t enough = is_most_enough ? most : 0;
    if (!is_most_enough) {
        TRY_ASSIGN(const bool is_least_enough, has_plan(1));
        enough = is_least_enough ? 1 : 0;
    }
    std::uint64_t too_many = enough == 1 ? most : enough;
    while (too_many > enough + 1) {
        const std::uint64_t middle = enough + (too_many - enough) / 2;
        TRY_ASSIGN(const bool is_enough, has_plan(middle));
        (is_enough ? enough : too_many) = middle;
    }
    if (enough == 0) return 1;
    number.set(intent, enough * step);
    return static_cast<double>(asked) / static_cast<double>(enough * step) - 1;
}

/// Names the slots of one entry that were said, with what to say instead.
void describe(const Query& query, const Loose& loose, const v1::Intent& proposed, Relaxation& out) {
    for (const std::string& slot : loose.slots) {
        if (!has(query.intent, slot)) continue;
        const std::string was = values(query.intent, slot);
        const std::string value = has(proposed, slot) ? values(proposed, slot) : "";
        const bool is_first = out.slot().empty();
        const std::string blank = is_first ? "" : " ";
        out.set_slot(out.slot() + blank + slot);
        out.set_value(is_first || value.empty() ? out.value() + value
                                                : out.value() + blank + value);
        auto& text = *out.mutable_text();
        text.set_english(text.english() + (is_first ? "" : " and ") +
                         (value.empty() ? "without " + slot + " (" + was + ")"
                                        : "with " + slot + " " + value + " instead of " + was));
        const std::string name(slot_name(slot, Language::chinese));
        const std::string was_chinese = values(query.intent, slot, Language::chinese);
        text.set_chinese(text.chinese() + (is_first ? "" : "，并") +
                         (value.empty() ? "不限" + name + "（" + was_chinese + "）"
                                        : name + "由 " + was_chinese + " 改为 " +
                                              values(proposed, slot, Language::chinese)));
    }
}

/// The intent with these left out, or with what suffices; nothing where there is no plan even so.
/// @param change  Set to how much that asks for.
Result<std::optional<Relaxation>> without(Planner& planner, std::span<const Loose* const> loose,
                                          double& change) {
    const Query& query = planner.query();
    v1::Intent proposed = query.intent;
    const bool has_fixed_hours = query.need.has_fixed_hours();
    change = 0;
    for (const Loose* one : loose) leave_out(proposed, *one);
    // Where an estimate tells how many cards help, any number will do.
    const auto is_lowered = [&](const Loose* one) {
        return one->way == Way::most && has_fixed_hours;
    };
    for (const Loose* one : loose) {
        if (!is_lowered(one)) continue;
        TRY_ASSIGN(const double by, lower(planner, *one, proposed));
        change += by;
    }
    TRY_ASSIGN(Outcome outcome, planner.outcome_of(proposed));
    Relaxation out;
    for (const Loose* one : loose) {
        if (outcome.options.all.empty()) return std::nullopt;
        if (!is_lowered(one)) {
            const double by = tighten(query, outcome, one->slots.front(), proposed);
            if (!std::isfinite(by)) return std::nullopt;
            change += by;
        }
        describe(query, *one, proposed, out);
        // The next is loosened for what this one lets through; and what is proposed was tried out.
        if (one->way != Way::least) continue;
        TRY_ASSIGN(outcome, planner.outcome_of(proposed));
    }
    if (outcome.options.all.empty()) return std::nullopt;
    out.mutable_cost()->set_currency(std::string(outcome.currency.text()));
    out.mutable_cost()->set_micros(up_to_fen(outcome.least(v1::GOAL_PRICE)));
    return out;
}

}  // namespace

Result<Relaxations> relaxations(const Query& query) {
    std::vector<const Loose*> said;
    for (const Loose& loose : all_loose()) {
        if (std::ranges::any_of(loose.slots,
                                [&](const std::string& slot) { return has(query.intent, slot); }))
            said.push_back(&loose);
    }
    Planner planner(query);
    std::vector<std::pair<double, Relaxation>> found;
    const auto add = [&](std::span<const Loose* const> loose) -> Result<void> {
        if (planner.is_used_up()) return {};
        double change = 0;
        TRY_ASSIGN(auto one, without(planner, loose, change));
        if (one && !planner.is_used_up()) found.emplace_back(change, *std::move(one));
        return {};
    };
    for (const Loose* one : said) TRY(add({&one, 1}));
    for (std::size_t i = 0; found.empty() && i < said.size(); ++i) {
        for (std::size_t j = i + 1; j < said.size(); ++j) TRY(add(std::array{said[i], said[j]}));
    }
    std::ranges::stable_sort(found, {}, &std::pair<double, Relaxation>::first);
    Relaxations out{.found = {}, .is_cut_short = planner.is_used_up()};
    for (auto& [change, one] : found) out.found.push_back(std::move(one));
    return out;
}

}  // namespace penstock::recommend

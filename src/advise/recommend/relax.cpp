#include "advise/recommend/relax.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "advise/intent/slots.h"
#include "advise/recommend/recommend.h"
#include "base/try.h"

namespace penstock::recommend {

namespace {

using Relaxation = v1::Recommendation::Relaxation;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A slot that may be loosened.
struct Loose {
    std::vector<std::string> slots;  ///< Left out together; those that were said are named.
    bool is_number = false;          ///< Then the least value that suffices is proposed.
};

const std::vector<Loose>& all_loose() {
    static const std::vector<Loose> kAll{{{"within"}, true},
                                         {{"deadline"}, true},
                                         {{"budget"}, true},
                                         {{"budget_per_month"}, true},
                                         {{"carbon_total"}, true},
                                         {{"unit_price"}, false},
                                         {{"latency"}, false},
                                         {{"cards", "nodes", "cards_min"}, false},
                                         {{"cards_max"}, false},
                                         {{"chips"}, false},
                                         {{"chip_origin"}, false},
                                         {{"chips_excluded"}, false},
                                         {{"chips_certified"}, false},
                                         {{"card_memory"}, false},
                                         {{"places"}, false},
                                         {{"places_excluded"}, false},
                                         {{"interruption"}, false},
                                         {{"green_share"}, false},
                                         {{"carbon_intensity"}, false},
                                         {{"pue"}, false},
                                         {{"availability"}, false},
                                         {{"suppliers_certified"}, false}};
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

std::string values(const v1::Intent& intent, std::string_view name) {
    std::string out;
    for (const std::string& value : intent::slot_values(intent, *intent::find_slot(name)))
        out += (out.empty() ? "" : ", ") + value;
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

/// Without options where the intent says too little.
Result<Outcome> outcome_of(const Query& query, const v1::Intent& intent) {
    const auto need = need_of(intent, query.estimator);
    if (!need) return Outcome();
    auto changed = query_of(query.market, query.estimator, intent, *need, query.now);
    if (!changed) return Outcome();
    changed->counts_months = query.budget_per_month.has_value();
    TRY_ASSIGN(const Screen screen, Screen::make(*changed));
    return Outcome{.options = find(*changed, screen).options, .currency = changed->currency};
}

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
            const auto legs = outcome.options.legs_of(option);
            cost = std::min(cost, option.merits.cost + rounding_of(query, legs));
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
        text.set_chinese(text.chinese() + (is_first ? "" : "，并") +
                         (value.empty() ? "不限 " + slot + "（" + was + "）"
                                        : slot + " 由 " + was + " 放宽到 " + value));
    }
}

/// The intent with these left out, or with the least that suffices; nothing where there is no plan
/// even so.
/// @param change  Set to how much that asks for.
Result<std::optional<Relaxation>> without(const Query& query, std::span<const Loose* const> loose,
                                          double& change) {
    v1::Intent proposed = query.intent;
    for (const Loose* one : loose) leave_out(proposed, *one);
    TRY_ASSIGN(Outcome outcome, outcome_of(query, proposed));
    Relaxation out;
    change = 0;
    for (const Loose* one : loose) {
        if (outcome.options.all.empty()) return std::nullopt;
        const double by = tighten(query, outcome, one->slots.front(), proposed);
        if (!std::isfinite(by)) return std::nullopt;
        change += by;
        describe(query, *one, proposed, out);
        // The next is loosened for what this one lets through; and what is proposed was tried out.
        if (!one->is_number) continue;
        TRY_ASSIGN(outcome, outcome_of(query, proposed));
    }
    if (outcome.options.all.empty()) return std::nullopt;
    out.mutable_cost()->set_currency(std::string(outcome.currency.text()));
    out.mutable_cost()->set_micros(up_to_fen(outcome.least(v1::GOAL_PRICE)));
    return out;
}

}  // namespace

Result<std::vector<Relaxation>> relaxations(const Query& query) {
    std::vector<const Loose*> said;
    for (const Loose& loose : all_loose()) {
        if (std::ranges::any_of(loose.slots,
                                [&](const std::string& slot) { return has(query.intent, slot); }))
            said.push_back(&loose);
    }
    std::vector<std::pair<double, Relaxation>> found;
    const auto add = [&](std::span<const Loose* const> loose) -> Result<void> {
        double change = 0;
        TRY_ASSIGN(auto one, without(query, loose, change));
        if (one) found.emplace_back(change, *std::move(one));
        return {};
    };
    for (const Loose* one : said) TRY(add({&one, 1}));
    for (std::size_t i = 0; found.empty() && i < said.size(); ++i) {
        for (std::size_t j = i + 1; j < said.size(); ++j) TRY(add(std::array{said[i], said[j]}));
    }
    std::ranges::stable_sort(found, {}, &std::pair<double, Relaxation>::first);
    std::vector<Relaxation> out;
    for (auto& [change, one] : found) out.push_back(std::move(one));
    return out;
}

}  // namespace penstock::recommend

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
    std::vector<std::string> slots;  ///< Left out together; the first is named.
    bool is_number = false;          ///< Then the least value that suffices is proposed.
};

const std::vector<Loose>& all_loose() {
    static const std::vector<Loose> kAll{{{"within", "deadline"}, true},
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

/// What is proposed, and how large a change that is.
struct Proposal {
    v1::Intent intent;
    double change = 0;
};

/// Sets the slot to the least that lets something of what was found through.
/// @return How much that is, of what was asked for; infinite where nothing helps.
double tighten(const Query& query, const Found& found, const std::string& slot,
               const std::string& currency, v1::Intent& intent) {
    const auto ratio = [](double needed, double asked) { return needed / asked - 1; };
    const auto least = [&](v1::Goal goal) {
        double value = kInfinity;
        for (const Option& option : found.options.all)
            value = std::min(value, option.merits.of(goal));
        return value;
    };
    if (slot == "within") {
        const double seconds = std::ceil(least(v1::GOAL_TIME) / 3'600) * 3'600;
        const double asked = hours_between(query.now, *query.deadline) * 3'600;
        intent.set_within_seconds(static_cast<std::int64_t>(
            seconds - std::floor(hours_between(query.now, query.start) * 3'600)));
        return ratio(seconds, std::max(asked, 1.0));
    }
    if (slot == "budget") {
        const std::int64_t micros = up_to_fen(least(v1::GOAL_PRICE));
        intent.mutable_budget()->set_currency(currency);
        intent.mutable_budget()->set_micros(micros);
        return ratio(static_cast<double>(micros),
                     static_cast<double>(query.intent.budget().micros()));
    }
    if (slot == "budget_per_month") {
        double value = kInfinity;
        for (const Option& option : found.options.all) {
            double hours = 0;
            for (const Leg& leg : found.options.legs_of(option)) hours = std::max(hours, leg.hours);
            value = std::min(value, option.merits.cost / std::max(1.0, hours / 720));
        }
        intent.mutable_budget_per_month()->set_currency(currency);
        intent.mutable_budget_per_month()->set_micros(up_to_fen(value));
        return ratio(value, static_cast<double>(query.intent.budget_per_month().micros()));
    }
    if (slot == "carbon_total") {
        const double kilograms = std::ceil(least(v1::GOAL_CARBON) / 1'000);
        if (!std::isfinite(kilograms)) return kInfinity;
        intent.set_carbon_total_kg(static_cast<std::uint64_t>(kilograms));
        return ratio(kilograms, static_cast<double>(query.intent.carbon_total_kg()));
    }
    return 1;
}

/// What there is for a changed intent; nothing where it says too little.
Result<Found> find_for(const Query& query, const v1::Intent& intent) {
    const auto need = need_of(intent, query.estimator);
    if (!need) return Found();
    const auto changed = query_of(query.market, query.estimator, intent, *need, query.now);
    if (!changed) return Found();
    TRY_ASSIGN(const Screen screen, Screen::make(*changed));
    Found found = find(*changed, screen);
    // Works of chips live no longer than the screen.
    for (Candidate& one : found.candidates) one.work = nullptr;
    return found;
}

/// The intent with these left out, or with the least that suffices; nothing where there is no plan
/// even so.
Result<std::optional<Relaxation>> without(const Query& query, std::span<const Loose* const> loose,
                                          double& change) {
    v1::Intent open = query.intent;
    for (const Loose* one : loose) leave_out(open, *one);
    TRY_ASSIGN(const Found found, find_for(query, open));
    if (found.options.all.empty()) return std::nullopt;
    const std::string currency(found.candidates.front().offer->currency.text());
    v1::Intent proposed = open;
    Relaxation out;
    change = 0;
    for (const Loose* one : loose) {
        const std::string& slot = one->slots.front();
        // The next is loosened for what the ones before it let through.
        TRY_ASSIGN(const Found now, find_for(query, proposed));
        if (now.options.all.empty()) return std::nullopt;
        const double by = tighten(query, now, slot, currency, proposed);
        if (!std::isfinite(by)) return std::nullopt;
        change += by;
        const std::string value =
            one->is_number && has(proposed, slot) ? values(proposed, slot) : "";
        const std::string name = has(query.intent, slot) ? slot : one->slots.back();
        out.set_slot(out.slot().empty() ? slot : out.slot() + " " + slot);
        out.set_value(out.value().empty() ? value : out.value() + " " + value);
        const std::string was = values(query.intent, has(query.intent, slot) ? slot : name);
        auto& text = *out.mutable_text();
        const bool is_first = text.english().empty();
        text.set_english(text.english() + (is_first ? "" : " and ") +
                         (value.empty() ? "without " + slot + " (" + was + ")"
                                        : slot + " " + value + " instead of " + was));
        text.set_chinese(text.chinese() + (is_first ? "" : "，并") +
                         (value.empty() ? "不限 " + slot + "（" + was + "）"
                                        : slot + " 由 " + was + " 放宽到 " + value));
    }
    // A month's budget goes by the length, which is rounded to hours.
    TRY_ASSIGN(const Found then, find_for(query, proposed));
    if (then.options.all.empty()) return std::nullopt;
    double cost = kInfinity;
    for (const Option& option : then.options.all) cost = std::min(cost, option.merits.cost);
    out.mutable_cost()->set_currency(currency);
    out.mutable_cost()->set_micros(up_to_fen(cost));
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

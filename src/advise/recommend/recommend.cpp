#include "advise/recommend/recommend.h"

#include <algorithm>
#include <string>
#include <utility>

#include "advise/intent/check.h"
#include "advise/intent/slots.h"
#include "advise/recommend/choose.h"
#include "advise/recommend/describe.h"
#include "advise/recommend/error.h"
#include "advise/recommend/find.h"
#include "advise/recommend/relax.h"
#include "base/try.h"

namespace penstock::recommend {

namespace {

void add_note(v1::Recommendation& out, std::string chinese, std::string english) {
    v1::BilingualText& note = *out.add_notes();
    note.set_chinese(std::move(chinese));
    note.set_english(std::move(english));
}

/// Says which slots such work does not use, or no market tells anything of.
void note_unused(const v1::Intent& intent, const Need& need, v1::Recommendation& out) {
    const auto note = [&](std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names) {
            const intent::Slot* slot = intent::find_slot(name);
            if (slot == nullptr || intent::slot_values(intent, *slot).empty()) continue;
            add_note(out, "没有用到 " + std::string(name) + "。",
                     std::string(name) + " was not used.");
        }
    };
    note({"frames"});
    if (need.resource == Resource::cards) note({"cores", "memory"});
    if (need.kind == WorkKind::rental)
        note({"precision", "model", "parameters", "active_parameters", "tokens", "flops",
              "token_rate", "request_rate"});
    if (!need.has_fixed_hours()) note({"duration", "token_rate", "request_rate"});
    if (need.kind == WorkKind::training && need.training.method == estimate::Method::full)
        add_note(out, "按全参数微调估算。", "All weights are taken to be trained.");
}

/// Says so where nothing of the market is of the kind that is asked for.
void note_missing_kind(const Market& market, const Need& need, v1::Recommendation& out) {
    const bool is_there = std::ranges::any_of(
        market.offers, [&](const Offer& offer) { return offer.resource == need.resource; });
    if (is_there) return;
    const bool is_cores = need.resource == Resource::cores;
    if (market.is_reference && is_cores)
        add_note(out, "参考市场只有卡，没有核：请在交易所上规划 (--market exchange)。",
                 "The reference market has cards alone, and no cores: plan over an exchange "
                 "(--market exchange).");
    else
        add_note(out, std::string("这里没有按小时出售的") + (is_cores ? "核。" : "卡。"),
                 std::string("Nobody sells ") + (is_cores ? "cores" : "cards") +
                     " by the hour here now.");
}

void set_funnel(const Found& found, v1::Recommendation& out) {
    for (const FunnelStep& one : found.funnel) {
        v1::Recommendation::Step& step = *out.add_funnel();
        step.set_constraint(std::string(id(one.constraint)));
        step.mutable_name()->set_chinese(std::string(name(one.constraint).chinese));
        step.mutable_name()->set_english(std::string(name(one.constraint).english));
        step.set_before(one.before);
        step.set_after(one.after);
        step.set_unmet(one.unmet);
    }
}

/// What all may cost by a unit price that is not of cards or nodes; nothing where it is of those.
Result<std::optional<double>> cost_most(const v1::Intent& intent, const Need& need) {
    if (!intent.has_unit_price()) return std::nullopt;
    const auto micros = static_cast<double>(intent.unit_price().price().micros());
    constexpr double kMillion = 1e6;
    switch (intent.unit_price().unit()) {
        case v1::INTENT_PRICE_UNIT_HOUR:
            if (need.has_fixed_hours()) return micros * need.hours;
            break;
        case v1::INTENT_PRICE_UNIT_MILLION_TOKENS:
            if (need.kind == WorkKind::generation)
                return micros * *need.inference.tokens / kMillion;
            if (need.kind == WorkKind::service)
                return micros * *need.inference.rate * need.inference.output * need.hours * 3'600 /
                       kMillion;
            break;
        case v1::INTENT_PRICE_UNIT_CORE_HOUR:
            if (need.resource == Resource::cores) return std::nullopt;
            break;
        case v1::INTENT_PRICE_UNIT_FRAME:
            break;
        default:
            if (need.resource == Resource::cards) return std::nullopt;
    }
    return reject(kNotEstimated, "unit_price",
                  "Such work is not counted in that unit; say a price of a " +
                      std::string(need.resource == Resource::cards ? "card" : "core") + "-hour.");
}

/// For an intent without alternatives.
Result<v1::Recommendation> recommend_one(const Market& market, const estimate::Estimator& estimator,
                                         const v1::Intent& intent, Instant now) {
    TRY_ASSIGN(const Need need, need_of(intent, estimator));
    TRY_ASSIGN(const Query query, query_of(market, estimator, intent, need, now));
    TRY_ASSIGN(const Screen screen, Screen::make(query));
    const Found found = find(query, screen);
    v1::Recommendation out;
    out.set_market(market.name);
    out.set_reference(market.is_reference);
    *out.mutable_intent() = intent;
    out.set_offers(static_cast<std::uint32_t>(market.offers.size()));
    set_funnel(found, out);
    const auto choices = choose(intent, found.options);
    for (const Choice& choice : choices) *out.add_plans() = describe(query, found, choice, choices);
    if (choices.empty()) {
        TRY_ASSIGN(const auto relaxed, relaxations(query));
        for (const auto& one : relaxed.found) *out.add_relaxations() = one;
        if (relaxed.is_cut_short)
            add_note(out, "要求太多，没有试完所有改动；可能还有更小的改动。",
                     "There are too many demands to try every change; a smaller one may do.");
        note_missing_kind(market, need, out);
    }
    for (const format::Words& note : need.notes)
        add_note(out, std::string(note.chinese), std::string(note.english));
    for (const v1::BilingualText& note : market.notes) *out.add_notes() = note;
    note_unused(intent, need, out);
    return out;
}

/// Whether the plans of one alternative are better than another's, by the first goal, and by cost
/// where none is said.
bool is_better(const v1::Recommendation& one, const v1::Recommendation& other) {
    if (one.plans().empty() || other.plans().empty())
        return other.plans().empty() && !one.plans().empty();
    const auto merit = [](const v1::Recommendation& plans) {
        const v1::Recommended& first = plans.plans(0);
        const auto& goals = plans.intent().objective();
        switch (goals.empty() ? v1::GOAL_PRICE : goals.Get(0)) {
            case v1::GOAL_TIME:
                return static_cast<double>(first.finish_ns());
            case v1::GOAL_CARBON:
                return first.carbon_g() == 0 ? 1e300 : static_cast<double>(first.carbon_g());
            case v1::GOAL_LATENCY:
                return static_cast<double>(first.delay_us());
            case v1::GOAL_RISK:
                return static_cast<double>(first.risk_ppm());
            default:
                return static_cast<double>(first.cost().micros());
        }
    };
    return merit(one) < merit(other);
}

}  // namespace

Result<Query> query_of(const Market& market, const estimate::Estimator& estimator,
                       const v1::Intent& intent, const Need& need, Instant now) {
    Query query{.market = market,
                .estimator = estimator,
                .intent = intent,
                .need = need,
                .now = now,
                .start = std::max(now, Instant{intent.start_ns()}),
                .currency = *Currency::parse("CNY")};
    if (intent.deadline_ns() != 0) query.deadline = Instant{intent.deadline_ns()};
    if (intent.within_seconds() != 0) {
        const Instant within = query.start + seconds(intent.within_seconds());
        query.deadline = query.deadline ? std::min(*query.deadline, within) : within;
    }
    const auto use_currency = [&](const v1::Money& money) {
        if (const auto currency = Currency::parse(money.currency())) query.currency = *currency;
        return Money{money.micros()};
    };
    if (intent.has_unit_price()) use_currency(intent.unit_price().price());
    if (intent.has_budget_per_month())
        query.budget_per_month = use_currency(intent.budget_per_month());
    if (intent.has_budget()) query.budget = use_currency(intent.budget());
    if (intent.carbon_total_kg() != 0)
        query.carbon_g = static_cast<double>(intent.carbon_total_kg()) * 1'000;
    TRY_ASSIGN(query.cost_most, cost_most(intent, need));
    return query;
}

Result<v1::Recommendation> recommend(const Market& market, const estimate::Estimator& estimator,
                                     const v1::Intent& intent, Instant now) {
    const auto conflicts = intent::check_intent(intent, now);
    if (!conflicts.empty())
        return reject(kIntentContradicts, conflicts.front().field(), conflicts.front().message());
    if (intent.any_of().empty() && intent.ordered().empty())
        return recommend_one(market, estimator, intent, now);
    std::optional<v1::Recommendation> best;
    std::optional<Error> refused;
    for (const v1::Intent& one : intent.ordered()) {
        auto here = recommend_one(market, estimator, intent::lay_over(intent, one), now);
        if (!here) {
            refused = std::move(here).error();
            continue;
        }
        const bool has_plan = !here->plans().empty();
        if (!best || has_plan) best = *std::move(here);
        if (has_plan) break;
    }
    for (const v1::Intent& one : intent.any_of()) {
        auto here = recommend_one(market, estimator, intent::lay_over(intent, one), now);
        if (!here) {
            refused = std::move(here).error();
            continue;
        }
        if (!best || is_better(*here, *best)) best = *std::move(here);
    }
    if (!best) return std::unexpected(*std::move(refused));
    return *std::move(best);
}

}  // namespace penstock::recommend

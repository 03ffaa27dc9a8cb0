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

/// Slots that are kept with the intent, and that no offer is held against.
void note_unused(const v1::Intent& intent, v1::Recommendation& out) {
    for (const std::string_view name : {"cores", "memory"}) {
        const intent::Slot* slot = intent::find_slot(name);
        if (slot == nullptr || intent::slot_values(intent, *slot).empty()) continue;
        add_note(out, "未核对 " + std::string(name) + "：该市场没有说明。",
                 std::string(name) + " was not looked at: the market does not tell.");
    }
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

/// For an intent without alternatives.
Result<v1::Recommendation> recommend_one(const Market& market, const estimate::Estimator& estimator,
                                         const v1::Intent& intent, Instant now) {
    TRY_ASSIGN(const Need need, need_of(intent));
    const Query query = query_of(market, estimator, intent, need, now);
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
        for (const auto& one : relaxed) *out.add_relaxations() = one;
    }
    for (const format::Words& note : need.notes)
        add_note(out, std::string(note.chinese), std::string(note.english));
    for (const std::string& note : market.notes) {
        const std::size_t bar = note.find('|');
        add_note(out, note.substr(0, bar), note.substr(bar + 1));
    }
    note_unused(intent, out);
    return out;
}

}  // namespace

Query query_of(const Market& market, const estimate::Estimator& estimator, const v1::Intent& intent,
               const Need& need, Instant now) {
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
    return query;
}

Result<v1::Recommendation> recommend(const Market& market, const estimate::Estimator& estimator,
                                     const v1::Intent& intent, Instant now) {
    const auto conflicts = intent::check_intent(intent, now);
    if (!conflicts.empty())
        return reject(kIntentContradicts, conflicts.front().field(), conflicts.front().message());
    if (intent.any_of().empty() && intent.ordered().empty())
        return recommend_one(market, estimator, intent, now);
    // The first alternative with a plan; of those in any order, the one whose first plan is
    // cheapest.
    std::optional<v1::Recommendation> best;
    for (const auto* alternatives : {&intent.ordered(), &intent.any_of()}) {
        for (const v1::Intent& one : *alternatives) {
            TRY_ASSIGN(auto here,
                       recommend_one(market, estimator, intent::lay_over(intent, one), now));
            const bool has_plan = !here.plans().empty();
            const bool is_better =
                !best ||
                (has_plan && (best->plans().empty() ||
                              (alternatives == &intent.any_of() &&
                               here.plans(0).cost().micros() < best->plans(0).cost().micros())));
            if (is_better) best = std::move(here);
        }
    }
    return *std::move(best);
}

}  // namespace penstock::recommend

#include "advise/plan/plan.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "advise/plan/error.h"
#include "advise/plan/explain.h"
#include "advise/plan/funnel.h"
#include "advise/plan/option.h"
#include "advise/plan/quotes.h"
#include "advise/plan/requirement.h"
#include "advise/plan/wording.h"
#include "advise/plan/write_money.h"
#include "base/try.h"

namespace penstock::plan {

namespace {

__extension__ using Wide = __int128;

/// What a plan in which one failed pool stops everything counts more, against one in which others
/// go on, in per cent.
constexpr std::int64_t kFragilityPercent = 120;
constexpr int kRelaxationsMax = 12;

/// Lower is better: time and money each against the best to be had, so that twice the time weighs
/// as much as twice the money.
std::int64_t score(const Option& option, const Option& fastest, const Option& cheapest) {
    const Wide time = static_cast<Wide>(option.finish.ns) * 10'000 / fastest.finish.ns;
    const Wide least = std::max<std::int64_t>(cheapest.cost.micros, 1);
    const Wide money = static_cast<Wide>(option.cost.micros) * 10'000 / least;
    const Wide sum = (time + money) * (is_fragile(option) ? kFragilityPercent : 100) / 100;
    return static_cast<std::int64_t>(std::min<Wide>(sum, INT64_MAX));
}

struct Choice {
    std::string label;
    const Option* option;
    std::int64_t score;
};

/// The plans to show, best first. None is worse than another in time, money and resilience at once.
std::vector<Choice> choose(const std::vector<Option>& options) {
    const auto quickness = [](const Option& option) {
        return std::tuple(option.finish, is_fragile(option), option.cost, option.max_total);
    };
    const auto cheapness = [](const Option& option) {
        return std::tuple(option.cost, is_fragile(option), option.finish, option.max_total);
    };
    const Option& fastest = *std::ranges::min_element(options, {}, quickness);
    const Option& cheapest = *std::ranges::min_element(options, {}, cheapness);
    const auto score_of = [&](const Option& option) { return score(option, fastest, cheapest); };
    const Option& balanced = *std::ranges::min_element(options, {}, score_of);

    std::vector<Choice> choices{{"fastest", &fastest, score_of(fastest)}};
    if (&cheapest != &fastest) choices.push_back({"cheapest", &cheapest, score_of(cheapest)});
    if (&balanced != &fastest && &balanced != &cheapest) {
        choices.push_back({"balanced", &balanced, score_of(balanced)});
    }
    std::ranges::stable_sort(choices, {}, &Choice::score);
    return choices;
}

std::int64_t whole_seconds(Duration duration) {
    return (duration.ns + seconds(1).ns - 1) / seconds(1).ns;
}

void write_share(const Share& share, const Requirement& requirement, const Quotes& quotes,
                 v1::PlanShare& out) {
    out.set_product(share.candidate->product);
    out.set_product_name(share.candidate->product_name);
    out.set_supplier_name(share.candidate->supplier_name);
    out.set_cores(share.slots * requirement.cpus);
    out.set_tasks(share.tasks);
    write_money(share.candidate->price_per_core_hour, requirement.currency,
                *out.mutable_price_per_core_hour());
    write_money(share.cost, requirement.currency, *out.mutable_expected_cost());
    out.set_expected_seconds(whole_seconds(share.finish));
    if (const auto price = quotes.price(*share.candidate, share.tasks))
        quotes.write(*price, *out.mutable_result_price());
}

void write_band(const Share& share, const Requirement& requirement, const Quotes& quotes,
                v1::OrderLine& out) {
    const auto price = quotes.price(*share.candidate, share.tasks);
    if (!price || quotes.trial_on(*share.candidate)->is_purchase) return;
    v1::ResultBand& band = *out.mutable_result_band();
    band.set_trial(quotes.trial_on(*share.candidate)->workload);
    write_money(price->low, requirement.currency, *band.mutable_low());
    write_money(price->high, requirement.currency, *band.mutable_high());
}

void write_plan(const Choice& choice, const Requirement& requirement, const Quotes& quotes,
                v1::Plan& out) {
    const Option& option = *choice.option;
    out.set_label(choice.label);
    const Interval term{requirement.now, requirement.now + option.term};
    for (const Share& share : option.shares) {
        v1::OrderLine& line = *out.mutable_order()->add_lines();
        line.set_product(share.candidate->product);
        line.set_price_version(share.candidate->price_version);
        line.set_cores(share.slots * requirement.cpus);
        line.mutable_term()->set_start_ns(term.start.ns);
        line.mutable_term()->set_end_ns(term.end.ns);
        write_band(share, requirement, quotes, line);
        write_share(share, requirement, quotes, *out.add_shares());
    }
    write_money(option.max_total, requirement.currency, *out.mutable_order()->mutable_max_total());
    write_money(option.max_total, requirement.currency, *out.mutable_max_total());
    write_money(option.cost, requirement.currency, *out.mutable_expected_cost());
    out.set_expected_seconds(whole_seconds(option.finish));
    if (const auto price = quotes.price(option)) quotes.write(*price, *out.mutable_result_price());
    out.set_explanation(explain(option, requirement, quotes));
}

/// The smallest changes that together would give a plan.
std::string find_relaxation(Requirement requirement, Funnel funnel,
                            std::span<const Candidate> candidates) {
    if (funnel.blocked == Constraint::on_sale) return "Nothing is on sale now; try again later.";
    std::map<Constraint, std::string> sentences;  // A constraint met twice says the last only.
    for (int round = 0; round < kRelaxationsMax && funnel.blocked; ++round) {
        std::string sentence = relax(requirement, funnel);
        if (sentence.empty()) break;
        sentences[*funnel.blocked] = std::move(sentence);
        funnel = sieve(requirement, candidates);
    }
    if (funnel.blocked) return "No change to the workload would give a plan now; try again later.";
    std::string text;
    for (const auto& [constraint, sentence] : sentences) {
        text += (text.empty() ? "" : " ") + sentence;
    }
    return text;
}

}  // namespace

Result<v1::PlanWorkloadResponse> plan_workload(const v1::WorkloadSpec& spec,
                                               std::span<const Candidate> candidates,
                                               Currency currency, Instant now,
                                               std::span<const Trial> trials) {
    TRY_ASSIGN(Requirement requirement, read_requirement(spec, currency, now));
    if (!trials.empty() && !spec.has_result_unit())
        return reject(kResultUnitMissing, "spec.result_unit");
    const Quotes quotes(spec.result_unit(), trials, candidates, currency);
    std::vector<Candidate> tried;
    if (!quotes.is_empty()) {
        requirement.time_basis = TimeBasis::trial;
        tried.assign(candidates.begin(), candidates.end());
        for (Candidate& one : tried) one.tried_core_time = quotes.core_time_of_task(one);
        candidates = tried;
    }
    v1::PlanWorkloadResponse response;
    quotes.write_all(requirement.tasks, response);
    Funnel funnel = sieve(requirement, candidates);
    for (const FunnelStep& step : funnel.steps) {
        v1::FunnelStep& out = *response.add_funnel();
        out.set_constraint(std::string(name(step.constraint)));
        out.set_before(step.before);
        out.set_after(step.after);
    }
    if (funnel.blocked == Constraint::tried) {
        response.set_relaxation(quotes.say_what_is_missing());
    } else if (funnel.blocked) {
        response.set_relaxation(find_relaxation(requirement, std::move(funnel), candidates));
    } else {
        for (const Choice& choice : choose(funnel.options))
            write_plan(choice, requirement, quotes, *response.add_plans());
    }
    return response;
}

}  // namespace penstock::plan

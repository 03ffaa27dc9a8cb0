#include "advise/plan/quotes.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "advise/plan/wording.h"
#include "advise/plan/write_money.h"

namespace penstock::plan {

namespace {

/// Of fewer lines or files than these, one too many makes a fifth of the price and more.
constexpr std::uint64_t kFewMatches = 5;

/// Weighs the prices of shares with what each delivers.
struct Blend {
    double weight = 0;
    double expected = 0;
    double below = 0;  // Squared.
    double above = 0;

    void add(const ResultPrice& price, double tasks) {
        const auto difference = [&](Money a, Money b) {
            return tasks * static_cast<double>((a - b).micros);
        };
        weight += tasks;
        expected += tasks * static_cast<double>(price.expected.micros);
        below += std::pow(difference(price.expected, price.low), 2);
        above += std::pow(difference(price.high, price.expected), 2);
    }
    ResultPrice price() const {
        const auto money = [](double micros) {
            const double most = static_cast<double>(kMoneyMax.micros);
            return Money{static_cast<std::int64_t>(std::clamp(micros, 1.0, most))};
        };
        return {.low = money(std::floor((expected - std::sqrt(below)) / weight)),
                .expected = money(std::round(expected / weight)),
                .high = money(std::ceil((expected + std::sqrt(above)) / weight))};
    }
};

}  // namespace

Quotes::Quotes(const v1::ResultUnit& unit, std::span<const Trial> trials,
               std::span<const Candidate> candidates, Currency currency)
    : unit_(unit.name()),
      counted_(unit.files().empty() ? "line" : "file"),
      quoted_per_(std::max<std::uint64_t>(unit.quoted_per(), 1)),
      per_task_(unit.per_task()),
      per_match_(std::max<std::uint64_t>(unit.per_match(), 1)),
      currency_(currency),
      trials_(trials),
      candidates_(candidates) {
    // Whether there is a price does not depend on how much is asked, but where it is out of reach.
    const Quotation any{.price_per_core_hour = Money{kMicrosPerUnit}, .quoted_per = 1, .tasks = 1};
    for (const Trial& trial : trials)
        if (price_results(trial, any)) by_product_[trial.product] = &trial;
}

const Trial* Quotes::trial_on(const Candidate& candidate) const {
    const auto found = by_product_.find(candidate.product);
    return found == by_product_.end() ? nullptr : found->second;
}

Quotation Quotes::quotation(const Candidate& candidate, std::uint32_t tasks) const {
    return {.price_per_core_hour = candidate.price_per_core_hour,
            .quoted_per = quoted_per_,
            .tasks = tasks};
}

std::optional<Duration> Quotes::core_time_of_task(const Candidate& candidate) const {
    if (!has_task_size() || !price(candidate, 1)) return std::nullopt;
    return core_time_of(*trial_on(candidate), per_task_);
}

std::optional<ResultPrice> Quotes::price(const Candidate& candidate, std::uint32_t tasks) const {
    const Trial* const trial = trial_on(candidate);
    if (trial == nullptr) return std::nullopt;
    const auto price = price_results(*trial, quotation(candidate, tasks));
    return price ? std::optional(*price) : std::nullopt;
}

std::optional<ResultPrice> Quotes::price(const Option& option) const {
    Blend blend;
    for (const Share& share : option.shares) {
        const auto one = price(*share.candidate, share.tasks);
        if (!one) return std::nullopt;
        blend.add(*one, share.tasks);
    }
    return blend.price();
}

void Quotes::write(const ResultPrice& price, v1::ResultPrice& out) const {
    out.set_unit(unit_);
    out.set_quoted_per(quoted_per_);
    write_money(price.low, currency_, *out.mutable_low());
    write_money(price.expected, currency_, *out.mutable_expected());
    write_money(price.high, currency_, *out.mutable_high());
}

std::vector<const Candidate*> Quotes::tried() const {
    std::vector<const Candidate*> tried;
    for (const Candidate& candidate : candidates_)
        if (trial_on(candidate) != nullptr) tried.push_back(&candidate);
    return tried;
}

std::string Quotes::say_what_is_missing() const {
    if (by_product_.empty())
        return "No trial tells a price; each quote says why. Try longer, with three tasks or more.";
    if (!has_task_size())
        return "There are quotes alone, since it is not known what a task delivers that comes to "
               "its "
               "end: say so in the task file (results.per_task).";
    return "What the trials showed is beyond any price; quote for fewer results (quoted_per).";
}

std::string Quotes::what_to_mind(const Trial& trial) const {
    if (trial.is_purchase) return "This was bought, and is no trial: no result band follows it.";
    const auto fewest =
        std::ranges::min(trial.samples, {}, &contract::ResultSample::results).results / per_match_;
    if (fewest >= kFewMatches) return {};
    return "A task of it showed " + plan::say(fewest, "counted " + counted_) +
           " only. If what is counted is there when a result begins, and not when it is complete, "
           "so few look cheaper than they are: try longer.";
}

void Quotes::write_all(std::uint32_t tasks, v1::PlanWorkloadResponse& out) const {
    std::vector<v1::TrialQuote> quotes;
    for (const Trial& trial : trials_) {
        const auto candidate = std::ranges::find(candidates_, trial.product, &Candidate::product);
        if (candidate == candidates_.end()) continue;
        v1::TrialQuote& quote = quotes.emplace_back();
        quote.set_trial(trial.workload);
        quote.set_product(trial.product);
        quote.set_product_name(candidate->product_name);
        quote.set_supplier_name(candidate->supplier_name);
        write_money(candidate->price_per_core_hour, currency_,
                    *quote.mutable_price_per_core_hour());
        quote.set_tasks(static_cast<std::uint32_t>(trial.samples.size()));
        for (const contract::ResultSample& sample : trial.samples) {
            quote.set_results(quote.results() + sample.results);
            quote.set_core_ns(quote.core_ns() + sample.core_time.ns);
        }
        write_money(trial.charged, currency_, *quote.mutable_cost());
        if (trial.is_purchase) quote.set_purchase(true);
        const auto price = price_results(trial, quotation(*candidate, tasks));
        if (!price) {
            quote.set_why_not(price.error());
            continue;
        }
        write(*price, *quote.mutable_price());
        if (std::string note = what_to_mind(trial); !note.empty()) quote.set_note(std::move(note));
    }
    std::ranges::stable_sort(quotes, {}, [](const v1::TrialQuote& quote) {
        return std::tuple(!quote.has_price(), quote.price().expected().micros());
    });
    for (v1::TrialQuote& quote : quotes) *out.add_quotes() = std::move(quote);
}

std::string Quotes::say(const Candidate& candidate, std::uint32_t tasks) const {
    const auto one = price(candidate, tasks);
    if (!one) return {};
    return plan::say(candidate.price_per_core_hour, currency_) + " a core-hour, " +
           say_span(one->low, one->high, currency_) + " per " + say_unit(quoted_per_, unit_);
}

}  // namespace penstock::plan

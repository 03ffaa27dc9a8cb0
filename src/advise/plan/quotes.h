#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "advise/plan/candidate.h"
#include "advise/plan/option.h"
#include "advise/plan/trial.h"
#include "base/money.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::plan {

/// What the trials of a job say of products and of plans with them.
class Quotes {
  public:
    /// @param trials      Outlive this, as do the candidates. Of several trials on one product the
    ///                    last that tells a price counts.
    /// @param candidates  Those that were tried at least; no two are of one product.
    Quotes(const v1::ResultUnit& unit, std::span<const Trial> trials,
           std::span<const Candidate> candidates, Currency currency);

    bool is_empty() const { return trials_.empty(); }
    /// Whether it is known what a task delivers, without which no task has a time.
    bool has_task_size() const { return per_task_ > 0; }
    /// The products of which a trial tells the price.
    std::vector<const Candidate*> tried() const;
    /// What one task takes there, if a trial tells.
    std::optional<Duration> core_time_of_task(const Candidate& candidate) const;
    /// The trial that counts for a product; null where there is none.
    const Trial* trial_on(const Candidate& candidate) const;
    /// What the results of so many tasks cost there. Empty where no trial tells.
    std::optional<ResultPrice> price(const Candidate& candidate, std::uint32_t tasks) const;
    /// Of all shares together; empty where one of them was not tried. The deviations of the shares,
    /// each weighed with its tasks, add up as those of independent sums do.
    std::optional<ResultPrice> price(const Option& option) const;

    void write(const ResultPrice& price, v1::ResultPrice& out) const;
    /// One quote for each trial, for a purchase of so many tasks there; the cheapest result first.
    void write_all(std::uint32_t tasks, v1::PlanWorkloadResponse& out) const;
    /// What could be changed so that there are plans, when no trial tells a task's time.
    std::string say_what_is_missing() const;
    /// "12.00 CNY a core-hour, 0.031 to 0.034 CNY per frame"; empty where no trial tells.
    std::string say(const Candidate& candidate, std::uint32_t tasks) const;

  private:
    std::string what_to_mind(const Trial& trial) const;
    Quotation quotation(const Candidate& candidate, std::uint32_t tasks) const;

    std::string unit_;
    std::string counted_;  ///< What stands for results: "line" or "file".
    std::uint64_t quoted_per_;
    std::uint64_t per_task_;
    std::uint64_t per_match_;
    Currency currency_;
    std::span<const Trial> trials_;
    std::span<const Candidate> candidates_;
    std::map<std::string, const Trial*> by_product_;
};

}  // namespace penstock::plan

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "penstock/v1/contract.pb.h"
#include "scenario/offers.h"

namespace penstock::scenario {

/// How many of what happened.
using Tally = std::map<std::string, std::uint64_t>;

/// Contracts by plan, from order to end: some are declined, some nobody answers, some end early;
/// usage is reported twice a day, with reports that are missing, repeated, too high or out of
/// order.
class PlanContracts {
  public:
    PlanContracts(Venue& venue, const Cast& cast, const std::vector<PriceForm>& forms, Dice& dice)
        : venue_(venue), cast_(cast), forms_(forms), dice_(dice) {}

    /// A buyer orders. False when it was refused, for want of money or cores; that is counted.
    bool order(const Offer& offer, const Buyer& buyer);

    Tally& tally() { return tally_; }

  private:
    struct Life {
        const PriceForm* form = nullptr;
        std::string contract;
        std::string order;
        exchange::Actor buyer;
        exchange::Actor supplier;
        Interval term;
        Instant reported_until;
        std::uint64_t next_report = 1;
        bool is_running = false;
    };
    using LifePtr = std::shared_ptr<Life>;

    v1::PlaceOrderRequest request_for(const Offer& offer);
    void err_in(const v1::PlaceOrderRequest& request, const Offer& offer, const Buyer& buyer);
    void answer(const LifePtr& life);
    void plan_reports(const LifePtr& life);
    void report(Life& life, Instant until);
    void err_in_report(Life& life, const v1::ReportUsageRequest& sent);

    Venue& venue_;
    const Cast& cast_;
    const std::vector<PriceForm>& forms_;
    Dice& dice_;
    Tally tally_;
};

}  // namespace penstock::scenario

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "penstock/v1/change.pb.h"
#include "penstock/v1/contract.pb.h"
#include "scenario/offers.h"

namespace penstock::scenario {

/// How many of what happened.
using Tally = std::map<std::string, std::uint64_t>;

/// Contracts by plan, from order to end: some are declined, some nobody answers, some end early;
/// some are changed or given notice; usage is reported twice a day, with reports that are missing,
/// repeated, too high or out of order.
class PlanContracts {
  public:
    PlanContracts(Venue& venue, const Cast& cast, const std::vector<PriceForm>& forms, Dice& dice);

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
    /// changes.cpp
    void plan_changes(const LifePtr& life);
    void extend(const LifePtr& life);
    void change_quantities(const LifePtr& life);
    void propose(const LifePtr& life, v1::ProposeChangeRequest& request, const std::string& what);
    void answer_change(const LifePtr& life, Instant end, const std::string& change,
                       const std::string& what);
    void follow_extension(const LifePtr& life, Instant end);
    void give_notice(Life& life);

    Venue& venue_;
    const Cast& cast_;
    const std::vector<PriceForm>& forms_;
    Dice& dice_;
    Dice changes_{29};  ///< Of its own, so that all else goes as it would.
    Tally tally_;
};

}  // namespace penstock::scenario

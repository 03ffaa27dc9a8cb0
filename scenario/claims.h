#pragma once

#include <map>
#include <set>
#include <string>

#include "penstock/v1/billing.pb.h"
#include "scenario/contracts.h"

namespace penstock::scenario {

/// What follows bills: disputes that officers decide, credit lines, and buyers who pay late.
class Claims {
  public:
    Claims(Venue& venue, const Cast& cast, Dice& dice);

    /// Officers let every buyer order on credit.
    void grant_credit();
    /// Each buyer with overdue bills tries to pay them.
    void pay_arrears();

    Tally& tally() { return tally_; }

  private:
    void on_bill(const v1::IssuedBill& bill);
    void open(const v1::IssuedBill& bill);
    void decide(const std::string& dispute, std::int64_t amount);
    const Buyer* buyer_of(const std::string& party) const;

    Venue& venue_;
    const Cast& cast_;
    Dice& dice_;
    std::set<std::string> seen_;
    std::map<std::string, std::string> overdue_;  ///< Bill, buyer.
    Tally tally_;
};

}  // namespace penstock::scenario

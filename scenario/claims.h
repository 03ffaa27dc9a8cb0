#pragma once

#include <set>
#include <string>

#include "penstock/v1/billing.pb.h"
#include "scenario/contracts.h"

namespace penstock::scenario {

/// What follows bills: disputes that officers decide; and credit lines.
class Claims {
  public:
    Claims(Venue& venue, const Cast& cast, Dice& dice);

    /// Officers let every buyer order on credit.
    void grant_credit();

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
    Tally tally_;
};

}  // namespace penstock::scenario

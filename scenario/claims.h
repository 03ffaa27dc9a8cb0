#pragma once

#include <set>
#include <string>

#include "penstock/v1/billing.pb.h"
#include "scenario/funds.h"

namespace penstock::scenario {

/// What follows bills: disputes that officers decide; credit lines, and bills on credit that are
/// paid early, when they are due, late, or after a reminder.
class Claims {
  public:
    Claims(Venue& venue, const Cast& cast, Funds& funds, Dice& dice);

    /// Officers let every buyer order on credit.
    void grant_credit();
    /// The buyer disputes a part of a bill, and takes that back, or officers decide.
    void open(const v1::IssuedBill& bill);

    Tally& tally() { return tally_; }

  private:
    void on_bill(const v1::IssuedBill& bill);
    bool on_credit(const v1::IssuedBill& bill);
    void overdue(const v1::IssuedBill& bill);
    void pay(const Buyer& buyer, const std::string& bill);
    void pay_late(const Buyer& buyer);
    void decide(const std::string& dispute, std::int64_t amount);

    Venue& venue_;
    const Cast& cast_;
    Funds& funds_;
    Dice& dice_;
    std::set<std::string> seen_;
    std::set<std::string> overdue_;
    Tally tally_;
};

}  // namespace penstock::scenario

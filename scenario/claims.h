#pragma once

#include <set>
#include <string>

#include "core/exchange/state.h"
#include "penstock/v1/billing.pb.h"
#include "scenario/contracts.h"

namespace penstock::scenario {

/// What follows bills: disputes that officers decide; credit lines, and bills on credit that are
/// paid early, when they are due, late, or after a reminder.
class Claims {
  public:
    Claims(Venue& venue, const Cast& cast, Dice& dice);

    /// Officers let every buyer order on credit.
    void grant_credit();

    Tally& tally() { return tally_; }

  private:
    void on_bill(const v1::IssuedBill& bill);
    bool on_credit(const v1::IssuedBill& bill);
    void overdue(const v1::IssuedBill& bill);
    void open(const v1::IssuedBill& bill);
    void pay(const Buyer& buyer, const std::string& bill);
    void put_cash_aside(const Buyer& buyer);
    void take_it_back(const Buyer& buyer);
    void decide(const std::string& dispute, std::int64_t amount);
    const Buyer* buyer_of(const std::string& party) const;
    Money balance(const Buyer& buyer, ledger::AccountKind kind) const;

    Venue& venue_;
    const Cast& cast_;
    Dice& dice_;
    std::set<std::string> seen_;
    std::set<std::string> overdue_;
    Tally tally_;
};

}  // namespace penstock::scenario

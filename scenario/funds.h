#pragma once

#include <map>
#include <string>

#include "core/exchange/state.h"
#include "penstock/v1/contract.pb.h"
#include "scenario/contracts.h"

namespace penstock::scenario {

/// Buyers who have no cash for a while. Their contracts with rolling escrow are suspended for
/// funds, and go on when they resume them or by themselves, or end after their grace.
class Funds {
  public:
    Funds(Venue& venue, const Cast& cast, Dice& dice);

    /// As a guarantee.
    void put_cash_aside(const Buyer& buyer);
    void take_it_back(const Buyer& buyer);
    /// Null for who is no buyer.
    const Buyer* buyer_of(const std::string& party) const;

    Tally& tally() { return tally_; }

  private:
    void on_contract(const v1::Contract& contract);
    void begin(const v1::Contract& contract, const Buyer& buyer);
    void suspended(const v1::Contract& contract, const Buyer& buyer);
    void come_by_cash(const Buyer& buyer);
    void resume(const std::string& contract, const Buyer& buyer);
    Money balance(const Buyer& buyer, ledger::AccountKind kind) const;

    Venue& venue_;
    const Cast& cast_;
    Dice& dice_;
    std::map<std::string, v1::ContractState> rolling_;
    Tally tally_;
};

}  // namespace penstock::scenario

#pragma once

#include <set>
#include <string>
#include <utility>

#include "core/exchange/state.h"
#include "penstock/v1/custody.pb.h"

namespace penstock::exchange {

/// What becomes of one entry of a bank's statement.
struct Booking {
    const custody::Entry* entry = nullptr;
    v1::BankEntryState state = v1::BANK_ENTRY_UNEXPLAINED;
    custody::Reason reason = custody::Reason::reference_missing;
    std::string bank_reference;  ///< Under which the ledger knows the entry.
    TopUpId top_up{};
    WithdrawalId withdrawal{};
    PartyId party{};  ///< On whose sub-account it came in.
    InstructionId instruction{};
    /// False for what the books have already, and for what they have no room for.
    bool moves = true;
};

/// Finds out what a statement's entries settle. Each payment is taken by one entry at most.
class StatementMatcher {
  public:
    /// @param officer  Who brings the statement; 0: no person.
    /// @param room     What the mirror of the bank may still be credited.
    StatementMatcher(const State& state, UserId officer, Money room)
        : state_(state), officer_(officer), room_(room) {}

    /// The next entry, in the statement's order. It must outlive the booking.
    Booking book(const custody::Entry& entry);

  private:
    Booking match(const custody::Entry& entry);
    bool find_instruction(Booking& booking);
    /// Why an entry that names an instruction is no side of one that is missing.
    custody::Reason why_it_moves_nothing(const custody::Entry& entry) const;
    /// What comes in on a party's sub-account is its own, whatever is written on it.
    void credit(Booking& booking, PartyId party);
    void find_top_up(Booking& booking);
    void find_withdrawal(Booking& booking);

    const State& state_;
    UserId officer_;
    Money room_;
    std::set<std::string> references_;
    std::set<TopUpId> top_ups_;
    std::set<WithdrawalId> withdrawals_;
    std::set<std::pair<InstructionId, std::string>> sides_;
};

}  // namespace penstock::exchange

#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/id.h"
#include "base/money.h"

namespace penstock::ledger {

/// What an account is for (chart.h). Numbered as v1::AccountKind.
enum class AccountKind : std::uint8_t {
    cash = 1,                ///< What a party may spend; never below zero.
    escrow = 2,              ///< Set aside for contracts in force; never below zero.
    fee = 3,                 ///< The operator's income.
    bank = 4,                ///< The mirror of the bank: its debits are money held there.
    rounding = 5,            ///< What rounding to the fen leaves over, either way.
    tax = 6,                 ///< Tax received, to be passed on.
    voucher = 7,             ///< What a voucher programme may still spend; never below zero.
    subsidy_receivable = 8,  ///< Subsidies paid out for others, to come back from them.
    guarantee = 9,           ///< A party's deposit; never below zero.
    suspense = 10,           ///< Bank entries that nobody has explained, either way.
    credit = 11,             ///< What a party may still order on credit; never below zero.
    commitment = 12,         ///< Credit committed to contracts and unpaid bills; never below zero.
    credit_granted = 13,     ///< Its debits are the credit that parties were given.
    fee_receivable = 14,     ///< Fees that a party owes; never below zero.
};

/// What an account refuses. The two limits exclude each other.
struct AccountFlags {
    bool debits_must_not_exceed_credits = false;
    bool credits_must_not_exceed_debits = false;
    bool closed = false;          ///< Only releasing what is held is still possible.
    bool closed_by_hold = false;  ///< The same, until the hold that closed it ends.

    bool is_closed() const { return closed || closed_by_hold; }
    /// When the hold that closed the account has ended.
    AccountFlags after_hold(bool was_posted) const {
        AccountFlags after = *this;
        after.closed = closed || was_posted;
        after.closed_by_hold = false;
        return after;
    }

    bool operator==(const AccountFlags&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(debits_must_not_exceed_credits, credits_must_not_exceed_debits, closed,
                closed_by_hold);
    }
};

/// The limits that accounts of a kind carry: cash and escrow never fall below zero, the bank never
/// pays out more than it holds, fee and rounding go either way.
AccountFlags standard_flags(AccountKind kind);

/// The most that an account is credited in all: far more than is debited, so that what was let in
/// and comes back as a refund or a payment always has room. The credits of an account are its
/// balance, which is at most the money that came in, and what it was debited.
inline constexpr Money kCreditsMax{4 * kMoneyMax.micros};
/// The most that an account of a kind is debited in all. Some only pass on what was debited
/// before, and must always be able to.
constexpr Money debits_max(AccountKind kind) {
    const bool passes_on = kind == AccountKind::escrow || kind == AccountKind::guarantee ||
                           kind == AccountKind::voucher || kind == AccountKind::suspense ||
                           kind == AccountKind::credit || kind == AccountKind::commitment;
    return passes_on ? kCreditsMax : kMoneyMax;
}

/// Four totals that only ever grow when money moves; pending ones shrink when holds are resolved.
struct Account {
    AccountKind kind = AccountKind::cash;
    PartyId party;  ///< 0: the exchange's own.
    Currency currency;
    AccountFlags flags;
    Money debits_pending;
    Money debits_posted;
    Money credits_pending;
    Money credits_posted;

    /// What stands to the owner's credit, holds not deducted.
    Money balance() const { return credits_posted - debits_posted; }
    /// What may still be debited from an account that must not fall below zero.
    Money available() const { return balance() - debits_pending; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(kind, party, currency, flags);
        archive(debits_pending, debits_posted, credits_pending, credits_posted);
    }
};

/// A bank transfer that a party announced.
struct TopUp {
    PartyId party;
    Money amount;
    Currency currency;
    bool confirmed = false;

    template <class Archive>
    void visit(Archive& archive) {
        archive(party, amount, currency, confirmed);
    }
};

/// One entry of the bank's statement.
struct BankEntry {
    std::string reference;  ///< The bank's own number of the entry: 1 to 64 printable ASCII bytes.
    Money amount;
    Currency currency;
};

/// What the payer writes on the bank transfer: PSK-TOPUP-7.
std::string top_up_reference(TopUpId top_up);

}  // namespace penstock::ledger

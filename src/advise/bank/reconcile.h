#pragma once

#include <cstdint>
#include <span>

#include "penstock/v1/bank.pb.h"

namespace penstock::advise {

/// The ledger's side of a reconciliation.
struct LedgerSide {
    /// Balance of the account that mirrors the bank's, at the end of the statement's last day.
    std::int64_t balance_micros = 0;
    /// Every posting on it since the position before.
    std::span<const v1::BankPosting> postings;
    /// Transfers that were in transit and for which the bank's entry has been found since: their
    /// postings, now with `entry`.
    std::span<const v1::BankPosting> settled;
};

/// Proves that ledger and bank agree after a statement, but for items that only one of them has.
///
/// It believes neither side's sums. It proves: the statement goes on where the position before
/// ended and adds up; the ledger's balance is the one before and its postings; each posting that
/// names a bank entry has one, of the same amount, that no other posting has; and closing = ledger
/// − what only the ledger has + what only the bank has.
/// @param before  Where the reconciliation before ended; all zero, with the account's number and
///                currency, before the first statement.
/// @return The position after it, with the items in transit, or all breaks that were found, in a
///         stable order. Reasons: ACCOUNT_DIFFERS, DAYS_OVERLAP, BALANCE_UNKNOWN, OPENING_DIFFERS,
///         CLOSING_DIFFERS, LEDGER_DIFFERS, AMOUNT_TOO_LARGE, TRANSFER_TWICE, TRANSFER_UNKNOWN,
///         ENTRY_TWICE, ENTRY_UNKNOWN, ENTRY_CLAIMED_TWICE, AMOUNT_DIFFERS, POSITION_DIFFERS.
/// Pure and deterministic; O(n log n).
v1::Reconciliation reconcile(const v1::ReconciledPosition& before,
                             const v1::BankStatement& statement, const LedgerSide& ledger);

}  // namespace penstock::advise

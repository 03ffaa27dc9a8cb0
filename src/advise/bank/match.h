#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>

#include "base/error.h"
#include "penstock/v1/bank.pb.h"

namespace penstock::advise {

/// Compares a statement's entries with announced payments. It proposes only: who posts checks
/// again.
///
/// An entry is compared with the payment whose reference stands in its end-to-end reference or its
/// purpose: as whole words, though blanks may stand anywhere in it, letters may be small or
/// capital, and letters, digits and hyphens of full width. Where digits follow its number behind a
/// blank or hyphen ("PSK-TOPUP-1 2"), the number may have been broken: that is doubtful, whether or
/// not there is a payment of the longer number. An entry takes a payment only if
/// account, amount and currency agree, no other entry has it, and no second reference stands there;
/// each payment is taken by one entry at most, the first in the statement's order.
/// @param statement  As a reader of format/bank gives it.
/// @param payments   All that may be meant, settled ones too; no reference twice.
/// @param known      Identities of entries that earlier statements brought.
/// @return A match for each entry. Pure and deterministic: neither the order of the payments nor
/// how
///         a reference is written changes anything.
/// @retval kPaymentAnnouncedTwice
/// O(text × lengths of references × log payments).
Result<v1::MatchResult> match_statement(const v1::BankStatement& statement,
                                        std::span<const v1::AnnouncedPayment> payments,
                                        const std::set<std::string, std::less<>>& known);

}  // namespace penstock::advise

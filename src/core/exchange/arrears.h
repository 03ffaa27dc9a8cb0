#pragma once

#include "core/exchange/context.h"

/// Arrears: what of a party the exchange would have collected before, had its cash been enough:
/// bills on credit that are overdue, and fees. Cash that comes to it goes there first.
namespace penstock::exchange {

/// Cash has come to an account, or is free again. If a party in arrears has it, they are collected
/// by a timer, and so before the next command.
void cash_came(Context& context, AccountId account);

/// What a hold has set aside is its payer's again. @pre It is pending.
void void_hold(Context& context, TransferId hold);

/// Collects a bill that the party's cash covers, the oldest first, and has a timer see to the next;
/// or else fees.
void collect_arrears(Context& context, PartyId party);

}  // namespace penstock::exchange

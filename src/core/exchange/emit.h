#pragma once

#include <string_view>

#include "core/exchange/context.h"

namespace penstock::exchange {

// One function for each event. The subject is described as it is now, so change it first.

void emit_party(Context& context, PartyId id);
void emit_key(Context& context, KeyId id);
void emit_user(Context& context, UserId id);
void emit_session(Context& context, SessionId id);
/// Of a session that is no more.
void emit_session_ended(Context& context, SessionId id, UserId user);
void emit_sign_in_failed(Context& context, UserId user, bool known_device);
void emit_agent(Context& context, AgentId id);
void emit_pool(Context& context, PoolId id);
void emit_product(Context& context, ProductId id);
void emit_top_up(Context& context, TopUpId id, std::string_view bank_reference);
void emit_contract(Context& context, ContractId id);
void emit_workload(Context& context, WorkloadId id);

struct Posted {
    TransferId id;
    AccountId debit;
    AccountId credit;
    Money amount;
};
/// Tells of money that has moved; cash of a party in arrears goes there first (arrears.h).
/// @param purpose  top_up, escrow, settlement, fee, rounding or refund.
void emit_transfer(Context& context, const Posted& posted, std::string_view purpose,
                   std::string_view subject);

/// @param attempt  As it was when it ended, with its final state; or as it is.
void emit_attempt(Context& context, AttemptId id, const task::Attempt& attempt,
                  std::string_view note);

}  // namespace penstock::exchange

#pragma once

#include "core/exchange/context.h"

/// What contracts by plan promise of their service, and what the exchange sees of it: a service can
/// be used while its agent is live. Where too little was attained in a billing period, the buyer
/// gets a part of its charge back, before the period is settled.
namespace penstock::exchange {

/// Watches the service of a contract whose account was just opened, if anything is promised of it.
void watch_service(Context& context, ContractId id);

/// What the agent serves can no longer be used, or can again. To be called for every change, while
/// no timer is due. O(contracts that the agent serves).
void tell_service(Context& context, AgentId agent, bool in_service);

/// It is suspended from the end of its open period on, and goes on now: what lies between does not
/// count.
void pause_service(Context& context, ContractId id, Instant since);
void resume_service(Context& context, ContractId id);

/// Ends what was seen of the open period, and gives back what is due for it. @pre The period is
/// over, and all else is charged for it.
void credit_breaches(Context& context, ContractId id);

/// Whether what was seen can be of the contract: for what was read from a snapshot.
bool service_fits(const State& state, const contract::Contract& contract,
                  const PlanAccount& account);

}  // namespace penstock::exchange

#pragma once

#include "core/exchange/state.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/identity.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::exchange {

// How the core's own structures look from outside. Each needs its subject to exist.

void describe(const State& state, PartyId id, v1::Party* out);
void describe(const State& state, KeyId id, v1::ApiKey* out);
void describe(const State& state, UserId id, v1::User* out);
void describe(const State& state, SessionId id, v1::Session* out);
void describe(const State& state, AgentId id, v1::Agent* out);
void describe(const State& state, PoolId id, Instant now, v1::Pool* out);
void describe(const State& state, ProductId id, Instant now, v1::Product* out);
void describe(const State& state, AccountId id, v1::Account* out);
void describe(const State& state, ContractId id, v1::Contract* out);
void describe(const State& state, WorkloadId id, v1::Workload* out);
void describe(const State& state, TaskId id, v1::Task* out);

/// Whether an order for the product would be worked on now: it is listed, the profile of its pool
/// is in force, and the pool's agent is live.
bool is_on_sale(const State& state, ProductId id, Instant now);

/// The compute identifier of a site, pool or product.
std::string identifier_of(const State& state, SiteId id);
std::string identifier_of(const State& state, PoolId id);
std::string identifier_of(const State& state, ProductId id);

}  // namespace penstock::exchange

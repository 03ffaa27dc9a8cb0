#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "agent/driver.h"
#include "agent/exchange.h"
#include "agent/identity.h"
#include "agent/measure/measure.h"
#include "agent/options.h"

namespace penstock::agent {

/// The program `penstock agent`: joins the exchange, offers the pool, and runs its work until
/// SIGTERM or SIGINT. Tasks outlive it, each until its lease ends; the next start takes them up
/// again. Returns the process's exit code: 0 when asked to stop, 1 when it could not start.
int agent_main(const AgentOptions& options);

/// What an agent is made of; agent_main fills it in, tests put doubles in its place.
struct AgentParts {
    Exchange& exchange;
    Driver& driver;
    const Identity& identity;  ///< Enrolled.
    /// Until it is asked to stop.
    std::function<Result<v1::ProfileStatement>(std::stop_token)> measure;
};

/// The work of an enrolled agent, until `stop`: recovers attempts, offers the pool, polls, and
/// hands in usage. Blocks; returns within moments of `stop` when the exchange's calls are cancelled
/// too.
/// @retval kFileFault, kStateDamaged  The data folder cannot be used; nothing was begun.
Result<void> run_agent(const AgentParts& parts, const AgentOptions& options, std::stop_token stop);

}  // namespace penstock::agent

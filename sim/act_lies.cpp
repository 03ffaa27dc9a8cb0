#include "penstock/v1/meter.pb.h"
#include "penstock/v1/statement.pb.h"
#include "sim/world.h"

/// Agents that mean to be paid for what was not: each of these must be refused, or change nothing.
namespace penstock::sim {
namespace {

void hand_in(World& world, const SimAgent& agent, const v1::SignedStatement& usage) {
    v1::SubmitUsageRequest request;
    request.set_agent(agent.id);
    *request.mutable_usage() = usage;
    world.send(agent.actor, "MeterService/SubmitUsage", request);
}

v1::SignedStatement sign(const v1::UsageStatement& usage) {
    v1::SignedStatement statement;
    statement.set_type("usage");
    statement.set_key_epoch(1);
    statement.set_body(usage.SerializeAsString());
    return statement;
}

/// Something that could be true, of the agent's first attempt.
v1::UsageRecord* claim(const World& world, const SimAgent& agent, v1::UsageStatement& usage) {
    usage.set_agent(agent.id);
    usage.set_number(agent.next_usage);
    const SimAttempt& attempt = agent.attempts.begin()->second;
    v1::UsageRecord* record = usage.add_records();
    record->set_attempt(attempt.assignment.attempt());
    record->set_attempt_number(attempt.assignment.attempt_number());
    record->set_cores(attempt.assignment.spec().cpus());
    record->set_wall_ns((world.now - attempt.seen_at).ns);
    return record;
}

void distort(World& world, v1::UsageStatement& usage, v1::UsageRecord& record) {
    switch (world.random.between(0, 9)) {
        case 0:
            return record.set_cores(record.cores() + 1);
        case 1:
            return record.set_wall_ns(record.wall_ns() + seconds(3'600).ns);
        case 2:
            return record.set_cpu_ns((record.wall_ns() + seconds(60).ns) * 64);
        case 3:
            return record.set_wall_ns(-1);
        case 4:
            return record.set_attempt_number(record.attempt_number() + 1);
        case 5:
            return record.set_final(true);
        case 6:
            record.set_results(1);
            return record.set_results_wall_ns(record.wall_ns() + 1);
        case 7:
            return record.set_results_wall_ns(1);
        case 8:
            *usage.add_records() = record;
            return;
        default:
            return usage.set_number(usage.number() + 1);
    }
}

}  // namespace

void act_as_liar(World& world) {
    if (world.agents.empty()) return;
    const SimAgent agent = world.random.pick(world.agents);
    if (world.random.one_in(3) && !agent.last_usage.body().empty())
        return hand_in(world, agent, agent.last_usage);
    if (agent.attempts.empty()) return;
    v1::UsageStatement usage;
    v1::UsageRecord* record = claim(world, agent, usage);
    distort(world, usage, *record);
    hand_in(world, agent, sign(usage));
}

}  // namespace penstock::sim

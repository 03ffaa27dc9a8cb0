#include <algorithm>
#include <iterator>

#include "penstock/v1/contract.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/meter.pb.h"
#include "penstock/v1/statement.pb.h"
#include "sim/profile.h"
#include "sim/world.h"

namespace penstock::sim {
namespace {

constexpr Duration kLease = seconds(10);
constexpr Duration kMargin = seconds(2);

void fill_record(const World& world, const SimAgent& agent, const SimAttempt& attempt,
                 v1::UsageRecord* record) {
    const Duration wall = world.now - attempt.seen_at;
    record->set_attempt(attempt.assignment.attempt());
    record->set_attempt_number(attempt.assignment.attempt_number());
    record->set_cores(attempt.assignment.spec().cpus());
    record->set_wall_ns(agent.is_lying ? wall.ns * 2 + seconds(5).ns : wall.ns);
    record->set_cpu_ns(wall.ns / 2);
    record->set_memory_peak_bytes(static_cast<std::uint64_t>(wall.ns) / 1'000);
    if (!attempt.assignment.spec().has_result_unit()) return;
    // Quick where it is tried, and slow every other minute where that was bought.
    const bool is_slow = attempt.assignment.spec().trial_seconds() == 0 &&
                         attempt.seen_at.ns / seconds(60).ns % 2 == 1;
    const auto results =
        static_cast<std::uint64_t>(wall.ns / (is_slow ? 400'000'000 : 100'000'000));
    record->set_results(results);
    if (results > 0) record->set_results_wall_ns(wall.ns - wall.ns / 4);
    record->set_results_incomplete(attempt.seen_at.ns % 17 == 0);
}

v1::SignedStatement sign(const SimAgent& agent, v1::UsageStatement usage) {
    usage.set_agent(agent.id);
    usage.set_number(agent.next_usage);
    v1::SignedStatement signed_usage;
    signed_usage.set_type("usage");
    signed_usage.set_key_epoch(1);
    signed_usage.set_body(usage.SerializeAsString());
    return signed_usage;
}

void meter(World& world, SimAgent& agent) {
    v1::UsageStatement usage;
    for (const auto& [id, attempt] : agent.attempts)
        fill_record(world, agent, attempt, usage.add_records());
    v1::SubmitUsageRequest request;
    request.set_agent(agent.id);
    *request.mutable_usage() = sign(agent, usage);
    const auto taken =
        world.command<v1::SubmitUsageResponse>(agent.actor, "MeterService/SubmitUsage", request);
    if (!taken) return;
    agent.next_usage = taken->next_number();
    agent.last_usage = request.usage();
}

void end(World& world, SimAgent& agent, const SimAttempt& attempt) {
    v1::ReportAttemptRequest request;
    request.set_attempt(attempt.assignment.attempt());
    // Trials fail less often, so that some bind.
    const bool is_trial = attempt.assignment.spec().trial_seconds() > 0;
    const std::int64_t how = world.random.between(0, is_trial ? 15 : 19);
    request.set_state(attempt.assignment.stop() && how < 12 ? v1::ATTEMPT_CANCELLED
                      : how < 14                            ? v1::ATTEMPT_SUCCEEDED
                      : how < 18                            ? v1::ATTEMPT_FAILED
                                                            : v1::ATTEMPT_BROKEN);
    if (request.state() == v1::ATTEMPT_SUCCEEDED) {
        v1::Artifact* output = request.add_outputs();
        output->set_path("out.bin");
        output->set_digest(std::string(64, 'a'));
    }
    if (request.state() == v1::ATTEMPT_FAILED) request.set_exit_code(1);
    const bool with_usage = request.state() != v1::ATTEMPT_BROKEN || world.random.one_in(2);
    if (with_usage) {
        v1::UsageStatement usage;
        v1::UsageRecord* record = usage.add_records();
        fill_record(world, agent, attempt, record);
        record->set_final(true);
        *request.mutable_usage() = sign(agent, usage);
    }
    const std::string id = attempt.assignment.attempt();
    const Outcome outcome = world.send(agent.actor, "TaskService/ReportAttempt", request);
    if (outcome.kind == Outcome::Kind::done && with_usage) ++agent.next_usage;
    if (outcome.kind == Outcome::Kind::done || outcome.reason == "ATTEMPT_NOT_CURRENT") {
        agent.attempts.erase(id);
        world.old_attempts.push_back(id);
        if (world.old_attempts.size() > 20) world.old_attempts.erase(world.old_attempts.begin());
    } else if (agent.is_lying) {
        agent.is_lying = false;  // Caught; behaves, for a while.
    }
}

void start(World& world, SimAgent& agent, SimAttempt& attempt) {
    v1::ReportAttemptRequest request;
    request.set_attempt(attempt.assignment.attempt());
    request.set_state(v1::ATTEMPT_RUNNING);
    attempt.is_started =
        world.send(agent.actor, "TaskService/ReportAttempt", request).kind == Outcome::Kind::done;
}

void answer_offer(World& world, const SimAgent& agent, const v1::ContractOffer& offer) {
    if (world.random.one_in(8)) {
        v1::DeclineContractRequest request;
        request.set_contract(offer.contract());
        world.send(agent.actor, "ContractService/DeclineContract", request);
        return;
    }
    v1::AcceptContractRequest request;
    request.set_contract(offer.contract());
    world.send(agent.actor, "ContractService/AcceptContract", request);
}

/// The agent's level-triggered loop: what it should run is what the exchange says.
void pull(World& world, SimAgent& agent) {
    v1::PullWorkRequest request;
    request.set_agent(agent.id);
    const auto work =
        world.query<v1::PullWorkResponse>(agent.actor, "TaskService/PullWork", request);
    if (!work) return;
    agent.last_call = world.now;
    agent.next_usage = work->next_usage_number();
    if (work->measure()) measure(world, agent, std::max(agent.cores, 1u));
    std::map<std::string, SimAttempt> assigned;
    for (const v1::Assignment& assignment : work->assignments()) {
        const auto known = agent.attempts.find(assignment.attempt());
        SimAttempt attempt = known == agent.attempts.end()
                                 ? SimAttempt{assignment, world.now, false}
                                 : known->second;
        attempt.assignment = assignment;
        assigned.emplace(assignment.attempt(), attempt);
    }
    // Now and then an agent goes on with what it has lost, and reports it.
    if (!world.random.one_in(5)) agent.attempts = std::move(assigned);
    for (const v1::ContractOffer& offer : work->contracts()) {
        if (world.random.one_in(3)) continue;
        answer_offer(world, agent, offer);
    }
}

void work(World& world, SimAgent& agent) {
    auto chosen = agent.attempts.begin();
    std::advance(chosen,
                 world.random.between(0, static_cast<std::int64_t>(agent.attempts.size()) - 1));
    if (!chosen->second.is_started && !world.random.one_in(4))
        return start(world, agent, chosen->second);
    const SimAttempt attempt = chosen->second;
    end(world, agent, attempt);
}

}  // namespace

void serve(World& world, SimAgent& agent) {
    agent.is_busy = true;
    pull(world, agent);
    if (!agent.attempts.empty()) {
        if (world.random.one_in(5)) {
            meter(world, agent);
        } else {
            work(world, agent);
        }
    }
    agent.is_busy = false;
}

void act_as_agent(World& world) {
    world.agents.drop_if([](const SimAgent& agent) { return agent.is_revoked; });
    if (world.agents.empty()) return act_as_supplier(world);
    SimAgent& agent = world.random.pick(world.agents);
    if (agent.is_busy) return;
    if (agent.is_stalled) {
        if (world.random.one_in(8)) agent.is_stalled = false;
        return;
    }
    // Begins anew, and knows no more than the exchange tells it.
    if (world.swarm.restart_one_in > 0 && world.random.one_in(world.swarm.restart_one_in)) {
        agent.attempts.clear();
        agent.next_usage = 1;
    }
    serve(world, agent);
}

namespace {

struct Missed {
    SimAgent* agent;
    bool is_lost;
    bool is_back;
};

void tell_of(World& world, const std::vector<Missed>& missed) {
    for (const auto& [agent, is_lost, is_back] : missed) {
        if (is_lost) {
            v1::MarkAgentLostRequest lost;
            lost.set_agent(agent->id);
            world.send(world.system, "InternalService/MarkAgentLost", lost);
            agent->is_lost = true;
        }
        if (!is_back) continue;
        v1::MarkAgentBackRequest back;
        back.set_agent(agent->id);
        world.send(world.system, "InternalService/MarkAgentBack", back);
        agent->is_lost = false;
        agent->last_call = world.now;
    }
}

}  // namespace

void watch_agents(World& world) {
    if (world.is_watching) return;
    std::vector<Missed> missed;
    for (SimAgent* agent : world.agents.members()) {
        // A new leader has heard of nobody yet, and grants a time of grace.
        const Instant heard = std::max(agent->last_call, world.network.led_since());
        const bool is_silent = world.now - heard > kLease + kMargin;
        const bool by_mistake = world.random.one_in(2'000);
        const bool is_lost = (is_silent && !agent->is_lost) || by_mistake;
        const bool calls_again =
            (agent->is_lost || is_lost) && !agent->is_stalled && world.random.one_in(8);
        if (is_lost || calls_again || by_mistake)
            missed.push_back({agent, is_lost, calls_again || by_mistake});
    }
    if (missed.empty()) return;
    world.is_watching = true;
    world.fibers.begin([&world, missed] {
        tell_of(world, missed);
        world.is_watching = false;
    });
}

}  // namespace penstock::sim

#include "sim/world.h"

#include <algorithm>

#include "core/exchange/state.h"

namespace penstock::sim {
namespace {

/// Terms begin at most 300 s after the order and last 2,000; then come a minute for reports, half a
/// minute for clocks that had run ahead, and some beats. What is by plan is cancelled, and then may
/// have its last two periods reported for twenty minutes each.
constexpr Duration kAllEndsWithin = seconds(6'000);
constexpr Duration kTurn = seconds(5);

}  // namespace

World::World(std::uint64_t seed, Coverage& coverage, const std::string& only, Recording recording)
    : random(seed),
      swarm(Swarm::draw(random)),
      cluster(swarm.servers, coverage, only, recording == Recording::on),
      network(random, cluster, fibers, now) {
    fibers.begin([this] { open_world(*this); });
    network.drain();
    network.disturb(swarm);
}

Outcome World::send(const exchange::Actor& actor, const std::string& method,
                    const google::protobuf::Message& request) {
    Message message{actor, method, request.SerializeAsString(), ""};
    if (actor.kind != exchange::Actor::Kind::system) message.key = fresh_name("key");
    return network.call(std::move(message));
}

std::string World::fresh_hash() {
    std::string hash(32, '\0');
    ++drawn_;
    for (std::size_t i = 0; i < 8; ++i) hash[i] = static_cast<char>(drawn_ >> (8 * i));
    hash.back() = 1;
    return hash;
}

std::string World::fresh_name(const char* stem) {
    return std::string(stem) + " " + std::to_string(++drawn_);
}

void World::let_time_pass() {
    // Mostly seconds pass; now and then minutes, or days, so that terms end and things are retired.
    Instant until = now;
    if (random.one_in(2)) until = until + milliseconds(random.between(0, 900));
    if (random.one_in(swarm.wait_one_in)) until = until + seconds(random.between(10, 900));
    network.run_until(until);
    if (random.one_in(swarm.skip_one_in))
        skip_to(now + seconds(random.between(3'600, 40 * 86'400)));
    else if (!dozing_.empty() && random.one_in(50))
        skip_to(dozing_.begin()->first);
}

void World::skip_to(Instant at) {
    // A key counts for a day: no call may wait across the skip, or it would be done twice.
    network.drain([this] { return dozing_.size(); });
    cluster.compare_all();
    now = std::max(now, at);
    while (!dozing_.empty() && dozing_.begin()->first <= now)
        fibers.wake(dozing_.extract(dozing_.begin()).mapped());
}

void World::doze(Duration duration) {
    if (duration < seconds(3'600)) return network.sleep(duration);
    dozing_.emplace(now + duration, fibers.current());
    fibers.wait();
}

void World::step() {
    let_time_pass();
    watch_agents(*this);
    while (fibers.alive() >= swarm.actors_max + dozing_.size()) network.run_one();
    fibers.begin([this] { act(); });
}

void World::act() {
    std::int64_t who = random.between(0, 99);
    if ((who -= swarm.operators) < 0) return act_as_operator(*this);
    if ((who -= swarm.suppliers) < 0) return act_as_supplier(*this);
    if ((who -= swarm.agents) < 0) return act_as_agent(*this);
    if ((who -= swarm.buyers) < 0) return act_as_buyer(*this);
    if ((who -= swarm.users) < 0) return act_as_user(*this);
    if ((who -= swarm.liars) < 0) return act_as_liar(*this);
    act_wrongly(*this);
}

bool World::is_at_rest() const {
    bool is_any_live = exchange().state().tasks.attempts().size() > 0;
    exchange().state().contracts.contracts().for_each(
        [&](ContractId, const contract::Contract& contract) {
            is_any_live |= !contract.is_final();
        });
    // Who has spent its money stays overdue; what is paid directly needs none of it.
    exchange().state().bills.bills().for_each([&](BillId, const billing::Bill& bill) {
        is_any_live |= bill.paid_directly || bill.state != billing::BillState::overdue;
    });
    return !is_any_live;
}

void World::come_to_rest() {
    network.heal();
    // Who sleeps for hours is woken, and may fall asleep again.
    const auto dozing = [this] { return dozing_.size(); };
    for (network.drain(dozing); !dozing_.empty(); network.drain(dozing))
        skip_to(dozing_.begin()->first);
    end_plan_contracts(*this);
    const Instant until = now + kAllEndsWithin;
    while (now < until && !is_at_rest() && !cluster.audit().is_broken()) {
        watch_agents(*this);
        end_bills(*this);
        for (SimAgent* agent : agents.members()) {
            agent->is_stalled = agent->is_lying = false;
            if (!agent->is_revoked && !agent->is_busy)
                fibers.begin([this, agent] { serve(*this, *agent); });
        }
        network.run_until(now + kTurn);
    }
    network.drain();
    cluster.audit().quiet();
    cluster.compare_with_replay();
}

}  // namespace penstock::sim

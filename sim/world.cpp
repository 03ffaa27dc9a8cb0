#include "sim/world.h"

namespace penstock::sim {

World::World(std::uint64_t seed, Coverage& coverage, const std::string& only)
    : random(seed), host(random, coverage, Host::Options{}, only) {
    open_world(*this);
}

Outcome World::send(const exchange::Actor& actor, const std::string& method,
                    const google::protobuf::Message& request) {
    Message message{actor, method, request.SerializeAsString(), ""};
    if (actor.kind != exchange::Actor::Kind::system) message.key = fresh_name("key");
    Outcome outcome = host.send(message, now);
    while (outcome.kind == Outcome::Kind::unknown) outcome = host.send(message, now);
    return outcome;
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

void World::step() {
    // Mostly seconds pass; now and then hours, so that terms end and things are retired.
    if (random.one_in(2)) now = now + milliseconds(random.between(0, 900));
    if (random.one_in(150)) now = now + seconds(random.between(10, 900));
    if (random.one_in(2'000)) now = now + seconds(random.between(3'600, 40 * 86'400));
    watch_agents(*this);
    const std::int64_t who = random.between(0, 99);
    if (who < 4) return act_as_operator(*this);
    if (who < 12) return act_as_supplier(*this);
    if (who < 65) return act_as_agent(*this);
    if (who < 85) return act_as_buyer(*this);
    act_wrongly(*this);
}

}  // namespace penstock::sim

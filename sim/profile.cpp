#include "sim/profile.h"

#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/internal.pb.h"

namespace penstock::sim {

v1::ProfileStatement sound_profile(const World& world, const SimAgent& agent, std::uint32_t cores,
                                   const std::string& challenge) {
    v1::ProfileStatement profile;
    profile.set_pool(agent.pool);
    profile.set_agent(agent.id);
    profile.set_challenge(challenge);
    profile.set_measured_at_ns(world.now.ns);
    profile.set_cores(cores);
    profile.set_memory_bytes(std::uint64_t{cores} << 30);
    profile.set_cpu_model("simulated");
    for (const char* name : {"gemm_fp64", "gemm_fp32", "triad"}) {
        v1::Measurement* measurement = profile.add_measurements();
        measurement->set_name(name);
        measurement->set_unit(name == std::string("triad") ? "GB/s" : "GFLOP/s");
        measurement->set_value_milli(20'000);
        measurement->set_repetitions(3);
        measurement->set_method("simulated");
        measurement->set_software("sim 1");
    }
    return profile;
}

std::optional<std::string> open_challenge(World& world, const SimAgent& agent) {
    v1::IssueChallengeRequest issue;
    issue.set_pool(agent.pool);
    issue.set_challenge(world.fresh_hash().substr(0, 16));
    if (world.send(agent.actor, "InternalService/IssueChallenge", issue).kind !=
        Outcome::Kind::done)
        return std::nullopt;
    return issue.challenge();
}

Outcome submit(World& world, const SimAgent& agent, const v1::ProfileStatement& profile) {
    v1::SubmitProfileRequest request;
    request.set_pool(agent.pool);
    request.mutable_profile()->set_type("profile");
    request.mutable_profile()->set_body(profile.SerializeAsString());
    return world.send(agent.actor, "CatalogService/SubmitProfile", request);
}

void measure(World& world, SimAgent& agent, std::uint32_t cores) {
    const auto challenge = open_challenge(world, agent);
    if (!challenge) return;
    submit(world, agent, sound_profile(world, agent, cores, *challenge));
    agent.cores = cores;
}

}  // namespace penstock::sim

#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "penstock/v1/task.pb.h"
#include "sim/host.h"

namespace penstock::sim {

struct SimParty {
    std::string id;
    exchange::Actor key;
    std::string key_id;
    bool supplies = false;
};

/// An attempt as its agent sees it.
struct SimAttempt {
    v1::Assignment assignment;
    Instant seen_at;
    bool is_started = false;
};

struct SimAgent {
    std::string id;
    exchange::Actor actor;
    std::string party;
    exchange::Actor party_key;
    std::string pool;
    std::uint32_t cores = 0;
    bool is_stalled = false;  ///< Does not call; its leases run out.
    bool is_lying = false;    ///< Claims more than was.
    bool is_revoked = false;
    bool is_lost = false;  ///< As the shell has told the core.
    Instant last_call;
    std::uint64_t next_usage = 1;
    std::map<std::string, SimAttempt> attempts;
};

struct SimOrder {
    std::string id;
    exchange::Actor buyer;
    std::string workload;
};

/// One random world: who there is, what they know, and the exchange that they talk to.
class World {
  public:
    World(std::uint64_t seed, Coverage& coverage, const std::string& only = {});

    Random random;
    Host host;
    Instant now{1'800'000'000'000'000'000};

    exchange::Actor system{exchange::Actor::Kind::system, 0};
    exchange::Actor nobody{exchange::Actor::Kind::anonymous, 0};
    exchange::Actor operator_key;
    std::string operator_party;
    std::vector<SimParty> parties;
    std::vector<SimAgent> agents;
    std::vector<exchange::Actor> revoked_agents;
    std::vector<std::string> products;
    std::vector<SimOrder> orders;
    std::vector<std::string> top_ups;
    std::vector<std::string> tokens;        ///< Hashes of enrolment tokens handed out.
    std::vector<std::string> old_attempts;  ///< Ended or lost ones, for late reports.

    /// Sends a command, again and again with the same key while its outcome is unknown.
    Outcome send(const exchange::Actor& actor, const std::string& method,
                 const google::protobuf::Message& request);
    /// The response when the command was done.
    template <class Response>
    std::optional<Response> command(const exchange::Actor& actor, const std::string& method,
                                    const google::protobuf::Message& request) {
        const Outcome outcome = send(actor, method, request);
        Response response;
        if (outcome.kind != Outcome::Kind::done || !response.ParseFromString(outcome.reply))
            return std::nullopt;
        return response;
    }
    template <class Response>
    std::optional<Response> query(const exchange::Actor& actor, const std::string& method,
                                  const google::protobuf::Message& request) {
        const auto reply = host.ask(actor, method, request.SerializeAsString(), now);
        Response response;
        if (!reply || !response.ParseFromString(*reply)) return std::nullopt;
        return response;
    }

    /// Something happens.
    void step();
    /// 32 bytes that no earlier call returned.
    std::string fresh_hash();
    std::string fresh_name(const char* stem);

  private:
    std::uint64_t drawn_ = 0;
};

// The doings of each kind of actor; one call does one thing, chosen at random. act_*.cpp.
void open_world(World& world);
void act_as_operator(World& world);
void act_as_supplier(World& world);
void act_as_agent(World& world);
void act_as_buyer(World& world);
void act_wrongly(World& world);
/// Silent agents whose leases have ended are lost; those that call again are back.
void watch_agents(World& world);

}  // namespace penstock::sim

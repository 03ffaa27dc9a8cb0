#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/task.pb.h"
#include "sim/network.h"
#include "sim/roster.h"

namespace penstock::sim {

struct SimParty {
    std::string id;
    exchange::Actor key;
    std::string key_id;
    bool supplies = false;
};

/// A transfer instruction as the bank was given it.
struct SimMove {
    std::string reference;
    std::string sub_account;
    std::int64_t micros = 0;
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
    bool is_busy = false;  ///< One loop at a time.
    Instant last_call;
    std::uint64_t next_usage = 1;
    std::map<std::string, SimAttempt> attempts;
    v1::SignedStatement last_usage;  ///< For those who hand it in again.
};

struct SimUser {
    std::string id;
    exchange::Actor manager;
    std::string password;  ///< The vault's record.
    std::string invitation;
    std::string device;  ///< The hash of the newest token.
};

struct SimOrder {
    std::string id;
    exchange::Actor buyer;
    std::string workload;
};

/// A job that was tried on a product.
struct SimTrial {
    std::string workload;
    exchange::Actor buyer;
    std::string product;
};

/// A contract by plan, as its two sides know it.
struct SimPlanContract {
    std::string id;
    std::string order;
    exchange::Actor buyer;
    exchange::Actor supplier;
    v1::PricePlan plan;
    std::vector<std::string> counted;  ///< The components whose usage is to be reported.
    std::uint64_t next_report = 1;
    Instant reported_until;
};

/// One random world: who there is, what they know, and the exchange that they talk to.
///
/// Actors act at the same time: what one does goes on while others wait for their answers. So
/// nothing that is looked at before a call need hold after it; references to members of a Roster
/// alone stay good.
class World {
  public:
    enum class Recording { off, on };
    /// @param only       The one checker to listen to; empty for all.
    /// @param recording  Whether the cluster keeps its story.
    World(std::uint64_t seed, Coverage& coverage, const std::string& only = {},
          Recording recording = Recording::off);

    Random random;
    Swarm swarm;
    Instant now{1'800'000'000'000'000'000};
    Cluster cluster;
    Fibers fibers;
    Network network;

    exchange::Actor system{exchange::Actor::Kind::system, 0};
    exchange::Actor nobody{exchange::Actor::Kind::anonymous, 0};
    exchange::Actor operator_key;
    std::string operator_party;
    Roster<SimParty> parties;
    Roster<SimAgent> agents;
    std::vector<exchange::Actor> revoked_agents;
    std::vector<std::string> products;
    Roster<SimOrder> orders;
    std::vector<SimTrial> trials;
    Roster<SimPlanContract> plan_contracts;
    Roster<SimUser> users;
    std::vector<std::string> sessions;
    std::vector<std::string> top_ups;
    std::vector<std::string> withdrawals;
    std::vector<SimMove> moves;  ///< Ended ones, too: the bank shows them late, or again.
    std::vector<exchange::Actor> officers;  ///< Sessions of the operator's users.
    std::vector<std::string> tokens;        ///< Hashes of enrolment tokens handed out.
    std::vector<std::string> old_attempts;  ///< Ended or lost ones, for late reports.

    bool is_watching = false;  ///< Agents that are silent are just being marked.

    /// What the journal has led to so far.
    const exchange::Exchange& exchange() const { return cluster.audit().replica(); }
    const std::vector<std::string>& broken() const { return cluster.audit().broken(); }

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
        const auto reply = network.ask({actor, method, request.SerializeAsString(), ""});
        Response response;
        if (!reply || !response.ParseFromString(*reply)) return std::nullopt;
        return response;
    }

    /// Lets an actor sleep. Hours pass for all at once: it wakes with a skip up to then or later.
    void doze(Duration duration);
    /// Time passes, and somebody begins to do something. The phase of safety.
    void step();
    /// The phase of liveness: from now on nothing fails and nobody lies or orders; all work, holds
    /// and contracts must end in bounded time.
    void come_to_rest();
    /// 32 bytes that no earlier call returned.
    std::string fresh_hash();
    std::string fresh_name(const char* stem);

  private:
    void let_time_pass();
    void act();
    bool is_at_rest() const;

    void skip_to(Instant at);

    std::uint64_t drawn_ = 0;
    std::multimap<Instant, Fibers::Id> dozing_;  ///< By when they wake.
};

// The doings of each kind of actor; one call does one thing, chosen at random. act_*.cpp.
void open_world(World& world);
void act_as_operator(World& world);
void act_as_supplier(World& world);
/// Says what a product will cost.
void announce_price(World& world);
/// Says on what terms a product is sold.
void agree_terms(World& world);
void act_as_agent(World& world);
/// One turn of an agent's loop.
void serve(World& world, SimAgent& agent);
void act_as_liar(World& world);
void act_as_buyer(World& world);
void act_as_user(World& world);
void act_as_officer(World& world);
/// Asks for money to be paid out, or takes that back.
void withdraw(World& world, const SimParty& party);
void act_wrongly(World& world);
/// Announces a plan that cannot be.
void err_in_pricing(World& world);
/// Sets terms that cannot be.
void err_in_terms(World& world);
/// Orders quantities of a product's plan.
void order_by_plan(World& world, const SimParty& buyer, const v1::Product& product);
/// Tries a job on one of the products, or buys by what a trial has shown.
void order_by_trial(World& world, const SimParty& buyer, const std::vector<v1::Product>& offers);
/// Accepts, reports of or ends a contract by plan.
void act_on_plan_contract(World& world);
/// Changes a contract by plan, answers a change, or gives notice.
void change_plan_contract(World& world);
/// Changes what cannot be changed.
void err_in_changes(World& world);
/// Orders or reports what cannot be.
void err_by_plan(World& world);
/// Disputes a part of a bill, or takes that back.
void act_on_bill(World& world);
/// Officers decide about a dispute, or a payment that was denied.
void decide_dispute(World& world);
/// Pays, declares or answers a bill that is paid directly; so that it ends.
void act_directly(World& world, BillId id);
void end_directly(World& world, BillId id);
/// Officers decide about a payment that was denied.
void decide_payment(World& world);
/// By what a party signs; nobody's where it has left.
exchange::Actor key_of(World& world, PartyId party);
/// Disputes or decides what cannot be.
void err_in_disputes(World& world);
/// Ends whatever disputes there are.
void end_bills(World& world);
/// Officers let a party order on credit.
void give_credit(World& world, const std::string& party);
/// A party puts its cash into a guarantee; and has it again.
void run_dry(World& world, PartyId party);
void be_flush(World& world, PartyId party);
/// A buyer's cash does not cover its contracts with rolling escrow any more, or does again.
void act_on_escrow(World& world);
/// A buyer has no cash left when the next period of a contract with rolling escrow begins.
void run_out(World& world, ContractId id);
/// Ends whatever contracts by plan there are.
void end_plan_contracts(World& world);
/// Silent agents whose leases have ended are lost; those that call again are back.
void watch_agents(World& world);

}  // namespace penstock::sim

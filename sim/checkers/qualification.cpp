#include <map>
#include <set>

#include "base/id.h"
#include "penstock/v1/party.pb.h"
#include "sim/checkers/checker.h"

namespace penstock::sim {
namespace {

/// What starts something new; all else may be done while a party waits for, or lost, its admission.
const std::set<std::string> kStarting{
    "ContractService/PlaceOrder", "ContractService/AcceptContract", "TaskService/SubmitWorkload",
    "CatalogService/ListProduct", "CatalogService/RepriceProduct",  "CatalogService/SetPricePlan",
    "TermsService/SetSaleTerms"};

/// Nothing is started by a party that is not admitted, and nothing at all is done with a key or by
/// an agent that has been revoked.
class Qualification final : public Checker {
  public:
    std::string_view name() const override { return "qualification"; }

    void on_command(const Record& record) override {
        const v1::JournaledCommand& command = record.command;
        const bool is_key = command.actor().kind() == v1::Actor::KEY;
        const bool is_agent = command.actor().kind() == v1::Actor::AGENT;
        if (is_key || is_agent) {
            const auto& known = is_key ? keys_ : agents_;
            const auto holder = known.find(command.actor().id());
            if (holder == known.end() || holder->second.is_revoked) {
                check(false, command.method(), "done by nobody, or by one who was revoked");
            } else if (kStarting.contains(command.method())) {
                check(states_[holder->second.party] == v1::PARTY_QUALIFIED, holder->second.party,
                      "starts something without being admitted");
            }
        }
        for (const v1::Event& event : record.events) follow(event);
    }

  private:
    struct Holder {
        std::string party;
        bool is_revoked = false;
    };

    void follow(const v1::Event& event) {
        if (event.has_party_changed())
            states_[event.party_changed().id()] = event.party_changed().state();
        if (event.has_key_changed())
            keys_[KeyId::parse(event.key_changed().id())->value] = {event.key_changed().party(),
                                                                    event.key_changed().revoked()};
        if (event.has_agent_changed())
            agents_[AgentId::parse(event.agent_changed().id())->value] = {
                event.agent_changed().party(), event.agent_changed().revoked()};
    }

    std::map<std::string, v1::PartyState> states_;
    std::map<std::uint64_t, Holder> keys_;
    std::map<std::uint64_t, Holder> agents_;
};

}  // namespace

std::unique_ptr<Checker> qualification_checker() {
    return std::make_unique<Qualification>();
}

}  // namespace penstock::sim

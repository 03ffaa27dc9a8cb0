#include "shell/server/artifact_gate.h"

#include <memory>
#include <utility>

#include "core/exchange/exchange.h"
#include "core/exchange/state.h"
#include "shell/api/error.h"

namespace penstock::shell {

void ServerArtifactGate::authenticate(const transport::HttpRequest& head,
                                      std::function<void(Result<artifacts::Caller>)> callback) {
    // The head is gone when the callback comes; what is signed is kept until then.
    auto kept = std::make_shared<transport::HttpRequest>();
    kept->verb = head.verb;
    kept->target = head.target;
    kept->headers.add("authorization", head.headers.value("authorization"));
    const transport::HttpRequest& request = *kept;
    authenticator_.authenticate(
        request, [kept, callback = std::move(callback)](Result<Identity> identity) {
            if (!identity) return callback(std::unexpected(std::move(identity).error()));
            if (!identity->party) return callback(reject(kCredentialsMalformed));
            const AgentId agent = identity->agent ? identity->agent->agent : AgentId{};
            callback(artifacts::Caller{identity->party, agent});
        });
}

void ServerArtifactGate::agent_may_read(AgentId agent, const artifacts::FileDigest& digest,
                                        std::function<void(bool)> callback) {
    auto may = std::make_shared<bool>(false);
    sequencer_->inspect(
        [may, agent, text = digest.text()](const Core& core, Instant) {
            *may = exchange::agent_may_read(core.exchange(), agent, text);
        },
        [may, callback = std::move(callback)](Outcome outcome) {
            callback(outcome.reply.has_value() && *may);
        });
}

void ServerArtifactGate::may_upload(const artifacts::Caller& caller,
                                    std::function<void(bool)> callback) {
    auto may = std::make_shared<bool>(false);
    sequencer_->inspect(
        [may, caller](const Core& core, Instant) {
            const auto* party = core.exchange().state().directory.find_party(caller.party);
            if (party == nullptr) return;
            *may = party->state == party::PartyState::qualified ||
                   (caller.agent && party->state == party::PartyState::suspended);
        },
        [may, callback = std::move(callback)](Outcome outcome) {
            callback(outcome.reply.has_value() && *may);
        });
}

bool ServerArtifactCheck::may_read(std::string_view digest, PartyId party) const {
    const auto parsed = artifacts::FileDigest::parse(digest);
    return parsed && grants_.may_read(*parsed, party) && store_.find(*parsed).has_value();
}

}  // namespace penstock::shell

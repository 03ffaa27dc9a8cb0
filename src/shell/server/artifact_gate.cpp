#include "shell/server/artifact_gate.h"

#include <memory>
#include <utility>

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

}  // namespace penstock::shell

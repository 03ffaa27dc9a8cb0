#include "shell/server/artifact_gate.h"

#include <memory>
#include <utility>

#include "core/exchange/authorise.h"
#include "core/exchange/exchange.h"
#include "core/exchange/state.h"
#include "core/party/error.h"
#include "shell/api/error.h"
#include "shell/limits/address.h"

namespace penstock::shell {

namespace {

/// Files count as one method, which is none of the schema's.
constexpr std::uint64_t kFileRoute = UINT64_MAX;
constexpr std::int64_t kFileCost = 2;

}  // namespace

void ServerArtifactGate::authenticate(const transport::HttpRequest& head,
                                      std::function<void(Result<artifacts::Caller>)> callback) {
    // The head is gone when the callback comes; what is signed is kept until then.
    auto kept = std::make_shared<transport::HttpRequest>();
    kept->verb = head.verb;
    kept->target = head.target;
    kept->peer = head.peer;
    for (const std::string_view name :
         {std::string_view("authorization"), std::string_view("cookie"), kCsrfHeader}) {
        if (head.headers.has(name)) kept->headers.add(name, head.headers.value(name));
    }
    const transport::HttpRequest& request = *kept;
    authenticator_.authenticate(
        request, [this, kept, callback = std::move(callback)](Result<Identity> identity) {
            if (!identity) {
                if (identity.error().code() == Code::unauthenticated)
                    limits_.note_wrong_credentials(kept->peer, clock_.steady());
                return callback(std::unexpected(std::move(identity).error()));
            }
            if (!identity->party) return callback(reject(kCredentialsMalformed));
            const bool reads = kept->verb == "GET" || kept->verb == "HEAD";
            if (!reads && identity->by_cookie && !identity->csrf_shown)
                return callback(reject(kCsrfTokenMissing));
            const auto refusal =
                limits_.admit_call({.peer = kept->peer,
                                    .kind = static_cast<std::uint64_t>(identity->actor.kind),
                                    .number = identity->actor.id,
                                    .party = identity->party.value,
                                    .method = kFileRoute,
                                    .cost = kFileCost},
                                   clock_.steady());
            if (refusal) return callback(std::unexpected(refusal->error()));
            check(*identity, reads, callback);
        });
}

void ServerArtifactGate::check(const Identity& identity, bool reads,
                               const std::function<void(Result<artifacts::Caller>)>& callback) {
    // A credential that was withdrawn, or is for other things, counts for no file either.
    const AgentId agent = identity.agent ? identity.agent->agent : AgentId{};
    auto seen = std::make_shared<Result<void>>();
    sequencer_->inspect(
        [seen, actor = identity.actor, reads](const Core& core, Instant now) {
            const exchange::State& state = core.exchange().state();
            const auto caller = exchange::identify(state, actor, now);
            if (!caller) {
                *seen = std::unexpected(caller.error());
                return;
            }
            using party::Permission;
            const party::Permissions needed =
                reads ? party::Permissions{Permission::contract_read}
                      : party::Permissions{Permission::task_run, Permission::catalog_publish};
            if (caller->may.intersects(needed)) return;
            if (caller->needs_second_factor)
                *seen = reject(party::kSecondFactorNeeded);
            else
                *seen = reject(caller->user ? party::kUserRoleMissing : party::kKeyScopeMissing);
        },
        [seen, callback, caller = artifacts::Caller{identity.party, agent}](Outcome outcome) {
            if (!outcome.reply) return callback(std::unexpected(std::move(outcome.reply).error()));
            if (!*seen) return callback(std::unexpected(seen->error()));
            callback(caller);
        },
        {.flow = limits::flow_of_party(identity.party.value)});
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
        },
        {.flow = limits::flow_of_party(caller.party.value)});
}

bool ServerArtifactCheck::may_read(std::string_view digest, PartyId party) const {
    const auto parsed = artifacts::FileDigest::parse(digest);
    return parsed && grants_.may_read(*parsed, party) && store_.find(*parsed).has_value();
}

}  // namespace penstock::shell

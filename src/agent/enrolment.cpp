#include "agent/enrolment.h"

#include <spdlog/spdlog.h>

#include "agent/error.h"
#include "agent/state_file.h"
#include "base/try.h"
#include "penstock/v1/party.pb.h"

namespace penstock::agent {

Result<Identity> ensure_enrolled(Exchange& exchange, const std::string& folder,
                                 const std::string& token, std::stop_token stop) {
    TRY_ASSIGN(auto identity, load_identity(folder));
    if (!identity.agent.empty()) return identity;
    if (token.empty()) return reject(kNotEnrolled);
    TRY_ASSIGN(const auto key, ensure_random_text(folder + "/enrolment-key.json"));
    v1::EnrolAgentRequest request;
    request.set_token(token);
    const auto& public_key = identity.key.public_key();
    request.set_public_key(public_key.data(), public_key.size());
    const auto answer = until_answered(stop, [&] {
        auto tried = exchange.call<v1::EnrolAgentResponse>("PartyService/EnrolAgent", request,
                                                           {.idempotency_key = key});
        if (tried) return tried;
        spdlog::warn("enrolment: {}", tried.error().message);
        // Nobody is known yet, so this speaks of the token, and is the last word.
        if (tried.error().code == Code::unauthenticated)
            tried.error().code = Code::permission_denied;
        return tried;
    });
    if (!answer) return reject(kNotEnrolled, "token", answer.error().message);
    identity.agent = answer->agent();
    identity.site = answer->site();
    identity.pool = answer->pool();
    identity.key_epoch = answer->key_epoch();
    TRY(save_identity(folder, identity));
    spdlog::info("enrolled as {} with {} at {}", identity.agent, identity.pool, identity.site);
    return identity;
}

}  // namespace penstock::agent

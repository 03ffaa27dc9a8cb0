#include "shell/oidc/oidc_desk.h"

#include <utility>

#include "base/try.h"
#include "core/exchange/state.h"
#include "crypto/constant_time.h"
#include "crypto/random.h"
#include "shell/api/cookie.h"
#include "shell/api/session_token.h"
#include "shell/identity/email.h"
#include "shell/limits/address.h"
#include "shell/oidc/base64_url.h"
#include "shell/oidc/error.h"
#include "transport/connect/error_body.h"
#include "transport/connect/query.h"

namespace penstock::oidc {

namespace {

constexpr unsigned kThreads = 2;
constexpr std::size_t kWaitingMax = 64;
constexpr std::int64_t kFlowSeconds = 600;
constexpr std::string_view kFlowCookie = "flow";

std::string draw() {
    return base64_url(crypto::random_bytes(32));
}

/// The one value of a parameter; empty when it is not there, or more than once.
std::string parameter(const transport::HttpRequest& request, std::string_view name) {
    const auto pairs = transport::parse_query(request.query());
    std::string found;
    std::size_t times = 0;
    if (!pairs) return found;
    for (const auto& [key, value] : *pairs) {
        if (key != name) continue;
        found = value;
        ++times;
    }
    return times == 1 ? found : std::string();
}

}  // namespace

OidcDesk::OidcDesk(shell::IdentityDesk& identity, vault::Vault& vault, const shell::Clock& clock,
                   Options options)
    : identity_(identity),
      vault_(vault),
      clock_(clock),
      options_(std::move(options)),
      workers_(std::make_unique<shell::Workers>(kThreads, kWaitingMax)) {
    for (const ProviderSettings& settings : options_.providers)
        providers_.emplace(settings.name, std::make_unique<Provider>(settings));
}

void OidcDesk::handle(transport::HttpRequest request, transport::Responder responder) {
    auto held = std::make_shared<transport::Responder>(std::move(responder));
    const limits::Turn turn{.flow = limits::flow_of_address(request.peer)};
    shell::Workers::Job job = [this, held, request = std::move(request)] {
        auto answered = answer(request);
        if (!answered) return transport::fail(*held, answered.error());
        held->send(*std::move(answered));
    };
    if (!workers_->add(job, turn)) transport::fail(*held, Error(kTooManyFlows));
}

Result<transport::HttpResponse> OidcDesk::answer(const transport::HttpRequest& request) {
    if (request.verb == "GET" && request.path() == "/oidc/start") return start(request);
    if (request.verb == "GET" && request.path() == "/oidc/callback") return finish(request);
    return reject(kProviderUnknown, {}, "There are /oidc/start and /oidc/callback.");
}

Result<Provider*> OidcDesk::find_provider(std::string_view name) {
    const auto found = providers_.find(name);
    if (found == providers_.end()) return reject(kProviderUnknown, "provider");
    return found->second.get();
}

Result<transport::HttpResponse> OidcDesk::start(const transport::HttpRequest& request) {
    TRY_ASSIGN(Provider* const provider, find_provider(parameter(request, "provider")));
    const std::string state = draw();
    const std::string browser = draw();
    Flow flow{.provider = provider->settings().name,
              .nonce = draw(),
              .code_verifier = draw(),
              .browser = crypto::sha256(browser),
              .ends_at = clock_.wall() + seconds(kFlowSeconds)};
    TRY_ASSIGN(const std::string url,
               provider->authorization_url(
                   {.redirect_uri = redirect_uri(),
                    .state = state,
                    .nonce = flow.nonce,
                    .code_challenge = base64_url(crypto::sha256(flow.code_verifier))}));
    flows_.add(state, std::move(flow), limits::counted_address(request.peer), clock_.wall());
    transport::HttpResponse response;
    response.status = 302;
    response.headers.add("Location", url);
    response.headers.add("Cache-Control", "no-store");
    // Lax: the provider's site sends the browser back.
    response.headers.add("Set-Cookie",
                         shell::set_cookie(kFlowCookie, browser,
                                           {.secure = options_.secure_cookies,
                                            .max_age_seconds = kFlowSeconds,
                                            .same_site = shell::CookieTerms::SameSite::lax}));
    return response;
}

Result<Flow> OidcDesk::take_flow(const std::string& state, const transport::HttpRequest& request) {
    auto flow = flows_.take(state);
    if (!flow) return reject(kFlowInvalid);
    const auto browser = shell::find_cookie(
        request.headers.value("cookie"), shell::cookie_name(kFlowCookie, options_.secure_cookies));
    if (!browser || clock_.wall() >= flow->ends_at ||
        !crypto::equal_in_constant_time(crypto::sha256(*browser), flow->browser))
        return reject(kFlowInvalid);
    return *std::move(flow);
}

Result<UserId> OidcDesk::find_user(const Provider& provider, const Claims& claims) {
    const ProviderSettings& settings = provider.settings();
    TRY_ASSIGN(auto profile, vault_.find_subject(settings.issuer, claims.subject));
    const bool is_bound = profile.has_value();
    const auto email = shell::canonical_email(claims.email);
    if (!profile && email) {
        TRY_ASSIGN(profile, vault_.find_email(*email));
    }
    if (!profile) return reject(kPersonUnknown);
    UserId user;
    TRY(identity_.exchange().look([&](const exchange::State& state, Instant) -> Result<void> {
        const auto found = state.people.find_by_profile(*profile);
        if (!found) return reject(kPersonUnknown);
        if (settings.party && state.people.user(*found).party != settings.party)
            return reject(kPersonUnknown);
        user = *found;
        return {};
    }));
    if (!is_bound) TRY(vault_.bind_subject(*profile, settings.issuer, claims.subject));
    return user;
}

Result<transport::HttpResponse> OidcDesk::finish(const transport::HttpRequest& request) {
    TRY_ASSIGN(const Flow flow, take_flow(parameter(request, "state"), request));
    TRY_ASSIGN(Provider* const provider, find_provider(flow.provider));
    // RFC 9207: an answer of one provider is no answer of another.
    const std::string issuer = parameter(request, "iss");
    if (!issuer.empty() && issuer != provider->settings().issuer) return reject(kFlowInvalid);
    const std::string code = parameter(request, "code");
    if (code.empty()) return reject(kProviderRefused);
    TRY_ASSIGN(const Claims claims,
               provider->redeem({.code = code,
                                 .redirect_uri = redirect_uri(),
                                 .code_verifier = flow.code_verifier,
                                 .nonce = flow.nonce,
                                 .now_seconds = clock_.wall().ns / seconds(1).ns}));
    shell::IdentityDesk::Proven proven;
    TRY_ASSIGN(proven.user, find_user(*provider, claims));
    proven.means = v1::SIGN_IN_OIDC;
    proven.provider_second_factor = claims.second_factor;
    TRY_ASSIGN(const auto opened, identity_.open_session(proven));
    transport::HttpResponse response;
    response.headers.add("Content-Type", "text/html; charset=utf-8");
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("Content-Security-Policy", "default-src 'none'");
    for (const std::string& cookie : opened.cookies) response.headers.add("Set-Cookie", cookie);
    response.headers.add("Set-Cookie",
                         shell::set_cookie(kFlowCookie, "",
                                           {.secure = options_.secure_cookies,
                                            .same_site = shell::CookieTerms::SameSite::lax}));
    // A page, not a redirect: what follows a redirect from the provider's site still counts as sent
    // by it, and would come without the session's cookie.
    response.body =
        "<!doctype html><meta http-equiv=\"refresh\" content=\"0;url=/\"><title>Penstock</title>\n";
    return response;
}

}  // namespace penstock::oidc

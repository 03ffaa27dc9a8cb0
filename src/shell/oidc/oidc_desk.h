#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "shell/api/workers.h"
#include "shell/identity/identity_desk.h"
#include "shell/oidc/pending_flows.h"
#include "shell/oidc/provider.h"
#include "shell/sequencer/clock.h"
#include "shell/vault/vault.h"
#include "transport/http/server.h"

namespace penstock::oidc {

/// Signs browsers in with identity providers: OpenID Connect, authorisation code with PKCE.
///
/// GET /oidc/start?provider=NAME sends the browser there; GET /oidc/callback takes it back, begins
/// a session and sends it on to `/`, where the portal will be: until then that is 404. A sign-in is
/// remembered here, at the server that leads, for ten minutes, counts once, and only in the browser
/// in which it was begun.
class OidcDesk {
  public:
    struct Options {
        std::vector<ProviderSettings> providers;
        std::string public_url;  ///< Of this server: where providers send browsers back to.
        bool secure_cookies = false;
    };
    /// All outlive the desk.
    OidcDesk(shell::IdentityDesk& identity, vault::Vault& vault, const shell::Clock& clock,
             Options options);

    static bool owns(std::string_view path) { return path.starts_with("/oidc/"); }
    void handle(transport::HttpRequest request, transport::Responder responder);
    /// Ends its threads. Before the identity desk stops.
    void stop() { workers_.reset(); }

  private:
    Result<transport::HttpResponse> answer(const transport::HttpRequest& request);
    Result<transport::HttpResponse> start(const transport::HttpRequest& request);
    Result<transport::HttpResponse> finish(const transport::HttpRequest& request);
    /// Takes a flow out, so that it counts once.
    Result<Flow> take_flow(const std::string& state, const transport::HttpRequest& request);
    Result<Provider*> find_provider(std::string_view name);
    /// The user whom the claims name; binds the account at the first time.
    Result<UserId> find_user(const Provider& provider, const Claims& claims);
    std::string redirect_uri() const { return options_.public_url + "/oidc/callback"; }

    shell::IdentityDesk& identity_;
    vault::Vault& vault_;
    const shell::Clock& clock_;
    const Options options_;
    std::map<std::string, std::unique_ptr<Provider>, std::less<>> providers_;
    PendingFlows flows_;
    std::unique_ptr<shell::Workers> workers_;
};

}  // namespace penstock::oidc

#pragma once

#include <string>

#include "shell/api/workers.h"
#include "shell/artifacts/artifact_routes.h"
#include "shell/evidence/evidence_log.h"
#include "shell/limits/limits.h"
#include "shell/oidc/oidc_desk.h"
#include "shell/sequencer/sequencer.h"
#include "shell/server/forwarder.h"
#include "shell/server/operator_pages.h"
#include "transport/connect/router.h"

namespace penstock::shell {

/// Takes each HTTP request to the part of the server that its path belongs to.
class FrontDoor final : public transport::HttpHandler {
  public:
    /// All outlive the HTTP server.
    struct Parts {
        transport::RpcRouter& router;
        artifacts::ArtifactRoutes& artifacts;
        const evidence::EvidenceLog& evidence;
        Workers& workers;
        oidc::OidcDesk* oidc;  ///< Null without identity providers.
        const OperatorPages& operator_pages;
        const Sequencer& sequencer;
        limits::Limits& limits;
        const Clock& clock;
        /// Null where the server is alone.
        const Leadership* leadership = nullptr;
        Forwarder* forwarder = nullptr;
        const ForwardedPeer* peers = nullptr;
        std::string openapi;  ///< The document.
    };
    explicit FrontDoor(Parts parts) : parts_(std::move(parts)) {}

    transport::Refusal admit(const transport::HttpRequest& head) override;
    transport::BodyPlan plan_body(const transport::HttpRequest& head) override;
    void handle(transport::HttpRequest request, transport::Responder responder) override;

  private:
    bool follows() const;
    /// Passes on what is the leader's, and says how old the rest of the answers is.
    void handle_as_follower(transport::HttpRequest request, transport::Responder responder);
    void serve(transport::HttpRequest request, transport::Responder responder);
    void serve_evidence(transport::HttpRequest request, transport::Responder responder);

    Parts parts_;
};

}  // namespace penstock::shell

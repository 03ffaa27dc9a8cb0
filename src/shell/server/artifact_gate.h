#pragma once

#include "shell/api/authenticator.h"
#include "shell/artifacts/artifact_routes.h"

namespace penstock::shell {

/// Tells the file store who asks, and what an agent's work needs.
class ServerArtifactGate final : public artifacts::ArtifactGate {
  public:
    explicit ServerArtifactGate(Authenticator& authenticator) : authenticator_(authenticator) {}
    /// Before the first request.
    void attach(Sequencer& sequencer) { sequencer_ = &sequencer; }

    void authenticate(const transport::HttpRequest& head,
                      std::function<void(Result<artifacts::Caller>)> callback) override;
    void agent_may_read(AgentId agent, const artifacts::FileDigest& digest,
                        std::function<void(bool)> callback) override;

  private:
    Authenticator& authenticator_;
    Sequencer* sequencer_ = nullptr;
};

}  // namespace penstock::shell

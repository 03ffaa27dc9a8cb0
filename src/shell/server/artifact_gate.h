#pragma once

#include "shell/api/artifact_check.h"
#include "shell/api/authenticator.h"
#include "shell/artifacts/artifact_routes.h"
#include "shell/limits/limits.h"

namespace penstock::shell {

/// Tells the file store who asks, and what an agent's work needs.
class ServerArtifactGate final : public artifacts::ArtifactGate {
  public:
    /// All outlive it.
    ServerArtifactGate(Authenticator& authenticator, limits::Limits& limits, const Clock& clock)
        : authenticator_(authenticator), limits_(limits), clock_(clock) {}
    /// Before the first request.
    void attach(Sequencer& sequencer) { sequencer_ = &sequencer; }

    void authenticate(const transport::HttpRequest& head,
                      std::function<void(Result<artifacts::Caller>)> callback) override;
    void may_upload(const artifacts::Caller& caller, std::function<void(bool)> callback) override;
    void agent_may_read(AgentId agent, const artifacts::FileDigest& digest,
                        std::function<void(bool)> callback) override;

  private:
    /// Whether the credential still counts, and for files.
    void check(const Identity& identity, bool reads,
               const std::function<void(Result<artifacts::Caller>)>& callback);

    Authenticator& authenticator_;
    limits::Limits& limits_;
    const Clock& clock_;
    Sequencer* sequencer_ = nullptr;
};

/// Tells the API who may read which stored file.
class ServerArtifactCheck final : public ArtifactCheck {
  public:
    /// Both outlive it.
    ServerArtifactCheck(const artifacts::ArtifactStore& store, const artifacts::Grants& grants)
        : store_(store), grants_(grants) {}
    bool may_read(std::string_view digest, PartyId party) const override;

  private:
    const artifacts::ArtifactStore& store_;
    const artifacts::Grants& grants_;
};

}  // namespace penstock::shell

#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "files/descriptor.h"
#include "penstock/v1/system.pb.h"
#include "shell/api/api.h"
#include "shell/api/task_logs.h"
#include "shell/api/watch_desk.h"
#include "shell/api/work_desk.h"
#include "shell/artifacts/artifact_routes.h"
#include "shell/evidence/evidence_log.h"
#include "shell/identity/identity_desk.h"
#include "shell/journal/postgres_leadership.h"
#include "shell/journal/sqlite_journal.h"
#include "shell/oidc/provider.h"
#include "shell/projection/sqlite_projection.h"
#include "shell/sequencer/exchange_core.h"
#include "shell/server/artifact_gate.h"
#include "shell/server/feed.h"
#include "shell/server/front_door.h"
#include "shell/server/operator_pages.h"
#include "shell/server/server.h"
#include "shell/server/table_questions.h"
#include "shell/telemetry/sampler.h"
#include "shell/telemetry/telemetry.h"

namespace penstock::shell {

/// The parts of a server, in the order in which they are made; they go in the opposite one.
class Composition final : public Server {
  public:
    explicit Composition(ServerOptions options);
    ~Composition() override;

    Result<void> start();
    std::uint16_t port() const override { return port_; }
    void stop() override;

  private:
    using EvidenceFeed = Feed<evidence::EvidenceLog, AfterFault::asked_again>;
    using GrantFeed = Feed<artifacts::Grants, AfterFault::given_again>;

    Result<void> open_stores();
    Result<void> open_journal();
    /// The address and all that settings name: what is wrong with them shall be known before
    /// anything is kept that a second start could not change.
    Result<void> open_doors();
    /// Until this server leads, or another does and its exchange is known here.
    void await_role() const;
    Result<void> open_sequencer();
    Result<void> open_exchange();
    Result<void> open_api();
    Result<void> listen();
    std::string address_for_others() const;
    /// Whether all servers on the journal have the same secrets.
    Result<void> check_secrets() const;
    void serve_status();
    void describe_role(v1::GetStatusResponse& response) const;
    FeedHealth feed_health() const;
    Vitals vitals() const;

    const ServerOptions options_;
    files::Descriptor folder_lock_;
    crypto::SecretFiles secret_files_;
    SystemClock clock_;
    const Instant started_ = clock_.wall();
    Telemetry telemetry_;
    ExchangeFactory factory_;
    std::unique_ptr<Journal> journal_;
    std::unique_ptr<PostgresLeadership> leadership_;  ///< Null where the server is alone.
    std::unique_ptr<projection::SqliteProjection> tables_;
    std::unique_ptr<evidence::EvidenceLog> evidence_;
    std::optional<SecretMaker> secrets_;  ///< Until the API has it.
    std::unique_ptr<artifacts::Grants> grants_;
    std::unique_ptr<artifacts::ArtifactStore> artifact_store_;
    std::unique_ptr<TaskLogs> task_logs_;
    std::unique_ptr<vault::Vault> vault_;
    std::unique_ptr<IdentityDesk> identity_;
    std::vector<oidc::ProviderSettings> providers_;  ///< Until the desk has them.
    std::unique_ptr<oidc::OidcDesk> oidc_;
    std::unique_ptr<TableFeed> table_feed_;
    std::unique_ptr<EvidenceFeed> evidence_feed_;
    std::unique_ptr<GrantFeed> grant_feed_;
    std::unique_ptr<ServerArtifactCheck> artifact_check_;
    limits::Limits limits_;
    Authenticator authenticator_;
    WorkDesk work_desk_;
    WatchDesk watch_desk_;
    std::unique_ptr<Workers> workers_;
    std::unique_ptr<Sequencer> sequencer_;
    std::atomic<bool> can_activate_{false};  ///< And shall, when it leads.
    std::unique_ptr<Sampler> sampler_;
    std::unique_ptr<Api> api_;
    std::unique_ptr<transport::RpcRouter> router_;
    ServerArtifactGate artifact_gate_;
    std::unique_ptr<artifacts::ArtifactRoutes> artifact_routes_;
    std::optional<ForwardedPeer> peers_;  ///< None where the server is alone.
    std::unique_ptr<Forwarder> forwarder_;
    std::unique_ptr<OperatorPages> operator_pages_;
    std::unique_ptr<FrontDoor> front_door_;
    std::unique_ptr<transport::HttpServer> bound_;  ///< Until it listens, and is http_.
    std::unique_ptr<transport::HttpServer> http_;
    std::uint16_t port_ = 0;  ///< Of http_; still known when that has gone.
    std::atomic<const transport::HttpServer*> listening_ = nullptr;  ///< http_, once it is there.
};

}  // namespace penstock::shell

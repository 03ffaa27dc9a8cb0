#include "shell/server/composition.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include "base/try.h"
#include "base/version.h"
#include "core/exchange/exchange.h"
#include "crypto/bytes.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "files/error.h"
#include "files/folder.h"
#include "files/whole_file.h"
#include "penstock/v1/system.pb.h"
#include "shell/api/plan_call.h"
#include "shell/journal/error.h"
#include "shell/journal/postgres_journal.h"
#include "shell/journal/postgres_schema.h"
#include "shell/kill_point/kill_point.h"
#include "shell/server/account_statements.h"
#include "shell/server/bill_questions.h"
#include "shell/server/data_folder.h"
#include "shell/server/error.h"
#include "shell/server/evidence_questions.h"
#include "shell/server/export_questions.h"
#include "shell/server/opening.h"
#include "shell/server/secret_places.h"
#include "transport/schema/openapi.h"

namespace penstock::shell {

namespace {

constexpr unsigned kWorkerThreads = 3;
constexpr std::chrono::milliseconds kRolePollInterval{10};
constexpr std::size_t kWorkerJobsMax = 4'096;
constexpr std::chrono::milliseconds kStopDeadline{5'000};
constexpr std::uint64_t kPemBytesMax = 1u << 20;

void evidence_point(std::string_view point) {
    pass(point == "before_checkpoint" ? KillPoint::before_checkpoint : KillPoint::after_checkpoint);
}

/// Over TLS, ours or that of whoever stands before us, cookies are sent over nothing else.
bool has_secure_cookies(const ServerOptions& options) {
    return !options.certificate_file.empty() || options.public_url.starts_with("https://");
}

/// Files leave this much of the disk free, so that the journal goes on when they may not.
std::uint64_t artifact_margin(std::uint64_t journal_bytes) {
    constexpr std::uint64_t kLeast = 256u << 20;
    if (journal_bytes > UINT64_MAX / 4) return UINT64_MAX;
    return std::max(kLeast, 4 * journal_bytes);
}

/// The same error, saying which option of the command line it is about.
std::unexpected<Error> about_option(const Error& error, std::string_view option) {
    return reject(error.rejection(), error.field(),
                  std::string(option).append(": ").append(error.detail()));
}

/// It is written last, when all is ready; that it cannot be is told before anything is kept.
Result<void> check_port_file(const std::filesystem::path& file) {
    if (file.empty()) return {};
    const auto refuse = [&](const std::string& why) {
        return about_option(Error(files::kFileFault, {}, why), "--port-file " + file.string());
    };
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) return refuse("It is a folder.");
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    if (::access(folder.c_str(), W_OK | X_OK) == 0) return {};
    return refuse(folder.string() + ": " + std::generic_category().message(errno) + ".");
}

Result<std::string> read_setting(std::string_view option, const std::filesystem::path& file) {
    auto text = files::read_file(file, kPemBytesMax);
    if (!text) return about_option(text.error(), option);
    return text;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
    auto server = std::make_unique<Composition>(std::move(options));
    TRY(server->start());
    return server;
}

Composition::Composition(ServerOptions options)
    : options_(std::move(options)),
      telemetry_({.slow_after = options_.slow_request}),
      limits_(options_.limits),
      authenticator_(clock_, has_secure_cookies(options_)),
      work_desk_(clock_, {.lease = options_.lease, .margin = options_.margin}),
      artifact_gate_(authenticator_, limits_, clock_) {}

Composition::~Composition() {
    if (http_) stop();
    work_desk_.stop();
    if (oidc_) oidc_->stop();
    workers_.reset();  // Its jobs may still submit, and ask for passwords to be compared.
    if (identity_) identity_->stop();
    sampler_.reset();
    sequencer_.reset();
}

Result<void> Composition::start() {
    TRY(open_stores());
    TRY(open_sequencer());
    TRY(open_exchange());
    TRY(open_api());
    return listen();
}

Result<void> Composition::open_stores() {
    std::error_code failed;
    std::filesystem::create_directories(options_.data, failed);
    if (failed || ::chmod(options_.data.c_str(), 0700) != 0)
        return reject(kDataFolderUnusable, {}, options_.data.string());
    TRY_ASSIGN(folder_lock_, lock_data_folder(options_.data));
    TRY_ASSIGN(secret_files_, crypto::SecretFiles::open(options_.seal_keys));
    TRY(open_journal());
    TRY(open_doors());
    TRY_ASSIGN(tables_, projection::SqliteProjection::open(options_.data / "projection.db"));
    TRY_ASSIGN(evidence_, evidence::EvidenceLog::open({.folder = options_.data / "evidence",
                                                       .origin = options_.evidence_origin,
                                                       .interval = options_.checkpoint_interval,
                                                       .at_point = evidence_point,
                                                       .keys = log_keys_folder(options_),
                                                       .secrets = secret_files_}));
    TRY_ASSIGN(secrets_, SecretMaker::open(server_secret_file(options_), secret_files_));
    TRY(check_secrets());
    TRY_ASSIGN(artifact_store_, artifacts::ArtifactStore::open(
                                    options_.data / "artifacts",
                                    {.party_bytes_max = options_.party_artifact_bytes_max,
                                     .free_bytes_min = artifact_margin(options_.free_bytes_min)}));
    TRY_ASSIGN(grants_, artifacts::Grants::open(options_.data / "artifacts" / "artifacts.db"));
    artifact_check_ = std::make_unique<ServerArtifactCheck>(*artifact_store_, *grants_);
    TRY_ASSIGN(auto vault_store, open_vault_store(options_));
    TRY_ASSIGN(vault_, vault::Vault::open(std::move(vault_store),
                                          {vault_key_file(options_), secret_files_}));
    identity_ = std::make_unique<IdentityDesk>(
        *vault_, clock_,
        IdentityOptions{.secure_cookies = has_secure_cookies(options_),
                        .session_idle = options_.session_idle,
                        .session_lifetime = options_.session_lifetime});
    task_logs_ = std::make_unique<TaskLogs>(TaskLogs::Options{
        .folder = options_.data / "task-logs", .free_bytes_min = options_.free_bytes_min});
    return {};
}

Result<void> Composition::open_journal() {
    std::error_code failed;
    if (!options_.secrets.empty()) {
        if (!files::ensure_folder(options_.secrets))
            return reject(kDataFolderUnusable, {}, options_.secrets.string());
    }
    if (!options_.journal_url.empty()) {
        const bool anywhere = options_.address == "0.0.0.0" || options_.address == "::";
        if (anywhere && options_.advertise.empty()) return reject(kAddressUnknown);
        TRY_ASSIGN(journal_, PostgresJournal::open({.url = options_.journal_url}));
        TRY_ASSIGN(leadership_, PostgresLeadership::open({.url = options_.journal_url,
                                                          .name = options_.name,
                                                          .lease = options_.leader_lease}));
        return {};
    }
    // The server's secret is made when the journal has its first command: where it is, that was.
    const bool begun = std::filesystem::exists(server_secret_file(options_), failed);
    using IfMissing = SqliteJournalOptions::IfMissing;
    TRY_ASSIGN(journal_,
               SqliteJournal::open({.file = options_.data / "journal.db",
                                    .free_bytes_min = options_.free_bytes_min,
                                    .if_missing = begun ? IfMissing::refuse : IfMissing::create}));
    return {};
}

Result<void> Composition::open_doors() {
    transport::HttpServerOptions serving;
    serving.address = options_.address;
    serving.port = options_.port;
    serving.threads = options_.threads;
    serving.connections_max = options_.connections_max;
    serving.address_connections_max = options_.address_connections_max;
    serving.observer = &telemetry_;
    if (!options_.certificate_file.empty()) {
        TRY_ASSIGN(serving.certificate_pem,
                   read_setting("--tls-certificate", options_.certificate_file));
        TRY_ASSIGN(serving.private_key_pem, read_setting("--tls-key", options_.private_key_file));
    }
    TRY(check_opening(options_));
    TRY(check_port_file(options_.port_file));
    auto bound = transport::HttpServer::bind(std::move(serving));
    if (!bound) {
        const Error& error = bound.error();
        if (error.field() == "certificate")
            return about_option(error, "--tls-certificate " + options_.certificate_file.string());
        if (error.field() == "private_key")
            return about_option(error, "--tls-key " + options_.private_key_file.string());
        return about_option(error, "--listen");
    }
    bound_ = *std::move(bound);
    if (!options_.oidc_file.empty()) {
        TRY_ASSIGN(const std::string text, read_setting("--oidc-file", options_.oidc_file));
        auto providers = oidc::parse_settings(text);
        if (!providers)
            return about_option(providers.error(), "--oidc-file " + options_.oidc_file.string());
        providers_ = *std::move(providers);
    }
    TRY_ASSIGN(operator_pages_, OperatorPages::open(metrics_token_file(options_), telemetry_,
                                                    [this] { return vitals(); }));
    return {};
}

Result<void> Composition::open_sequencer() {
    table_feed_ = std::make_unique<TableFeed>(*tables_);
    evidence_feed_ = std::make_unique<EvidenceFeed>(*evidence_);
    grant_feed_ = std::make_unique<GrantFeed>(*grants_);
    const auto held_file = options_.data / "clock.held";
    std::error_code failed;
    if (options_.accept_clock_jump) std::filesystem::remove(held_file, failed);
    SequencerOptions sequencing;
    sequencing.snapshot_folder = options_.data / "snapshots";
    sequencing.snapshot_interval_commands = options_.snapshot_interval_commands;
    sequencing.clock = std::filesystem::exists(held_file, failed) ? Stamper::Start::held
                                                                  : Stamper::Start::trusting;
    sequencing.clock_changed = [held_file](bool held) {
        std::error_code ignored;
        if (!held) std::filesystem::remove(held_file, ignored);
        if (held &&
            !files::write_durably(held_file, {"A jump of the clock waits for the operator.\n"}))
            return;  // The hold is in memory; only a restart would not know of it.
    };
    sequencing.meter = &telemetry_;
    sequencing.leadership = leadership_.get();
    sequencing.role_changed = [this](bool leads) {
        work_desk_.set_leading(leads);
        identity_->set_leading(leads);
        if (leads && can_activate_) activate_newest_rules(*sequencer_);
    };
    if (leadership_) {
        work_desk_.set_leading(false);
        identity_->set_leading(false);
    }
    TRY_ASSIGN(sequencer_,
               Sequencer::open(*journal_, factory_, clock_,
                               {table_feed_.get(), evidence_feed_.get(), grant_feed_.get(),
                                &authenticator_, &work_desk_, &watch_desk_, identity_.get()},
                               std::move(sequencing)));
    TRY(evidence_->start());
    sampler_ =
        std::make_unique<Sampler>(Sampler::Options{.folder = options_.data,
                                                   .disk_free_min = options_.free_bytes_min,
                                                   .feeds = [this] { return feed_health(); }},
                                  *journal_, *sequencer_);
    return {};
}

Result<void> Composition::open_exchange() {
    await_role();
    if (sequencer_->status().last_sequence > 0) {
        can_activate_ = options_.activate_rules;
        if (can_activate_ && sequencer_->status().epoch != 0) activate_newest_rules(*sequencer_);
        return {};
    }
    // Who names a file wants to read it.
    if (!options_.operator_key_file.empty())
        return shell::open_exchange(*sequencer_, options_, options_.operator_key_file, {});
    return shell::open_exchange(*sequencer_, options_, operator_key_file(options_), secret_files_);
}

void Composition::await_role() const {
    // Whoever leads first opens the exchange; the others wait until there is one to follow.
    while (sequencer_->status().epoch == 0) {
        const bool other_leads = leadership_->epoch() == 0 && leadership_->leader().epoch != 0;
        if (other_leads && sequencer_->status().last_sequence > 0) return;
        std::this_thread::sleep_for(kRolePollInterval);
    }
}

Result<void> Composition::open_api() {
    workers_ = std::make_unique<Workers>(kWorkerThreads, kWorkerJobsMax);
    authenticator_.attach(*sequencer_);
    artifact_gate_.attach(*sequencer_);
    api_ = std::make_unique<Api>(authenticator_, *std::move(secrets_));
    api_->attach({.sequencer = *sequencer_,
                  .workers = *workers_,
                  .artifacts = *artifact_check_,
                  .limits = limits_,
                  .clock = clock_});
    api_->serve("TaskService/PullWork",
                [this](std::unique_ptr<ApiCall> call) { work_desk_.pull(std::move(call)); });
    api_->serve("TaskService/WatchWorkload",
                [this](std::unique_ptr<ApiCall> call) { watch_desk_.watch(std::move(call)); });
    serve_task_logs(*api_, *task_logs_);
    serve_plans(*api_);
    serve_tables(*api_, *tables_, *table_feed_);
    serve_account_statements(*api_, *tables_, *table_feed_);
    serve_exports(*api_, *tables_, *table_feed_);
    serve_bills(*api_, *tables_, *table_feed_);
    serve_evidence(*api_, *evidence_, *tables_, *table_feed_);
    serve_status();
    TRY(identity_->start(*api_, *sequencer_));
    if (!options_.oidc_file.empty()) {
        oidc_ = std::make_unique<oidc::OidcDesk>(
            *identity_, *vault_, clock_,
            oidc::OidcDesk::Options{.providers = std::move(providers_),
                                    .public_url = options_.public_url,
                                    .secure_cookies = has_secure_cookies(options_)});
    }
    watch_desk_.start(*sequencer_);
    work_desk_.start(*sequencer_);
    return {};
}

Result<void> Composition::check_secrets() const {
    if (!leadership_) return {};
    // What stands for each: a text that it derives, the log's public key, a salt that no record
    // has.
    const std::string derived = secrets_->derive_text(
        {.method = "compare", .actor = {}, .idempotency_key = {}, .body = {}});
    const format::Salt salt = evidence_->keys().salt(0, 0);
    const std::string mine = crypto::hex(crypto::sha256(derived)) + " " +
                             evidence_->verifier_key().text() + " " +
                             crypto::hex(crypto::sha256(crypto::text_of(salt)));
    TRY_ASSIGN(const std::string kept, share_value(options_.journal_url, "secrets", mine));
    if (kept != mine) return reject(kSecretsDiffer, {}, server_secret_file(options_).string());
    return {};
}

void Composition::serve_status() {
    api_->serve("SystemService/GetStatus", [this](std::unique_ptr<ApiCall> call) {
        auto response = std::make_shared<v1::GetStatusResponse>();
        api_->with_authorised(
            std::move(call), Ownership::checked,
            [response](const Core& core, ApiCall& seen) -> Result<void> {
                response->set_last_sequence(core.last_sequence());
                response->set_now_ns(seen.now.ns);
                response->set_rolling_hash(to_hex(core.rolling_hash()));
                return {};
            },
            [this, response](std::unique_ptr<ApiCall> asked) {
                response->set_version(kVersion);
                response->set_read_only(sequencer_->status().read_only);
                response->set_evidence_size(evidence_->size());
                const FeedHealth feeds = feed_health();
                response->set_evidence_fault(std::string(feeds.evidence_fault));
                response->set_tables_fault(std::string(feeds.tables_fault));
                response->set_grants_fault(std::string(feeds.grants_fault));
                describe_role(*response);
                if (asked->is_operator)
                    response->set_secrets(secret_files_.seals() ? v1::SECRETS_SEALED
                                                                : v1::SECRETS_PLAIN);
                asked->responder.reply(*response);
            });
    });
}

void Composition::describe_role(v1::GetStatusResponse& response) const {
    const SequencerStatus status = sequencer_->status();
    response.set_server_name(options_.name);
    response.set_leads(status.epoch != 0);
    response.set_epoch(status.epoch);
    response.set_staleness_ms(status.staleness.ns / 1'000'000);
    if (!leadership_) return;
    const Leadership::Leader leader = leadership_->leader();
    response.set_leader_name(leader.name);
    response.set_leader_address(leader.address);
}

FeedHealth Composition::feed_health() const {
    const auto tables = tables_->fault();
    const auto grants = grants_->fault();
    const auto evidence = evidence_->fault();
    return {.tables_fault = tables ? tables->reason() : std::string_view(),
            .grants_fault = grants ? grants->reason() : std::string_view(),
            .evidence_fault = evidence ? evidence->reason() : std::string_view(),
            .evidence_signed = evidence_->signed_head().size};
}

Vitals Composition::vitals() const {
    const transport::HttpServer* http = listening_;  // A first request may come before it is known.
    std::array<std::uint64_t, limits::kLimitCount> limited{};
    std::ranges::copy(limits_.counters().refused, limited.begin());
    return {.version = kVersion,
            .name = options_.name,
            .started = started_,
            .status = sequencer_->status(),
            .load = sequencer_->load(),
            .staleness_max = SequencerOptions().staleness_max,
            .sample = sampler_->sample(),
            .disk_free_min = options_.free_bytes_min,
            .tables_sequence = tables_->applied_sequence(),
            .evidence_sequence = evidence_->applied_sequence(),
            .evidence_records = evidence_->size(),
            .connections = http != nullptr ? http->connections() : 0,
            .worker_jobs = workers_->size(),
            .forwards_waiting = forwarder_ ? forwarder_->size() : 0,
            .calls_admitted = limits_.counters().admitted,
            .limited = limited};
}

Result<void> Composition::listen() {
    const transport::MethodTable& schema = transport::MethodTable::schema();
    router_ = std::make_unique<transport::RpcRouter>(schema, *api_);
    TRY_ASSIGN(auto uploaded, grants_->uploaded_bytes());
    using Servers = artifacts::ArtifactRoutes::Servers;
    artifact_routes_ = std::make_unique<artifacts::ArtifactRoutes>(
        *artifact_store_, *grants_, artifact_gate_, std::move(uploaded),
        leadership_ ? Servers::several : Servers::one);
    if (leadership_) {
        peers_.emplace(api_->secrets().derive(
            {.method = "forward", .actor = {}, .idempotency_key = {}, .body = {}}));
        forwarder_ = std::make_unique<Forwarder>(
            *leadership_, *peers_, clock_,
            [this](limits::Turn turn, std::move_only_function<void()> then) {
                sequencer_->catch_up([then = std::move(then)](const Outcome&) mutable { then(); },
                                     turn);
            });
    }
    front_door_ = std::make_unique<FrontDoor>(
        FrontDoor::Parts{.router = *router_,
                         .artifacts = *artifact_routes_,
                         .evidence = *evidence_,
                         .workers = *workers_,
                         .oidc = oidc_.get(),
                         .operator_pages = *operator_pages_,
                         .sequencer = *sequencer_,
                         .limits = limits_,
                         .clock = clock_,
                         .leadership = leadership_.get(),
                         .forwarder = forwarder_.get(),
                         .peers = peers_ ? &*peers_ : nullptr,
                         .openapi = transport::openapi_document(schema, kVersion)});
    if (auto served = bound_->serve(*front_door_); !served)
        return about_option(served.error(), "--listen");
    http_ = std::move(bound_);
    port_ = http_->port();
    listening_ = http_.get();
    if (leadership_) leadership_->announce(address_for_others());
    if (options_.port_file.empty()) return {};
    return files::write_durably(options_.port_file, {std::to_string(port_), "\n"}, 0644);
}

std::string Composition::address_for_others() const {
    if (!options_.advertise.empty()) return options_.advertise;
    const bool is_v6 = options_.address.find(':') != std::string::npos;
    return std::string(options_.certificate_file.empty() ? "http://" : "https://") +
           (is_v6 ? "[" + options_.address + "]" : options_.address) + ":" + std::to_string(port());
}

void Composition::stop() {
    work_desk_.stop();
    watch_desk_.stop();
    http_->stop(kStopDeadline);
    sampler_->stop();
    sequencer_->stop();
    // Everything is appended: whoever takes the lead now finds all that was answered.
    if (leadership_) leadership_->withdraw();
    evidence_->stop();
    http_.reset();
}

}  // namespace penstock::shell

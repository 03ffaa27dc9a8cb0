#include "server_verb.h"

#include <sys/resource.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "fail.h"
#include "log/line.h"
#include "log_options.h"
#include "secret_verbs.h"
#include "shell/kill_point/kill_point.h"
#include "shell/server/ignored_options.h"
#include "shell/server/server.h"

namespace penstock::app {

namespace {

/// As the command line gives them.
struct ServerArguments {
    shell::ServerOptions options;
    log::OutputOptions logging;
    std::int64_t slow_request_ms = 1'000;
    std::string listen = "127.0.0.1:7480";
    double lease_seconds = 10;
    double margin_seconds = 2;
    std::int64_t checkpoint_interval_ms = 1'000;
    std::int64_t leader_lease_ms = 3'000;
    std::int64_t session_idle_seconds = 1'800;
    std::int64_t session_lifetime_seconds = 43'200;
    std::uint64_t free_mib_min = 64;
    std::uint64_t party_gib_max = 64;
    std::vector<std::string> limits;
};

/// As fail(), but in the form of the log: machines read its stream.
[[noreturn]] void fail_in_log(const Error& error, const log::OutputOptions& logging) {
    if (logging.format == log::Format::text) fail(error);
    log::Line(log::Level::error, "failed")
        .add("reason", error.reason())
        .add("field", error.field())
        .add("message", error.message());
    throw CLI::RuntimeError(1);
}

/// "address:port", the address in brackets when it is of version 6.
void read_listen(ServerArguments& arguments) {
    const auto colon = arguments.listen.rfind(':');
    const std::string digits = colon == std::string::npos ? "" : arguments.listen.substr(colon + 1);
    const char* last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, arguments.options.port);
    if (error != std::errc{} || end != last)
        throw CLI::ValidationError("--listen", "needs address:port, for instance 127.0.0.1:7480");
    std::string address = arguments.listen.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    arguments.options.address = address;
}

/// Each connection needs one; the customary soft limit of 1,024 is for programs that use select().
void allow_many_descriptors() {
    rlimit descriptors{};
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return;
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);  // As it was, should it fail: then fewer connect.
}

void run_server(const CLI::App& verb, ServerArguments& arguments) {
    read_listen(arguments);
    shell::ServerOptions& options = arguments.options;
    options.lease = Duration{static_cast<std::int64_t>(arguments.lease_seconds * 1e9)};
    options.margin = Duration{static_cast<std::int64_t>(arguments.margin_seconds * 1e9)};
    options.checkpoint_interval = std::chrono::milliseconds(arguments.checkpoint_interval_ms);
    options.leader_lease = std::chrono::milliseconds(arguments.leader_lease_ms);
    options.free_bytes_min = arguments.free_mib_min << 20;
    options.session_idle = seconds(arguments.session_idle_seconds);
    options.session_lifetime = seconds(arguments.session_lifetime_seconds);
    options.party_artifact_bytes_max = arguments.party_gib_max << 30;
    for (const std::string& limit : arguments.limits) {
        if (auto changed = limits::change_terms(options.limits, limit); !changed)
            fail(changed.error());
    }
    options.slow_request = std::chrono::milliseconds(arguments.slow_request_ms);
    if (auto armed = shell::arm_kill_points_from_environment(); !armed) fail(armed.error());
    allow_many_descriptors();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // A file at its limit is an error of the write, no death.
    sigset_t endings;
    sigemptyset(&endings);
    sigaddset(&endings, SIGTERM);
    sigaddset(&endings, SIGINT);
    // Blocked in this thread and all that it starts; taken by sigwait alone.
    pthread_sigmask(SIG_BLOCK, &endings, nullptr);
    const log::Output output(arguments.logging);  // Its thread, too, takes no signal.
    auto server = shell::Server::start(options);
    if (!server) fail_in_log(server.error(), arguments.logging);
    if (options.seal_keys.empty())
        log::Line(log::Level::warning, "secrets_in_plain_files").add("remedy", "--seal-key");
    // Defaults that were not asked for are not missed.
    for (const shell::IgnoredOption& one : shell::ignored_options(options))
        if (verb.count(one.name) > 0)
            log::Line(log::Level::warning, "option_ignored")
                .add("option", one.name)
                .add("opened_with", one.opened)
                .add("given", one.given);
    log::Line(log::Level::info, "listening")
        .add("scheme", options.certificate_file.empty() ? "http" : "https")
        .add("address", options.address)
        .add("port", (*server)->port())
        .add("name", options.name);
    int signal = 0;
    sigwait(&endings, &signal);
    log::Line(log::Level::info, "stopping").add("signal", signal);
    (*server)->stop();
    log::Line(log::Level::info, "stopped");
}

/// What concerns those who watch the server.
void add_watching_options(CLI::App& verb, ServerArguments& arguments) {
    add_log_options(verb, arguments.logging);
    verb.add_option("--slow-request", arguments.slow_request_ms,
                    "Milliseconds after which a request is logged as slow, a warning")
        ->check(CLI::Range(1, 3'600'000))
        ->capture_default_str();
    verb.add_option("--metrics-token-file", arguments.options.metrics_token_file,
                    "Token that GET /metrics asks for; made when it is not there; default "
                    "metrics.token beside the other secrets");
}

/// What concerns people who sign in.
void add_identity_options(CLI::App& verb, ServerArguments& arguments) {
    shell::ServerOptions& options = arguments.options;
    auto* public_url =
        verb.add_option("--public-url", options.public_url,
                        "How browsers reach the server, for instance https://exchange.example");
    verb.add_option("--vault-key-file", options.vault_key_file,
                    "Key that personal data is sealed with; default vault.key in SECRETS or DATA");
    verb.add_option(
            "--oidc-file", options.oidc_file,
            "Identity providers that users sign in with, JSON; see the guide docs/identity.md")
        ->needs(public_url);
    verb.add_option("--session-idle", arguments.session_idle_seconds,
                    "Seconds after which an unused session ends")
        ->check(CLI::Range(1, 2'592'000))
        ->capture_default_str();
    verb.add_option("--session-lifetime", arguments.session_lifetime_seconds,
                    "Seconds after which any session ends")
        ->check(CLI::Range(1, 2'592'000))
        ->capture_default_str();
}

/// What the first start fixes for good.
void add_first_start_options(CLI::App& verb, shell::ServerOptions& options) {
    verb.add_option("--operator-name", options.operator_name, "At the first start: the operator")
        ->capture_default_str();
    verb.add_option("--currency", options.currency, "At the first start: ISO 4217 code")
        ->capture_default_str();
    verb.add_option("--fee", options.fee_basis_points, "At the first start: fee, basis points")
        ->capture_default_str();
    verb.add_option("--issuer", options.identifier_issuer,
                    "At the first start: issuer part of compute identifiers")
        ->capture_default_str();
    verb.add_option("--origin", options.evidence_origin,
                    "At the first start: name of the evidence log");
}

/// What concerns how much is done for whom.
void add_limit_options(CLI::App& verb, ServerArguments& arguments) {
    shell::ServerOptions& options = arguments.options;
    verb.add_option("--connections-max", options.connections_max, "Connections at once")
        ->check(CLI::Range(16, 1'000'000))
        ->capture_default_str();
    verb.add_option("--connections-per-address", options.address_connections_max,
                    "Connections at once from one address")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    verb.add_option(
        "--limit", arguments.limits,
        "How often who may ask, NAME=RATE/s[:BURST], NAME=RATE/min[:BURST] or NAME=off; "
        "NAME is address, sign-in, key, party, route or poll; see the guide docs/limits.md");
}

void add_server(CLI::App& app) {
    auto arguments = std::make_shared<ServerArguments>();
    shell::ServerOptions& options = arguments->options;
    CLI::App* verb = app.add_subcommand("server", "Run an exchange");
    verb->add_option("--data", options.data, "Folder of everything that the exchange keeps")
        ->required();
    verb->add_option(
        "--journal", options.journal_url,
        "postgres://… for a journal that several servers share; default a file in DATA");
    verb->add_option("--secrets", options.secrets,
                     "Folder of what all servers of one exchange share; default in DATA");
    add_seal_key_option(*verb, options.seal_keys);
    verb->add_option("--name", options.name, "Of this server, where there are several")
        ->capture_default_str();
    verb->add_option("--advertise", options.advertise,
                     "URL at which other servers reach this one; default from --listen");
    verb->add_option("--leader-lease", arguments->leader_lease_ms,
                     "Milliseconds after which a silent leader is replaced")
        ->check(CLI::Range(200, 600'000))
        ->capture_default_str();
    verb->add_option("--listen", arguments->listen, "Address and port; port 0 takes a free one")
        ->capture_default_str();
    verb->add_option("--port-file", options.port_file, "Gets the port when the server is ready");
    verb->add_option(
        "--operator-key-file", options.operator_key_file,
        "Gets the operator's key at the first start, plain; default DATA/operator.key, "
        "sealed if there is a seal key");
    auto* certificate =
        verb->add_option("--tls-certificate", options.certificate_file, "Certificate chain, PEM");
    auto* key = verb->add_option("--tls-key", options.private_key_file, "Its private key, PEM");
    certificate->needs(key);
    key->needs(certificate);
    add_identity_options(*verb, *arguments);
    add_watching_options(*verb, *arguments);
    verb->add_option("--threads", options.threads, "Threads for connections")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    verb->add_option("--lease", arguments->lease_seconds, "Seconds that an agent's lease lasts")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    verb->add_option("--margin", arguments->margin_seconds,
                     "Seconds beyond the lease before a silent agent counts as lost")
        ->check(CLI::Range(0.0, 3600.0))
        ->capture_default_str();
    verb->add_option("--checkpoint-interval", arguments->checkpoint_interval_ms,
                     "Least time between evidence checkpoints, milliseconds")
        ->check(CLI::Range(1, 3'600'000))
        ->capture_default_str();
    verb->add_option("--snapshot-every", options.snapshot_interval_commands,
                     "Commands between snapshots")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    verb->add_option("--free-space-min", arguments->free_mib_min,
                     "MiB of disk that must be free for files and logs, and on SQLite for commands")
        ->capture_default_str();
    verb->add_option("--party-files-max", arguments->party_gib_max,
                     "GiB of files that one party may store")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    add_limit_options(*verb, *arguments);
    verb->add_flag("--accept-clock-jump", options.accept_clock_jump,
                   "The machine's clock is right, though it has jumped");
    verb->add_flag("--activate-rules", options.activate_rules,
                   "After an upgrade of every server: the newest rules hold from now on");
    add_first_start_options(*verb, options);
    verb->callback([verb, arguments] { run_server(*verb, *arguments); });
}

void add_rebuild(CLI::App& app) {
    auto data = std::make_shared<std::string>();
    auto journal = std::make_shared<std::string>();
    CLI::App* verb = app.add_subcommand("rebuild", "Make the tables anew from the journal");
    verb->add_option("--data", *data, "Folder of a server that does not run")->required();
    verb->add_option("--journal", *journal, "postgres://… as the server has it, if it has");
    verb->callback([data, journal] {
        if (auto rebuilt = shell::rebuild_tables(*data, *journal); !rebuilt) fail(rebuilt.error());
        std::printf("penstock: the tables are made anew\n");
    });
}

}  // namespace

void add_server_verbs(CLI::App& app) {
    add_server(app);
    add_rebuild(app);
}

}  // namespace penstock::app

#include "agent/agent.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <thread>

#include "agent/artifact_cache.h"
#include "agent/drivers/host/host_driver.h"
#include "agent/drivers/slurm/command_control.h"
#include "agent/drivers/slurm/fallback_control.h"
#include "agent/drivers/slurm/rest_control.h"
#include "agent/drivers/slurm/slurm_driver.h"
#include "agent/enrolment.h"
#include "agent/error.h"
#include "agent/http_exchange.h"
#include "agent/offering.h"
#include "agent/poll_loop.h"
#include "agent/usage_book.h"
#include "agent/workforce.h"
#include "base/try.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

constexpr std::uint64_t kCacheSizeMax = 32ULL << 30;
constexpr const char* kAttemptsFolder = "/attempts";
constexpr auto kOrphansEvery = std::chrono::seconds(30);

/// Ends what the engine runs and nobody answers for.
void tend_engine(Driver& driver, std::stop_token stop) {
    while (!stop.stop_requested()) {
        if (const auto done = driver.end_orphans(); !done)
            spdlog::warn("looking for what nobody answers for: {}", done.error().message());
        wait_for(stop, kOrphansEvery);
    }
}

/// Hands in a usage batch at every interval, and lets what waits for cores start.
void tend_usage(Workforce& workforce, UsageBook& usage, const AgentOptions& options,
                std::stop_token stop) {
    using Clock = std::chrono::steady_clock;
    const auto interval = std::chrono::milliseconds(options.usage_interval_ms);
    auto next = Clock::now() + interval;
    while (!stop.stop_requested()) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now());
        workforce.tend(stop, std::max(left, std::chrono::milliseconds(0)));
        if (Clock::now() < next) continue;
        next = Clock::now() + interval;
        // A refusal is logged by the book, and the next interval's batch counts all from the start.
        static_cast<void>(usage.submit([&] { return workforce.usage(); }, stop));
    }
}

Result<std::string> read_roots(const AgentOptions& options) {
    return options.ca_file.empty() ? Result<std::string>("") : files::read_file(options.ca_file);
}

Thoroughness thoroughness_of(const AgentOptions& options) {
    return options.measures_quickly ? Thoroughness::quick : Thoroughness::full;
}

/// The nodes of a cluster have the agent's program under the same name.
std::vector<std::string> on_nodes(std::vector<std::string> program) {
    std::error_code code;
    const auto path = std::filesystem::read_symlink(program.front(), code);
    if (!code && program.front() == "/proc/self/exe") program.front() = path;
    return program;
}

std::vector<std::string> command(const AgentOptions& options, const char* verb) {
    auto program = options.program;
    if (program.empty()) program = {"/proc/self/exe"};
    program.emplace_back(verb);
    return program;
}

/// An engine, and how a pool on it is measured.
struct EngineParts {
    std::unique_ptr<Driver> driver;
    std::function<Result<v1::ProfileStatement>(std::stop_token)> measure;
};

Result<EngineParts> make_host(const AgentOptions& options, const Identity& identity) {
    HostDriver::Options host;
    host.cpu_ids = options.cpu_ids;
    host.memory_bytes = options.memory_bytes;
    host.scope = scope_of(identity);
    host.shim = command(options, "shim");
    host.unlimited =
        options.allows_unlimited ? HostDriver::Unlimited::allowed : HostDriver::Unlimited::refused;
    host.network =
        options.allows_network ? HostDriver::Network::granted : HostDriver::Network::refused;
    TRY_ASSIGN(auto driver, HostDriver::create(std::move(host)));
    return EngineParts{
        std::make_unique<HostDriver>(std::move(driver)), [options](std::stop_token stop) {
            return measure_pool({options.cpu_ids, options.memory_bytes, options.data_folder,
                                 thoroughness_of(options), command(options, "measure")},
                                std::move(stop));
        }};
}

Result<std::unique_ptr<slurm::Control>> make_control(const SlurmOptions& options) {
    auto commands = std::make_unique<slurm::CommandControl>();
    if (options.url.empty()) return commands;
    TRY_ASSIGN(auto key, files::read_file(options.key_file, 4096));
    TRY_ASSIGN(auto rest, slurm::RestControl::create({options.url, std::move(key)}));
    return std::make_unique<slurm::FallbackControl>(std::move(rest), std::move(commands));
}

Result<EngineParts> make_slurm(const AgentOptions& options, const Identity& identity) {
    if (!options.slurm.limits_tasks && !options.allows_unlimited)
        return reject(kNoLimits, {},
                      "say --slurm-limits-tasks where the cluster's TaskPlugin is task/cgroup with "
                      "ConstrainCores and ConstrainRAMSpace");
    TRY_ASSIGN(auto control, make_control(options.slurm));
    SlurmDriver::Options slurm;
    slurm.attempts = options.data_folder + kAttemptsFolder;
    slurm.scope = scope_of(identity);
    slurm.shim = on_nodes(command(options, "shim"));
    slurm.partition = options.slurm.partition;
    slurm.account = options.slurm.account;
    slurm.qos = options.slurm.qos;
    slurm.cores = options.cores;
    slurm.memory_bytes = options.memory_bytes;
    slurm.allows_network = options.allows_network;
    slurm.limits_tasks = options.slurm.limits_tasks;
    TRY_ASSIGN(auto driver, SlurmDriver::create(std::move(slurm), std::move(control)));
    SlurmDriver& cluster = *driver;
    return EngineParts{std::move(driver),
                       [&cluster, program = on_nodes(command(options, "measure")),
                        thoroughness = thoroughness_of(options)](std::stop_token stop) {
                           return cluster.measure(program, thoroughness, stop);
                       }};
}

Result<EngineParts> make_engine(const AgentOptions& options, const Identity& identity) {
    return options.engine == Engine::slurm ? make_slurm(options, identity)
                                           : make_host(options, identity);
}

Result<void> check(const AgentOptions& options) {
    if (options.data_folder.empty()) return reject(kBadOption, "data", "a folder is needed");
    if (options.product_name.empty() || options.product_name.size() > 240)
        return reject(kBadOption, "product_name", "--product-name: give 1 to 80 characters.");
    if (options.price_micros <= 0) return reject(kBadOption, "price", "it must be above zero");
    if (options.usage_interval_ms < 100)
        return reject(kBadOption, "usage_interval_ms", "too short");
    return {};
}

Result<void> start_and_run(const AgentOptions& options, std::stop_token stop) {
    TRY(check(options));
    TRY_ASSIGN(const auto lock, lock_data_folder(options.data_folder));
    TRY_ASSIGN(auto roots, read_roots(options));
    HttpExchange exchange(options.server, std::move(roots));
    const std::stop_callback cancel(stop, [&] { exchange.cancel(); });
    // The machine is looked at before the one-time token is spent.
    TRY_ASSIGN(const auto before, load_identity(options.data_folder));
    TRY_ASSIGN(const auto engine, make_engine(options, before));
    TRY_ASSIGN(const auto identity,
               ensure_enrolled(exchange, options.data_folder, options.token, stop));
    exchange.sign_as(identity);
    return run_agent({exchange, *engine.driver, identity, engine.measure}, options, stop);
}

/// Turns SIGTERM and SIGINT into a request to stop. All threads begun after it leave them to it.
class SignalWatch {
  public:
    SignalWatch() {
        ::sigemptyset(&signals_);
        for (const int number : {SIGTERM, SIGINT}) ::sigaddset(&signals_, number);
        ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        ::signal(SIGPIPE, SIG_IGN);
        thread_ = std::jthread([this](std::stop_token done) {
            const timespec moment{0, 100'000'000};
            while (!done.stop_requested())
                if (::sigtimedwait(&signals_, nullptr, &moment) > 0) source_.request_stop();
        });
    }
    std::stop_token token() const { return source_.get_token(); }

  private:
    sigset_t signals_{};
    std::stop_source source_;
    std::jthread thread_;
};

}  // namespace

Result<void> run_agent(const AgentParts& parts, const AgentOptions& options, std::stop_token stop) {
    const std::string& data = options.data_folder;
    ArtifactCache cache(parts.exchange, data + "/cache", kCacheSizeMax);
    TRY_ASSIGN(const auto usage, UsageBook::open(parts.exchange, parts.identity, data + "/usage"));
    TRY_ASSIGN(auto capacity, parts.driver.capacity());
    Workforce workforce({parts.exchange, parts.driver, cache, *usage}, data + kAttemptsFolder,
                        std::move(capacity));
    TRY(workforce.recover());
    Offering offering(parts.exchange, parts.identity, options, parts.measure,
                      [&] { return workforce.is_idle(); });
    std::stop_source end;
    const std::stop_callback pass_on(stop, [&] { end.request_stop(); });
    std::optional<Fault> refusal;  // Of the offer; the polls end then, too.
    {
        const std::jthread offer([&] {
            const auto offered = offering.run(end.get_token());
            if (offered) return;
            refusal = offered.error();
            end.request_stop();
        });
        const std::jthread tend([&] { tend_usage(workforce, *usage, options, end.get_token()); });
        const std::jthread engine([&] { tend_engine(parts.driver, end.get_token()); });
        PollLoop(parts.exchange, parts.identity, options, {workforce, *usage, offering})
            .run(end.get_token());
    }
    if (refusal) return reject(kBadOption, {}, refusal->message);
    return {};
}

int agent_main(const AgentOptions& given) {
    AgentOptions options = given;
    // What is laid out for a task is read by a user of its own, below a folder that is ours alone.
    ::umask(022);
    // Shims leave the folder that the agent was started in.
    if (!given.data_folder.empty())
        options.data_folder = std::filesystem::absolute(given.data_folder).lexically_normal();
    while (options.data_folder.size() > 1 && options.data_folder.ends_with('/'))
        options.data_folder.pop_back();
    const SignalWatch signals;
    spdlog::info("agent of {} with {} cores", options.server, options.cores);
    const auto done = start_and_run(options, signals.token());
    if (done || signals.token().stop_requested()) {
        spdlog::info("stopped; tasks go on until their leases end");
        return 0;
    }
    spdlog::error("{}", done.error().message());
    // As sysexits.h has it: to be started again with the same options would not help.
    constexpr int kConfigurationError = 78;
    return done.error().number() == kBadOption.number ? kConfigurationError : 1;
}

}  // namespace penstock::agent

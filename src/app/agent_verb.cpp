#include "agent_verb.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "agent/measure/measure.h"
#include "agent/options.h"
#include "agent/shim/shim.h"
#include "files/whole_file.h"
#include "log_options.h"

namespace penstock::app {

namespace {

/// As the command line gives them.
struct AgentArguments {
    agent::AgentOptions options;
    log::OutputOptions logging;
    std::string cpus;
    std::string memory;
    std::string price;
    std::string token_file;
};

constexpr std::uint64_t kTokenFileBytesMax = 4096;

template <class T>
T value_of(Result<T> result, const char* option) {
    if (!result) throw CLI::ValidationError(option, result.error().message());
    return *std::move(result);
}

/// The first line of the file, which other users of the machine see no more than the file.
std::string read_token(const std::string& file) {
    const std::string text = value_of(files::read_file(file, kTokenFileBytesMax), "--token-file");
    return text.substr(0, text.find_first_of("\r\n"));
}

void run_agent(AgentArguments& arguments) {
    agent::AgentOptions& options = arguments.options;
    if (!arguments.token_file.empty()) options.token = read_token(arguments.token_file);
    if (options.engine == agent::Engine::host) {
        if (arguments.cpus.empty()) throw CLI::RequiredError("--cpus");
        options.cpu_ids = value_of(agent::parse_cpu_list(arguments.cpus), "--cpus");
        options.cores = static_cast<std::uint32_t>(options.cpu_ids.size());
    } else {
        if (options.cores == 0) throw CLI::RequiredError("--cores");
    }
    options.memory_bytes = value_of(agent::parse_memory_size(arguments.memory), "--memory");
    options.price_micros = value_of(agent::parse_price_micros(arguments.price), "--price");
    const log::Output output(arguments.logging);
    throw CLI::RuntimeError(agent::agent_main(options));
}

void add_slurm(CLI::App& verb, agent::SlurmOptions& options) {
    const auto add = [&](const char* name, std::string& value, const char* description) {
        return verb.add_option(name, value, description)->group("Slurm (--engine slurm)");
    };
    auto* key = add("--slurm-key-file", options.key_file,
                    "The cluster's jwt_key, to sign tokens for slurmrestd with");
    add("--slurm-url", options.url,
        "slurmrestd's address, http://host:port; without it Slurm's commands are used")
        ->envname("PENSTOCK_SLURM_URL")
        ->needs(key);
    add("--slurm-partition", options.partition, "Default: the cluster's");
    add("--slurm-account", options.account, "Default: the user's");
    add("--slurm-qos", options.qos, "Default: the account's");
    verb.add_flag("--slurm-limits-tasks", options.limits_tasks,
                  "The cluster keeps tasks within their cores and memory (TaskPlugin=task/cgroup "
                  "with ConstrainCores and ConstrainRAMSpace)")
        ->group("Slurm (--engine slurm)");
}

void add_agent(CLI::App& app) {
    auto arguments = std::make_shared<AgentArguments>();
    agent::AgentOptions& options = arguments->options;
    CLI::App* verb =
        app.add_subcommand("agent", "Offer this machine's cores, or a cluster's, on an exchange");
    verb->add_option("--server", options.server, "Base URL of the exchange")
        ->envname("PENSTOCK_SERVER")
        ->required();
    verb->add_option("--ca", options.ca_file, "Trusted roots, PEM; default: the system's");
    auto* token = verb->add_option("--token", options.token,
                                   "Enrolment token, for the first start; `ps` shows it to all "
                                   "users of this machine, so rather use --token-file");
    verb->add_option("--token-file", arguments->token_file,
                     "File with the enrolment token, for the first start")
        ->excludes(token);
    verb->add_option("--data", options.data_folder, "Folder of the agent's keys and work")
        ->required();
    const std::map<std::string, agent::Engine> engines{{"host", agent::Engine::host},
                                                       {"slurm", agent::Engine::slurm}};
    verb->add_option("--engine", options.engine, "What runs the tasks: host or slurm")
        ->transform(CLI::CheckedTransformer(engines, CLI::ignore_case))
        ->default_str("host");
    auto* cpus = verb->add_option("--cpus", arguments->cpus,
                                  "Cores of this machine to offer, for instance 0-3,6");
    verb->add_option("--cores", options.cores, "How many cores of a cluster to offer")
        ->check(CLI::Range(1, 1'000'000))
        ->excludes(cpus);
    add_slurm(*verb, options.slurm);
    verb->add_option("--memory", arguments->memory, "Memory to offer, for instance 4GiB")
        ->required();
    verb->add_option("--price", arguments->price, "Price of a core-hour, for instance 0.25")
        ->required();
    verb->add_option("--currency", options.currency, "ISO 4217 code")->capture_default_str();
    verb->add_option("--product-name", options.product_name, "Name of the product to list")
        ->required();
    verb->add_flag("--quick-measure", options.measures_quickly,
                   "Measure for two seconds, not eight: for trials");
    verb->add_flag("--allow-unlimited", options.allows_unlimited,
                   "Run tasks even where they cannot be limited");
    verb->add_flag("--allow-network", options.allows_network,
                   "Share this host's whole network with tasks that ask for it");
    verb->add_flag("--decline-result-bands", options.declines_result_bands,
                   "Decline contracts that promise what results cost at most");
    verb->add_option("--usage-interval", options.usage_interval_ms,
                     "Milliseconds between usage batches")
        ->check(CLI::Range(100, 3'600'000))
        ->capture_default_str();
    add_log_options(*verb, arguments->logging);
    verb->callback([arguments] { run_agent(*arguments); });
}

/// A program that the agent runs of itself, with arguments of its own.
void add_program(CLI::App& app, const char* name, const char* description,
                 int (*program)(const std::vector<std::string>&)) {
    CLI::App* verb = app.add_subcommand(name, description);
    verb->prefix_command();
    verb->group("");  // Not for people.
    verb->callback([verb, program] { throw CLI::RuntimeError(program(verb->remaining())); });
}

}  // namespace

void add_agent_verbs(CLI::App& app) {
    add_agent(app);
    add_program(app, "shim", "Run one attempt", agent::shim_main);
    add_program(app, "measure", "Measure a pool", agent::measure_main);
}

}  // namespace penstock::app

#include "app/doctor/verb.h"

#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <string>

#include "app/doctor/agent_checks.h"
#include "app/doctor/exchange_checks.h"
#include "app/doctor/folder_checks.h"
#include "app/doctor/report.h"
#include "app/doctor/server_checks.h"

namespace penstock::doctor {

namespace {

constexpr std::uint64_t kAgentBytesMin = 1U << 30;  ///< For inputs and outputs of tasks.

struct Arguments {
    ExchangeChecks exchange;
    std::string server;
    std::string ca_file;
    bool agent = false;
    bool deep = false;
    bool json = false;
};

Report examine(const Arguments& arguments) {
    Report report;
    const auto& data = arguments.exchange.data;
    if (arguments.agent) {
        check_agent_machine(report);
        if (!data.empty()) {
            check_permissions(data, report);
            check_free_space(data, kAgentBytesMin, report);
        }
    } else if (!data.empty()) {
        check_exchange(arguments.exchange, report);
    }
    if (!arguments.server.empty()) check_servers(arguments.server, arguments.ca_file, report);
    return report;
}

void run(Arguments& arguments) {
    if (!arguments.agent && arguments.exchange.data.empty() && arguments.server.empty())
        throw CLI::ValidationError("doctor", "needs --data, --server or --agent");
    if (arguments.deep) arguments.exchange.depth = Depth::replay;
    const Report report = examine(arguments);
    fmt::print("{}", arguments.json ? report.json() : report.text());
    if (report.count(Grade::fail) > 0) throw CLI::RuntimeError(1);
}

}  // namespace

void add_doctor_verb(CLI::App& app) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* verb =
        app.add_subcommand("doctor", "Look whether an exchange or an agent's machine is well");
    verb->add_option("--data", arguments->exchange.data,
                     "Data folder of a server; with --agent, of an agent");
    verb->add_option("--secrets", arguments->exchange.secrets,
                     "Folder of secrets as the server has it, if it has");
    verb->add_option("--journal", arguments->exchange.journal_url,
                     "postgres://… as the server has it, if it has");
    verb->add_flag("--deep", arguments->deep,
                   "Replay the whole journal, and read every stored file");
    verb->add_flag("--agent", arguments->agent, "Whether this machine can run tasks");
    verb->add_option("--server", arguments->server,
                     "URL of a server to call, or several with commas")
        ->envname("PENSTOCK_SERVER");
    verb->add_option("--ca", arguments->ca_file, "Trusted roots, PEM; default: the system's");
    verb->add_flag("--json", arguments->json, "Print the findings as JSON");
    verb->callback([arguments] { run(*arguments); });
}

}  // namespace penstock::doctor

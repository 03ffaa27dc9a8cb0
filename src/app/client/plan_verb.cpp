#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/client/error.h"
#include "app/client/plan_text.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/task_input.h"
#include "app/client/verbs.h"

namespace penstock::client {

namespace {

/// Asks for plans; buys and sends nothing.
RemoteResult<void> plan(Session& session, const std::string& file) {
    const auto input = read_task_input(file);
    if (!input) return refuse(input.error());
    v1::PlanWorkloadRequest request;
    *request.mutable_spec() = input->spec;
    TRY_ASSIGN(const auto response,
               session.call<v1::PlanWorkloadResponse>("ContractService/PlanWorkload", request));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("{}", plans_text(response));
    if (!response.plans().empty()) return {};
    // People have just read why.
    if (session.output() == Output::people) throw CLI::RuntimeError(1);
    return refuse(kNoPlan, {}, response.relaxation());
}

}  // namespace

void add_plan_verb(CLI::App& app) {
    const auto session = std::make_shared<Session>();
    const auto file = std::make_shared<std::string>();
    CLI::App* command =
        app.add_subcommand("plan", "Shows the ways to run a task file, with price and time");
    session->add_options(*command);
    command->add_option("-f,--file,file", *file, "Task file")->required();
    on_call(*command, session, [file](Session& open) { return plan(open, *file); });
}

}  // namespace penstock::client

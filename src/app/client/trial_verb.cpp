#include <fmt/core.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <memory>
#include <string>

#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/trial_run.h"
#include "app/client/verbs.h"
#include "core/contract/result_band.h"
#include "penstock/v1/task.pb.h"

namespace penstock::client {

namespace {

std::string moment_text(std::int64_t ns) {
    return ns == 0 ? "-" : time_text(ns);
}

RemoteResult<void> list_trials(Session& session) {
    Table table({{"TRIAL"},
                 {"JOB"},
                 {"PRODUCT"},
                 {"SECONDS", Table::Align::right},
                 {"SUCCEEDED", Table::Align::right},
                 {"ENDED"},
                 {"HOLDS UNTIL"}});
    TRY((for_each_page<v1::ListTrialsResponse>(
        session, "TaskService/ListTrials", v1::ListTrialsRequest(),
        [&](const v1::ListTrialsResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::Trial& trial : page.trials())
                table.add({trial.workload().id(), trial.workload().name(),
                           fmt::format("{}", fmt::join(trial.products(), ", ")),
                           std::to_string(trial.seconds()),
                           fmt::format("{} of {}", trial.workload().succeeded(),
                                       trial.workload().tasks()),
                           moment_text(trial.ended_at_ns()), moment_text(trial.holds_until_ns())});
        })));
    if (session.output() == Output::machines) return {};
    if (table.empty())
        fmt::print("No trials are kept; `penstock trial -f FILE` runs some.\n");
    else
        fmt::print("{}", table.text());
    return {};
}

}  // namespace

void add_trial_verb(CLI::App& app) {
    const auto session = std::make_shared<Session>();
    const auto input = std::make_shared<TrialInput>();
    CLI::App* command = app.add_subcommand(
        "trial",
        "Runs a task file's job for a short while on several products, and shows what results cost "
        "on each (docs/trial.md)");
    session->add_options(*command);
    // Each of its commands has a key of its own.
    command->remove_option(command->get_option("--idempotency-key"));
    command->add_option("-f,--file,file", input->file, "Task file, with results");
    command->add_option("--seconds", input->seconds, "For so long each task runs at most")
        ->check(CLI::Range(1, 3'600))
        ->capture_default_str();
    command
        ->add_option(
            "--tasks", input->tasks,
            "Tasks on each product; as many as run there at once when not given, 3 at least")
        ->check(CLI::Range(contract::kSamplesMin, contract::kSamplesMax));
    command
        ->add_option("--products", input->products,
                     "prod_1,prod_2: try these; up to 8 that fit when not given")
        ->delimiter(',');
    command->add_option("--state", input->state_file,
                        "File that remembers the run: give it again to go on after a crash");
    command->add_flag("--yes", input->yes, "Buys the trials without asking");
    const auto listing = std::make_shared<Session>();
    CLI::App* list =
        command->add_subcommand("list", "Lists your trials, and until when each of them holds");
    listing->add_options(*list);
    on_call(*list, listing, list_trials);
    on_call(*command, session, [input, command](Session& open) -> RemoteResult<void> {
        if (!command->get_subcommands().empty()) return {};
        if (input->file.empty()) throw CLI::RequiredError("file");
        return run_trials(open, *input);
    });
}

}  // namespace penstock::client

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "app/client/choice.h"
#include "app/client/error.h"
#include "app/client/plan_text.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/task_input.h"
#include "app/client/verbs.h"

namespace penstock::client {

namespace {

/// Asks for plans; buys and sends nothing.
RemoteResult<void> plan(Session& session, const std::string& file,
                        const std::vector<std::string>& trials) {
    const auto input = read_task_input(file);
    if (!input) return refuse(input.error());
    v1::PlanWorkloadRequest request;
    *request.mutable_spec() = input->spec;
    for (const std::string& trial : trials) request.add_trials(trial);
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

struct Arguments {
    std::string what;
    std::vector<std::string> trials;
    PlanIntentArguments intent;
};

/// Whether it is meant as a sentence: no such file is there, and no file would be called so.
bool is_sentence(const std::string& what) {
    const bool has_words = std::ranges::any_of(
        what, [](char letter) { return letter == ' ' || static_cast<signed char>(letter) < 0; });
    // A sentence may be longer than any name of a file.
    std::error_code too_long;
    return has_words && !std::filesystem::exists(what, too_long);
}

RemoteResult<void> plan_anything(Session& session, const Arguments& arguments,
                                 const PlanIntent& plan_intent) {
    PlanIntentArguments intent = arguments.intent;
    if (is_sentence(arguments.what)) intent.sentence = arguments.what;
    if (!plan_intent || (intent.sentence.empty() && intent.file.empty())) {
        if (arguments.what.empty()) throw CLI::RequiredError("file");
        if (!intent.order_file.empty())
            return refuse(kUsage, "order_out",
                          "Orders are written for a sentence or --intent; `penstock apply` buys "
                          "for a task file.");
        return plan(session, arguments.what, arguments.trials);
    }
    if (!intent.file.empty() && !arguments.what.empty())
        return refuse(kUsage, "intent", "Give a sentence, a task file or --intent, one of them.");
    if (!arguments.trials.empty())
        return refuse(kUsage, "trials", "Trials are of a task file; name that.");
    return plan_intent(intent, session);
}

}  // namespace

void add_plan_verb(CLI::App& app, PlanIntent plan_intent) {
    const auto session = std::make_shared<Session>();
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand(
        "plan",
        "Shows the ways to run a task file, with price and time; or to have what a sentence or an "
        "intent asks for, on the exchange or in the reference market (docs/recommendation.md)");
    session->add_options(*command);
    command->add_option("-f,--file,what", arguments->what,
                        "Task file; or what you need, in quotes, in Chinese or English");
    command
        ->add_option("--trials", arguments->trials,
                     "wl_1,wl_2: plan a task file by what these trials of it showed")
        ->delimiter(',');
    if (plan_intent) {
        command->add_option("--intent", arguments->intent.file, "An intent in YAML or JSON");
        command->add_option("--now", arguments->intent.now,
                            "What days are counted from, such as 2026-11-21; else this moment");
        command
            ->add_option("--market", arguments->intent.market,
                         "What is planned over; the exchange where --server or PENSTOCK_SERVER "
                         "names one, and else the reference market")
            ->check(one_of({"exchange", "reference"}));
        command->add_option("--order-out", arguments->intent.order_file,
                            "Write a plan's order to this file, ready for "
                            "`penstock call ContractService/PlaceOrder`");
        command->add_option("--order", arguments->intent.order_of, "Of which plan (1)")
            ->check(CLI::PositiveNumber);
        command->add_flag("--explain", arguments->intent.explains,
                          "Tell where each figure comes from");
        add_language_option(*command, arguments->intent.language, "Of the answer; en if not given");
    }
    on_call(*command, session, [arguments, plan_intent](Session& open) {
        return plan_anything(open, *arguments, plan_intent);
    });
}

}  // namespace penstock::client

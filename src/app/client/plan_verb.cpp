#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
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
    /// Options that do nothing for a task file, with what to do instead.
    std::vector<std::pair<const CLI::Option*, std::string>> of_intents;
};

/// Refuses what would do nothing for a task file.
RemoteResult<void> check_no_intent_option(const Arguments& arguments) {
    for (const auto& [option, remedy] : arguments.of_intents) {
        if (option->empty()) continue;
        const std::string name = option->get_single_name();
        return refuse(
            kUsage, name,
            "--" + name + " is for a sentence or --intent, not for a task file. " + remedy);
    }
    return {};
}

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
        TRY(check_no_intent_option(arguments));
        return plan(session, arguments.what, arguments.trials);
    }
    if (!intent.file.empty() && !arguments.what.empty())
        return refuse(kUsage, "intent", "Give a sentence, a task file or --intent, one of them.");
    if (!arguments.trials.empty())
        return refuse(kUsage, "trials", "Trials are of a task file; name that.");
    return plan_intent(intent, session);
}

void add_intent_options(CLI::App& command, Arguments& arguments) {
    PlanIntentArguments& intent = arguments.intent;
    const auto add = [&](CLI::Option* option, std::string remedy) {
        arguments.of_intents.emplace_back(option, std::move(remedy));
        return option;
    };
    command.add_option("--intent", intent.file, "An intent in YAML or JSON");
    add(command.add_option("--now", intent.now,
                           "What days are counted from, such as 2026-11-21; else this moment"),
        "Its plans begin at once: leave it out.");
    add(command
            .add_option("--market", intent.market,
                        "What is planned over; the exchange where --server or PENSTOCK_SERVER "
                        "names one, and else the reference market")
            ->check(one_of({"exchange", "reference"})),
        "Its plans are made by the exchange that --server names: leave it out.");
    CLI::Option* const order_out =
        add(command.add_option("--order-out", intent.order_file,
                               "Write a plan's order to this file, ready for "
                               "`penstock call ContractService/PlaceOrder`"),
            "`penstock apply` buys and runs a plan of it.");
    add(command.add_option("--order", intent.order_of, "Of which plan (1)")
            ->check(CLI::PositiveNumber)
            ->needs(order_out),
        "`penstock apply --plan LABEL` buys and runs a plan of it.");
    add(command.add_flag("--explain", intent.explains, "Tell where each figure comes from"),
        "Each of its plans says below the table what it rests on: leave it out.");
    add(add_language_option(command, intent.language, "Of the answer; en if not given"),
        "Its plans are in English: leave it out.");
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
    if (plan_intent) add_intent_options(*command, *arguments);
    on_call(*command, session, [arguments, plan_intent](Session& open) {
        return plan_anything(open, *arguments, plan_intent);
    });
}

}  // namespace penstock::client

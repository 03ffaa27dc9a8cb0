#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/client/confirm.h"
#include "app/client/error.h"
#include "app/client/exchange_moment.h"
#include "app/client/last_words.h"
#include "app/client/outcome.h"
#include "app/client/pages.h"
#include "app/client/plan_text.h"
#include "app/client/print.h"
#include "app/client/progress.h"
#include "app/client/session.h"
#include "app/client/shortlist.h"
#include "app/client/task_input.h"
#include "app/client/trial_pools.h"
#include "app/client/trial_state.h"
#include "app/client/verbs.h"
#include "core/contract/result_band.h"
#include "transport/connect/error_body.h"
#include "transport/json/write.h"

namespace penstock::client {

namespace {

struct TrialInput {
    std::string file;
    std::vector<std::string> products;
    std::uint32_t seconds = 20;
    std::uint32_t tasks = 0;
    std::string state_file;
    bool yes = false;
};

/// Results change often; a log takes a line for them no more than so often.
constexpr std::chrono::seconds kLogEvery{5};
constexpr std::chrono::milliseconds kLookEvery{500};

/// Shows how the trials come along: on a terminal redrawn in place, in a log a line for each
/// change.
class Board {
  public:
    explicit Board(Progress::Surface surface) : surface_(surface) {}

    void show(const std::vector<TrialPool>& pools) {
        if (surface_ == Progress::Surface::silent) return;
        if (surface_ == Progress::Surface::terminal && drawn_ > 0)
            fmt::print("\x1b[{}A\x1b[J", drawn_);
        const auto now = std::chrono::steady_clock::now();
        lines_.resize(pools.size());
        for (std::size_t i = 0; i < pools.size(); ++i) {
            const std::string line = trial_line(pools[i]);
            const std::string counts = line.substr(0, line.rfind(';'));
            Line& last = lines_[i];
            const bool is_due =
                counts != last.counts || (line != last.text && now - last.printed >= kLogEvery);
            if (surface_ == Progress::Surface::lines && !is_due) continue;
            fmt::print("{}\n", line);
            last = {line, counts, now};
        }
        drawn_ = pools.size();
        std::fflush(stdout);
    }

  private:
    struct Line {
        std::string text;
        std::string counts;
        std::chrono::steady_clock::time_point printed;
    };
    Progress::Surface surface_;
    std::vector<Line> lines_;
    std::size_t drawn_ = 0;
};

/// One job tried on several products, from the shortlist to the quotes.
class TrialRun {
  public:
    TrialRun(Session& session, const TrialInput& input) : session_(session), input_(input) {}

    RemoteResult<void> run() {
        auto task = read_task_input(input_.file);
        if (!task) return refuse(task.error());
        if (!task->spec.has_result_unit()) return refuse(kNoResultUnit, "results");
        wish_ = {.spec = task->spec, .tasks = input_.tasks, .seconds = input_.seconds};
        auto state = load_trial_run(input_.state_file, wish_);
        if (!state) return refuse(state.error());
        state_ = *std::move(state);
        if (state_.pools.empty())
            TRY(choose());
        else
            say(fmt::format("{} begun before; going on", count_text(state_.pools.size(), "trial")));
        TRY(upload_files(session_, task->files, [](std::size_t) {}));
        for (std::size_t i = 0; i < state_.pools.size(); ++i) TRY(start(i));
        TRY(wait());
        return tell();
    }

  private:
    void say(const std::string& text) const {
        if (session_.output() == Output::people) fmt::print("{}\n", text);
        std::fflush(stdout);
    }

    RemoteResult<void> save() const {
        if (auto saved = save_trial_run(input_.state_file, state_); !saved)
            return refuse(saved.error());
        return {};
    }
    /// What a person is told who stops waiting, from now on.
    void keep_words() {
        std::string again;
        if (!input_.state_file.empty()) {
            again = fmt::format("penstock trial -f {} --state {} --seconds {}", input_.file,
                                input_.state_file, input_.seconds);
            if (input_.tasks > 0) again += fmt::format(" --tasks {}", input_.tasks);
        }
        words_.set(going_on_text(state_.pools, input_.file, again));
    }

    /// Which products, what that can cost, and whether that is wanted.
    RemoteResult<void> choose() {
        TRY_ASSIGN(const auto products, shortlist(session_, wish_.spec, input_.products));
        if (products.empty())
            return refuse(kNoPlan, {}, "No product on sale takes a task of it now.");
        std::vector<TrialPool> pools;
        for (const v1::Product& product : products) {
            TRY_ASSIGN(TrialPool pool, trial_on(product, wish_));
            pools.push_back(std::move(pool));
        }
        TRY(confirm(pools));
        // Whoever has to say yes may take minutes.
        TRY_ASSIGN(const Instant now, exchange_moment(session_));
        for (TrialPool& pool : pools) begin_at(pool, now);
        state_.pools = std::move(pools);
        return save();
    }

    RemoteResult<void> confirm(const std::vector<TrialPool>& pools) const {
        std::int64_t about = 0;
        std::int64_t most = 0;
        Table table({{"PRODUCT"},
                     {"SUPPLIER"},
                     {"NAME"},
                     {"PRICE/CORE-HOUR", Table::Align::right},
                     {"TASKS", Table::Align::right},
                     {"AT ONCE", Table::Align::right},
                     {"ABOUT", Table::Align::right},
                     {"AT MOST", Table::Align::right}});
        const std::string currency = pools[0].order.max_total().currency();
        for (const TrialPool& pool : pools) {
            about += pool.about_micros;
            most += pool.order.max_total().micros();
            v1::Money likely = pool.order.max_total();
            likely.set_micros(pool.about_micros);
            table.add({pool.product.id(), pool.product.supplier_name(), pool.product.name(),
                       money_text(pool.product.price_per_core_hour()), std::to_string(pool.tasks),
                       std::to_string(pool.at_once), fen_text(likely),
                       money_text(pool.order.max_total())});
        }
        say(table.text());
        v1::Money likely = pools[0].order.max_total();
        likely.set_micros(about);
        say(fmt::format(
            "Each task runs for {} s at most. All of it costs about {}, and {} at most, "
            "which is held meanwhile.",
            wish_.seconds, fen_text(likely), money_text(most, currency)));
        if (input_.yes) return {};
        if (!is_confirmed(session_,
                          fmt::format("Try it on {}?", count_text(pools.size(), "product"))))
            return refuse(kNotConfirmed);
        return {};
    }

    /// Orders and submits one trial. That it fails does not spoil the others.
    RemoteResult<void> start(std::size_t number) {
        TrialPool& pool = state_.pools[number];
        if (pool.is_submitted()) return {};
        auto started = start_one(pool, number);
        keep_words();
        TRY(save());
        if (started) return {};
        pool.why = started.error();
        say(fmt::format("{} is not tried: {}: {}", pool.product.id(), pool.why->reason,
                        pool.why->message));
        return {};
    }
    RemoteResult<void> start_one(TrialPool& pool, std::size_t number) {
        if (pool.order_id.empty()) {
            TRY_ASSIGN(const auto placed,
                       session_.call_patiently<v1::PlaceOrderResponse>(
                           "ContractService/PlaceOrder", pool.order, state_.order_key(number)));
            pool.order_id = placed.order();
            keep_words();
            TRY(save());
        }
        v1::SubmitWorkloadRequest request;
        request.set_order(pool.order_id);
        *request.mutable_spec() = trial_spec(wish_, pool);
        auto submitted = session_.call_patiently<v1::SubmitWorkloadResponse>(
            "TaskService/SubmitWorkload", request, state_.submit_key(number));
        if (!submitted) {
            // What is held for nothing comes back at once.
            v1::CancelOrderRequest cancel;
            cancel.set_order(pool.order_id);
            if (session_.call<v1::CancelOrderResponse>("ContractService/CancelOrder", cancel))
                pool.order_id.clear();
            return std::unexpected(submitted.error());
        }
        pool.state.mutable_workload()->set_id(submitted->workload());
        say(fmt::format("{} is tried by {} ({})", pool.product.id(), submitted->workload(),
                        pool.order_id));
        return {};
    }

    RemoteResult<void> wait() {
        if (std::ranges::none_of(state_.pools, &TrialPool::is_submitted))
            return std::unexpected(*state_.pools[0].why);
        Board board(surface_of(session_.output()));
        while (true) {
            for (TrialPool& pool : state_.pools) {
                if (pool.is_over()) continue;
                v1::GetWorkloadRequest request;
                request.set_workload(pool.state.workload().id());
                TRY_ASSIGN(pool.state, session_.call_patiently<v1::GetWorkloadResponse>(
                                           "TaskService/GetWorkload", request, ""));
            }
            keep_words();
            board.show(state_.pools);
            if (std::ranges::all_of(state_.pools, &TrialPool::is_over)) return {};
            Session::pause(kLookEvery);
        }
    }

    RemoteResult<void> tell() {
        v1::PlanWorkloadRequest request;
        *request.mutable_spec() = wish_.spec;
        std::string names;
        for (const TrialPool& pool : state_.pools) {
            if (!pool.is_submitted()) continue;
            const std::string& id = pool.state.workload().id();
            request.add_trials(id);
            names.append(names.empty() ? "" : ",").append(id);
        }
        TRY_ASSIGN(const auto plans, session_.call_patiently<v1::PlanWorkloadResponse>(
                                         "ContractService/PlanWorkload", request, ""));
        if (session_.output() == Output::machines)
            print_outcome(plans);
        else
            tell_people(plans, names);
        if (std::ranges::none_of(plans.quotes(), &v1::TrialQuote::has_price))
            throw CLI::RuntimeError(1);  // Each quote has said why.
        return {};
    }

    void tell_people(const v1::PlanWorkloadResponse& plans, const std::string& names) const {
        for (const TrialPool& pool : state_.pools) {
            const std::string trouble =
                pool.is_submitted() ? trouble_text(pool.state, bill_if_any(session_, pool.order_id))
                                    : "";
            if (!trouble.empty()) fmt::print("{}: {}\n", pool.state.workload().id(), trouble);
        }
        fmt::print("\n{}", quotes_text(plans));
        if (plans.plans().empty()) {
            fmt::print("\nNo plan yet: {}\n", plans.relaxation());
            return;
        }
        fmt::print(
            "\nNext:\n  penstock plan -f {0} --trials {1}\n  penstock apply -f {0} --trials {1}\n",
            input_.file, names);
    }

    void print_outcome(const v1::PlanWorkloadResponse& plans) const {
        std::string json = "{\"trials\":[";
        for (const TrialPool& pool : state_.pools) {
            if (!json.ends_with('[')) json.append(",");
            json.append("{\"product\":");
            transport::write_json_string(pool.product.id(), json);
            json.append(",\"order\":");
            transport::write_json_string(pool.order_id, json);
            json.append(",\"workload\":");
            transport::write_json_string(pool.state.workload().id(), json);
            json.append(",\"why_not\":");
            transport::write_json_string(pool.why ? pool.why->reason : "", json);
            json.append("}");
        }
        json.append("],\"plan\":")
            .append(transport::to_json(plans, transport::Defaults::print))
            .append("}\n");
        fmt::print("{}", json);
    }

    Session& session_;
    const TrialInput& input_;
    LastWords words_;
    TrialWish wish_;
    TrialRunState state_;
};

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
        return TrialRun(open, *input).run();
    });
}

}  // namespace penstock::client

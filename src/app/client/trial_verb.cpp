#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/client/confirm.h"
#include "app/client/error.h"
#include "app/client/outcome.h"
#include "app/client/plan_text.h"
#include "app/client/print.h"
#include "app/client/progress.h"
#include "app/client/session.h"
#include "app/client/shortlist.h"
#include "app/client/task_input.h"
#include "app/client/this_moment.h"
#include "app/client/trial_pools.h"
#include "app/client/verbs.h"
#include "core/contract/result_band.h"
#include "crypto/hex.h"
#include "crypto/random.h"
#include "transport/connect/error_body.h"
#include "transport/json/write.h"

namespace penstock::client {

namespace {

struct TrialInput {
    std::string file;
    std::vector<std::string> products;
    std::uint32_t seconds = 20;
    std::uint32_t tasks = 0;
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
        TRY(choose());
        TRY(upload_files(session_, task->files, [](std::size_t) {}));
        for (std::size_t i = 0; i < pools_.size(); ++i) start(i);
        TRY(wait());
        return tell();
    }

  private:
    void say(const std::string& text) const {
        if (session_.output() == Output::people) fmt::print("{}\n", text);
        std::fflush(stdout);
    }

    /// Which products, what that can cost, and whether that is wanted.
    RemoteResult<void> choose() {
        TRY_ASSIGN(const auto products, shortlist(session_, wish_.spec, input_.products));
        if (products.empty())
            return refuse(kNoPlan, {}, "No product on sale takes a task of it now.");
        const Instant now = this_moment();
        for (const v1::Product& product : products) {
            TRY_ASSIGN(TrialPool pool, trial_on(product, wish_, now));
            pools_.push_back(std::move(pool));
        }
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
        const std::string currency = pools_[0].order.max_total().currency();
        for (const TrialPool& pool : pools_) {
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
        v1::Money likely = pools_[0].order.max_total();
        likely.set_micros(about);
        say(fmt::format(
            "Each task runs for {} s at most. All of it costs about {}, and {} at most, "
            "which is held meanwhile.",
            wish_.seconds, fen_text(likely), money_text(most, currency)));
        if (input_.yes) return {};
        if (!is_confirmed(session_,
                          fmt::format("Try it on {}?", count_text(pools_.size(), "product"))))
            return refuse(kNotConfirmed);
        return {};
    }

    /// Orders and submits one trial. That it fails does not spoil the others.
    void start(std::size_t number) {
        TrialPool& pool = pools_[number];
        auto started = start_one(pool, fmt::format("{}-{}", run_, number));
        if (started) return;
        pool.why = started.error();
        say(fmt::format("{} is not tried: {}: {}", pool.product.id(), pool.why->reason,
                        pool.why->message));
    }
    RemoteResult<void> start_one(TrialPool& pool, const std::string& key) {
        TRY_ASSIGN(const auto placed,
                   session_.call_patiently<v1::PlaceOrderResponse>("ContractService/PlaceOrder",
                                                                   pool.order, key + "-order"));
        pool.order_id = placed.order();
        v1::SubmitWorkloadRequest request;
        request.set_order(placed.order());
        *request.mutable_spec() = trial_spec(wish_, pool);
        auto submitted = session_.call_patiently<v1::SubmitWorkloadResponse>(
            "TaskService/SubmitWorkload", request, key + "-submit");
        if (!submitted) {
            // What is held for nothing comes back at once.
            v1::CancelOrderRequest cancel;
            cancel.set_order(placed.order());
            static_cast<void>(
                session_.call<v1::CancelOrderResponse>("ContractService/CancelOrder", cancel));
            return std::unexpected(submitted.error());
        }
        pool.state.mutable_workload()->set_id(submitted->workload());
        say(fmt::format("{} is tried by {} ({})", pool.product.id(), submitted->workload(),
                        placed.order()));
        return {};
    }

    RemoteResult<void> wait() {
        if (std::ranges::none_of(pools_, &TrialPool::is_submitted))
            return std::unexpected(*pools_[0].why);
        Board board(surface_of(session_.output()));
        while (true) {
            for (TrialPool& pool : pools_) {
                if (pool.is_over()) continue;
                v1::GetWorkloadRequest request;
                request.set_workload(pool.state.workload().id());
                TRY_ASSIGN(pool.state, session_.call_patiently<v1::GetWorkloadResponse>(
                                           "TaskService/GetWorkload", request, ""));
            }
            board.show(pools_);
            if (std::ranges::all_of(pools_, &TrialPool::is_over)) return {};
            Session::pause(kLookEvery);
        }
    }

    RemoteResult<void> tell() {
        v1::PlanWorkloadRequest request;
        *request.mutable_spec() = wish_.spec;
        std::string names;
        for (const TrialPool& pool : pools_) {
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
        for (const TrialPool& pool : pools_) {
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
        for (const TrialPool& pool : pools_) {
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
    const std::string run_ = crypto::hex(crypto::random_array<16>());
    TrialWish wish_;
    std::vector<TrialPool> pools_;
};

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
    command->add_option("-f,--file,file", input->file, "Task file, with results")->required();
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
    command->add_flag("--yes", input->yes, "Buys the trials without asking");
    on_call(*command, session, [input](Session& open) { return TrialRun(open, *input).run(); });
}

}  // namespace penstock::client

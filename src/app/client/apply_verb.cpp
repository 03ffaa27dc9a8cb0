#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/client/confirm.h"
#include "app/client/error.h"
#include "app/client/local_file.h"
#include "app/client/outcome.h"
#include "app/client/plan_text.h"
#include "app/client/print.h"
#include "app/client/progress.h"
#include "app/client/run_state.h"
#include "app/client/session.h"
#include "app/client/task_input.h"
#include "app/client/verbs.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "penstock/v1/ledger.pb.h"
#include "transport/json/write.h"

namespace penstock::client {

namespace {

struct ApplyInput {
    std::string file;
    std::string plan;
    std::vector<std::string> trials;
    std::string order;
    std::string state_file;
    std::string json_out;
    bool detach = false;
    bool yes = false;
    unsigned patience_seconds = 180;
};

constexpr unsigned kRoundsMax = 5;
/// An agent that is there accepts well within this; beyond, a person is told what is waited for.
constexpr std::chrono::milliseconds kAcceptanceExpected{3'000};

/// Whether a price, the free capacity or the time may have moved on since the plan was made. The
/// term is the plan's, never the user's own: an invalid one has begun too long ago.
bool is_out_of_date(const RemoteError& refusal) {
    if (refusal.reason == "TERM_INVALID") return true;
    if (refusal.reason == "INSUFFICIENT_FUNDS") return false;
    if (refusal.retry_after.count() > 0) return false;
    const Code code = refusal.code;
    return code == Code::failed_precondition || code == Code::aborted ||
           code == Code::out_of_range || code == Code::resource_exhausted;
}

/// One run of a task file, from planning to its end.
class Apply {
  public:
    Apply(Session& session, const ApplyInput& input) : session_(session), input_(input) {}

    RemoteResult<void> run() {
        session_.set_patience(std::chrono::seconds(input_.patience_seconds));
        auto task = read_task_input(input_.file);
        if (!task) return refuse(task.error());
        task_ = *std::move(task);
        const std::string spec = task_.spec.SerializeAsString();
        auto state = load_run(input_.state_file, crypto::hex(crypto::sha256(spec)));
        if (!state) return refuse(state.error());
        state_ = *std::move(state);
        TRY(use_order());
        // Resumed or not, whoever runs the tasks needs the files; what is there is not sent again.
        TRY(upload_files(session_, task_.files, [this](std::size_t done) {
            if (done == task_.files.size())
                say(count_text(done, "input file") + " on the exchange");
        }));
        TRY(buy());
        TRY(submit());
        v1::GetWorkloadResponse last;
        if (!input_.detach) {
            tell_what_is_waited_for();
            Progress progress(surface_of(session_.output()));
            TRY_ASSIGN(last, follow(session_, state_.workload, progress));
        }
        return finish(last);
    }

  private:
    void say(const std::string& text) const {
        if (session_.output() == Output::people) fmt::print("{}\n", text);
        std::fflush(stdout);
    }
    RemoteResult<void> save() const {
        if (auto saved = save_run(input_.state_file, state_); !saved) return refuse(saved.error());
        return {};
    }

    /// Runs on an order that was placed before, where one is named.
    RemoteResult<void> use_order() {
        if (input_.order.empty()) return {};
        if (!state_.order.empty() && state_.order != input_.order)
            return refuse(kUsage, "order",
                          "The state file is of a run on " + state_.order +
                              "; leave --order out, or give another --state.");
        if (state_.order.empty() && !state_.order_request.lines().empty())
            return refuse(kUsage, "order",
                          "The state file is of a run whose own order may have been placed; run it "
                          "once without --order, or give another --state.");
        if (state_.workload.empty() && !input_.yes &&
            !is_confirmed(session_,
                          fmt::format("Run it on {}? What runs is charged there.", input_.order)))
            return refuse(kNotConfirmed);
        // Kept without the order until that has taken the work: it may be a slip. The run's id
        // keeps the work from being submitted twice.
        TRY(save());
        state_.order = input_.order;
        return {};
    }

    /// Places the order of this run, once.
    RemoteResult<void> buy() {
        unsigned rounds = 0;
        while (state_.order.empty()) {
            if (state_.order_request.lines().empty()) TRY(choose());
            const auto placed = session_.call_patiently<v1::PlaceOrderResponse>(
                "ContractService/PlaceOrder", state_.order_request, state_.order_key());
            if (placed) {
                state_.order = placed->order();
                TRY(save());
                say(fmt::format("order {} placed with plan \"{}\", {} held", state_.order,
                                state_.plan, money_text(placed->held())));
                return {};
            }
            if (!is_out_of_date(placed.error())) return unplaced(placed.error());
            // Forgotten whatever comes next: a later run would only send the dead order again.
            ++state_.round;
            state_.order_request.Clear();
            TRY(save());
            if (++rounds >= kRoundsMax || !input_.yes) return std::unexpected(placed.error());
            say(fmt::format("the plan is out of date ({}); planning again", placed.error().reason));
        }
        say("order " + state_.order + " was placed before; going on");
        return {};
    }

    /// An order's refusal, with the figures that a person needs to mend it.
    std::unexpected<RemoteError> unplaced(RemoteError error) {
        if (error.reason == "INSUFFICIENT_FUNDS") {
            const auto balance = session_.call<v1::GetBalanceResponse>("LedgerService/GetBalance",
                                                                       v1::GetBalanceRequest());
            if (balance)
                error.message += fmt::format(" The plan needs {}; available is {}.",
                                             money_text(state_.order_request.max_total()),
                                             money_text(balance->available()));
        }
        return std::unexpected(std::move(error));
    }

    /// Says so when suppliers take long to accept, as they do when their agents are away.
    void tell_what_is_waited_for() {
        if (session_.output() == Output::machines) return;
        const auto end = std::chrono::steady_clock::now() + kAcceptanceExpected;
        while (true) {
            const v1::Bill bill = bill_if_any(session_, state_.order);
            if (waiting_text(bill, {}).empty()) return;
            if (std::chrono::steady_clock::now() > end)
                return say(waiting_text(bill, supplier_names(session_)));
            Session::pause(std::chrono::milliseconds(200));
        }
    }

    RemoteResult<void> choose() {
        v1::PlanWorkloadRequest request;
        *request.mutable_spec() = task_.spec;
        for (const std::string& trial : input_.trials) request.add_trials(trial);
        TRY_ASSIGN(const auto plans, session_.call_patiently<v1::PlanWorkloadResponse>(
                                         "ContractService/PlanWorkload", request, ""));
        if (session_.output() == Output::people) fmt::print("{}\n", plans_text(plans));
        if (plans.plans().empty()) return refuse(kNoPlan, {}, plans.relaxation());
        const auto chosen = std::ranges::find_if(plans.plans(), [this](const v1::Plan& plan) {
            return input_.plan.empty() || plan.label() == input_.plan;
        });
        if (chosen == plans.plans().end()) return refuse(kUsage, "plan", no_such_plan(plans));
        TRY(confirm(*chosen));
        state_.plan = chosen->label();
        state_.order_request = chosen->order();
        return save();
    }

    std::string no_such_plan(const v1::PlanWorkloadResponse& plans) const {
        std::string text = "There is no plan \"" + input_.plan + "\" now; there is";
        for (const v1::Plan& plan : plans.plans())
            text.append(&plan == &plans.plans(0) ? " " : ", ").append(plan.label());
        return text + ".";
    }

    RemoteResult<void> confirm(const v1::Plan& plan) const {
        if (input_.yes) return {};
        if (!is_confirmed(session_, fmt::format("Buy plan \"{}\" for at most {}?", plan.label(),
                                                money_text(plan.max_total()))))
            return refuse(kNotConfirmed);
        return {};
    }

    RemoteResult<void> submit() {
        if (!state_.workload.empty()) return {};
        v1::SubmitWorkloadRequest request;
        request.set_order(state_.order);
        *request.mutable_spec() = task_.spec;
        TRY_ASSIGN(const auto submitted,
                   session_.call_patiently<v1::SubmitWorkloadResponse>(
                       "TaskService/SubmitWorkload", request, state_.submit_key()));
        state_.workload = submitted.workload();
        TRY(save());
        say(fmt::format("workload {} submitted: {}", state_.workload,
                        count_text(task_.spec.array_size(), "task")));
        return {};
    }

    RemoteResult<void> finish(const v1::GetWorkloadResponse& last) {
        std::string json = "{\"order\":";
        transport::write_json_string(state_.order, json);
        json.append(",\"workload\":");
        transport::write_json_string(state_.workload, json);
        json.append(",\"plan\":");
        transport::write_json_string(state_.plan, json);
        json.append(",\"state\":")
            .append(transport::to_json(last.workload(), transport::Defaults::print));
        json.append(",\"failed_tasks\":[");
        for (const v1::Task& task : last.tasks()) {
            if (task.state() != v1::TASK_FAILED) continue;
            if (!json.ends_with('[')) json.append(",");
            json.append("{\"task\":");
            transport::write_json_string(task.id(), json);
            json.append(
                fmt::format(",\"index\":{},\"exit_code\":{}}}", task.index(), task.exit_code()));
        }
        json.append("]}\n");
        if (session_.output() == Output::machines) fmt::print("{}", json);
        if (!input_.json_out.empty())
            if (auto written = write_file(input_.json_out, json); !written)
                return refuse(written.error());
        if (input_.detach) {
            say(fmt::format("Follow it with: penstock watch {}", state_.workload));
            return {};
        }
        const v1::Workload& workload = last.workload();
        if (workload.succeeded() < workload.tasks()) {
            RemoteError error;
            error.code = Code::aborted;
            error.reason = "WORKLOAD_INCOMPLETE";
            error.message = trouble_text(last, bill_if_any(session_, state_.order));
            return std::unexpected(std::move(error));
        }
        say(fmt::format("All {} done. Next: penstock fetch {} --out DIR, penstock bill {}",
                        count_text(workload.tasks(), "task"), state_.workload, state_.order));
        return {};
    }

    Session& session_;
    const ApplyInput& input_;
    TaskInput task_;
    RunState state_;
};

}  // namespace

void add_apply_verb(CLI::App& app) {
    const auto session = std::make_shared<Session>();
    const auto input = std::make_shared<ApplyInput>();
    CLI::App* command = app.add_subcommand("apply", "Buys a plan for a task file and runs it");
    session->add_options(*command);
    // Each of its commands has a key of its own, which the state file keeps.
    command->remove_option(command->get_option("--idempotency-key"));
    command->add_option("-f,--file,file", input->file, "Task file")->required();
    command->add_option("--plan", input->plan, "Label of the plan; the first when not given");
    CLI::Option* trials =
        command
            ->add_option(
                "--trials", input->trials,
                "wl_1,wl_2: buy by what these trials of it showed, within their result band")
            ->delimiter(',');
    command
        ->add_option("--order", input->order,
                     "ord_1: buy nothing, run on this order, which was placed for cores before")
        ->excludes(command->get_option("--plan"))
        ->excludes(trials);
    command->add_option("--state", input->state_file,
                        "File that remembers the run: give it again to go on after a crash");
    command->add_option("--json-out", input->json_out, "File for order, workload and final state");
    command->add_flag("--detach", input->detach,
                      "Does not wait for the end; penstock watch does later");
    command->add_flag("--yes", input->yes, "Buys, or runs on --order, without asking");
    command
        ->add_option("--patience", input->patience_seconds,
                     "Seconds for which an exchange that is away is waited for")
        ->capture_default_str();
    on_call(*command, session, [input](Session& open) { return Apply(open, *input).run(); });
}

}  // namespace penstock::client

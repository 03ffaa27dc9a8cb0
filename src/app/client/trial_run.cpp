#include "app/client/trial_run.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "app/client/confirm.h"
#include "app/client/error.h"
#include "app/client/exchange_moment.h"
#include "app/client/last_words.h"
#include "app/client/outcome.h"
#include "app/client/plan_text.h"
#include "app/client/print.h"
#include "app/client/progress.h"
#include "app/client/shortlist.h"
#include "app/client/task_input.h"
#include "app/client/trial_board.h"
#include "app/client/trial_pools.h"
#include "app/client/trial_state.h"
#include "transport/json/write.h"

namespace penstock::client {

namespace {

constexpr std::chrono::milliseconds kLookEvery{500};

/// Whether the exchange has looked at a command and has not done it. After any other error it may
/// have been done, now or when it was sent before.
bool is_refused(const RemoteError& error) {
    switch (error.code) {
        case Code::invalid_argument:
        case Code::not_found:
        case Code::already_exists:
        case Code::failed_precondition:
        case Code::aborted:
        case Code::out_of_range:
        case Code::resource_exhausted:
            return !Session::passes(error);
        default:
            return false;
    }
}

/// Whether an order was sent too long ago to be placed, or has ended since it was.
bool is_too_late(const RemoteError& error) {
    return error.reason == "TERM_INVALID" || error.reason == "ORDER_ENDED" ||
           error.reason == "ORDER_NOT_FOUND";
}

/// One run, and what it has bought.
class TrialRun {
  public:
    TrialRun(Session& session, const TrialInput& input) : session_(session), input_(input) {}

    RemoteResult<void> run() {
        auto quoted = quote();
        const std::string left = going_on();
        if (!quoted) {
            // The error's own line ends it.
            quoted.error().message += left.substr(0, left.rfind('\n'));
            return std::unexpected(std::move(quoted).error());
        }
        if (session_.output() == Output::people) fmt::print(stderr, "{}", left);
        if (std::ranges::none_of(quoted->quotes(), &v1::TrialQuote::has_price))
            throw CLI::RuntimeError(1);  // Each quote has said why.
        return {};
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
    std::string going_on() const {
        std::string again;
        if (!input_.state_file.empty()) {
            again = fmt::format("penstock trial -f {} --state {} --seconds {}", input_.file,
                                input_.state_file, input_.seconds);
            if (input_.tasks > 0) again += fmt::format(" --tasks {}", input_.tasks);
            if (!input_.products.empty())
                again += fmt::format(" --products {}", fmt::join(input_.products, ","));
        }
        return going_on_text(state_.pools, input_.file, again);
    }
    /// What a person is told who stops waiting, from now on.
    void keep_words() { words_.set(going_on()); }

    /// All of it.
    RemoteResult<v1::PlanWorkloadResponse> quote() {
        auto task = read_task_input(input_.file);
        if (!task) return refuse(task.error());
        if (!task->spec.has_result_unit()) return refuse(kNoResultUnit, "results");
        wish_ = {.spec = task->spec,
                 .tasks = input_.tasks,
                 .seconds = input_.seconds,
                 .products = input_.products};
        auto state = load_trial_run(input_.state_file, wish_);
        if (!state) return refuse(state.error());
        state_ = *std::move(state);
        keep_words();
        // Errors of the address and of this machine end here; what is refused later, the exchange
        // has refused.
        TRY(exchange_moment(session_));
        TRY(go_on());
        if (state_.pools.empty()) TRY(choose());
        TRY(upload_files(session_, task->files, [](std::size_t) {}));
        for (TrialPool& pool : state_.pools) TRY(start(pool));
        TRY(wait());
        return tell();
    }

    /// Looks at what an earlier run has begun.
    RemoteResult<void> go_on() {
        if (state_.pools.empty()) return {};
        say(fmt::format("{} begun before; going on", count_text(state_.pools.size(), "trial")));
        TRY(look());
        keep_words();
        return price_anew();
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
        // Its keys may have been used for what is kept no longer.
        state_ = new_trial_run(wish_);
        state_.pools = std::move(pools);
        return save();
    }

    /// Where a price has changed before an order was placed, asks for what it costs now.
    RemoteResult<void> price_anew() {
        std::vector<TrialPool> pools = state_.pools;
        std::vector<TrialPool> changed;
        for (TrialPool& pool : pools) {
            if (pool.is_dated()) continue;
            const auto now = shortlist(session_, wish_.spec, {pool.product.id()});
            // Ordered all the same: the exchange says best why it is not sold.
            if (!now || now->front().price_version() == pool.product.price_version()) continue;
            const std::uint32_t round = pool.round;
            TRY_ASSIGN(pool, trial_on(now->front(), wish_));
            pool.round = round;
            changed.push_back(pool);
        }
        if (changed.empty()) return {};
        say("The price of these has changed:");
        TRY(confirm(changed));
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
    RemoteResult<void> start(TrialPool& pool) {
        if (pool.is_submitted()) return {};
        const bool is_of_earlier_run = pool.is_dated();
        auto started = start_once(pool);
        if (!started && is_of_earlier_run && !pool.is_dated() && is_too_late(started.error()))
            started = start_once(pool);
        keep_words();
        TRY(save());
        if (started) return {};
        pool.why = started.error();
        say(fmt::format("{} is not tried: {}: {}", pool.product.id(), pool.why->reason,
                        pool.why->message));
        return {};
    }
    RemoteResult<void> start_once(TrialPool& pool) {
        if (pool.order_id.empty()) TRY(place(pool));
        v1::SubmitWorkloadRequest request;
        request.set_order(pool.order_id);
        *request.mutable_spec() = trial_spec(wish_, pool);
        auto submitted = session_.call_patiently<v1::SubmitWorkloadResponse>(
            "TaskService/SubmitWorkload", request, state_.submit_key(pool));
        if (!submitted) {
            if (is_refused(submitted.error())) cancel(pool);
            return std::unexpected(submitted.error());
        }
        pool.state.mutable_workload()->set_id(submitted->workload());
        say(fmt::format("{} is tried by {} ({})", pool.product.id(), submitted->workload(),
                        pool.order_id));
        return {};
    }
    /// Places the order. It is kept before it is sent, so that nothing but itself is sent again.
    RemoteResult<void> place(TrialPool& pool) {
        if (!pool.is_dated()) {
            TRY_ASSIGN(const Instant now, exchange_moment(session_));
            begin_at(pool, now);
            keep_words();
            TRY(save());
        }
        const auto placed = session_.call_patiently<v1::PlaceOrderResponse>(
            "ContractService/PlaceOrder", pool.order, state_.order_key(pool));
        if (!placed) {
            if (is_refused(placed.error())) forget_order(pool);
            return std::unexpected(placed.error());
        }
        pool.order_id = placed->order();
        keep_words();
        return save();
    }
    /// What is held for nothing comes back at once.
    void cancel(TrialPool& pool) {
        v1::CancelOrderRequest request;
        request.set_order(pool.order_id);
        const auto cancelled =
            session_.call<v1::CancelOrderResponse>("ContractService/CancelOrder", request);
        // One that cannot be cancelled has ended before.
        if (cancelled || is_refused(cancelled.error())) forget_order(pool);
    }

    /// Asks how those do that are submitted. One that the exchange keeps no longer is dropped.
    RemoteResult<void> look() {
        bool is_any_gone = false;
        for (auto pool = state_.pools.begin(); pool != state_.pools.end();) {
            if (!pool->is_over()) {
                v1::GetWorkloadRequest request;
                request.set_workload(pool->state.workload().id());
                auto now = session_.call_patiently<v1::GetWorkloadResponse>(
                    "TaskService/GetWorkload", request, "");
                if (!now && now.error().reason == "WORKLOAD_NOT_FOUND") {
                    say(fmt::format("{} on {} ended more than a day ago and is kept no longer",
                                    pool->state.workload().id(), pool->product.id()));
                    pool = state_.pools.erase(pool);
                    is_any_gone = true;
                    continue;
                }
                if (!now) return std::unexpected(now.error());
                pool->state = *std::move(now);
            }
            ++pool;
        }
        return is_any_gone ? save() : RemoteResult<void>();
    }

    RemoteResult<void> wait() {
        TrialBoard board(surface_of(session_.output()));
        while (true) {
            TRY(look());
            keep_words();
            if (std::ranges::none_of(state_.pools, &TrialPool::is_submitted)) return none_tried();
            board.show(state_.pools);
            if (std::ranges::all_of(state_.pools, &TrialPool::is_over)) return {};
            Session::pause(kLookEvery);
        }
    }
    RemoteResult<void> none_tried() const {
        if (state_.pools.empty()) return refuse(kTrialsGone);
        return std::unexpected(*state_.pools[0].why);
    }

    RemoteResult<v1::PlanWorkloadResponse> tell() {
        v1::PlanWorkloadRequest request;
        *request.mutable_spec() = wish_.spec;
        std::string names;
        for (const TrialPool& pool : state_.pools) {
            if (!pool.is_submitted()) continue;
            const std::string& id = pool.state.workload().id();
            request.add_trials(id);
            names.append(names.empty() ? "" : ",").append(id);
        }
        TRY_ASSIGN(auto plans, session_.call_patiently<v1::PlanWorkloadResponse>(
                                   "ContractService/PlanWorkload", request, ""));
        if (session_.output() == Output::machines)
            print_outcome(plans);
        else
            tell_people(plans, names);
        return plans;
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

}  // namespace

RemoteResult<void> run_trials(Session& session, const TrialInput& input) {
    return TrialRun(session, input).run();
}

}  // namespace penstock::client

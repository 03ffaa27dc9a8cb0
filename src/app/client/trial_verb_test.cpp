#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "app/client/fake_exchange.h"
#include "app/client/local_file.h"
#include "app/client/verb_fixture.h"

namespace penstock::client {
namespace {

constexpr Rejection kPoor{65201, Code::failed_precondition, "INSUFFICIENT_FUNDS", "Top up."};
constexpr Rejection kBadSpec{65202, Code::invalid_argument, "TASK_SPEC_INVALID", "Out of range."};
constexpr Duration kLong = seconds(120);

class TrialVerb : public VerbFixture {
  protected:
    TrialVerb() {
        std::ofstream(folder_ / "task.yaml")
            << "name: film\nresources:\n  cpus: 2\narray: 100\nrun: draw\n"
               "results:\n  unit: frame\n  line: done\n  per_task: 24\n"
               "max_price: 1.00\ndeadline: 1h\n";
        std::ofstream(folder_ / "silent.yaml") << "name: film\nrun: draw\n";
    }
    int run_online(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--server", exchange_.url(), "--key", "psk_1_x"});
        return run(std::move(arguments));
    }
    std::vector<std::string> trial(std::vector<std::string> more) const {
        more.insert(more.begin(), {"trial", "-f", folder_ / "task.yaml"});
        return more;
    }

    std::vector<std::string> resumable(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"--state", folder_ / "trial.state"});
        return trial(std::move(more));
    }

    FakeExchange exchange_;
};

TEST_F(TrialVerb, tries_the_job_and_shows_quotes_and_how_to_go_on) {
    exchange_.lose_answers(2);
    ASSERT_EQ(run_online(trial({"--yes", "--seconds", "30"})), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
    const v1::PlaceOrderRequest order = exchange_.last_order();
    ASSERT_EQ(order.lines_size(), 1);
    EXPECT_EQ(order.lines(0).product(), "prod_1") << "the other is sold by plan";
    EXPECT_EQ(order.lines(0).cores(), 4u) << "as many as run at once";
    EXPECT_FALSE(order.lines(0).has_result_band());
    // 4 cores for 120 + 300 s, and two rounds of 60 s: 540 s at 1.20 CNY an hour, and a fen.
    EXPECT_EQ(order.lines(0).term().end_ns() - order.lines(0).term().start_ns(), 540'000'000'000);
    EXPECT_EQ(order.lines(0).term().start_ns(), FakeExchange::kNow.ns) << "by its clock";
    EXPECT_EQ(order.max_total().micros(), 730'000);
    const v1::WorkloadSpec spec = exchange_.last_workload().spec();
    EXPECT_EQ(spec.trial_seconds(), 30u);
    EXPECT_EQ(spec.array_size(), 3u) << "two run at once, and three are the least";
    EXPECT_FALSE(spec.has_max_price());
    EXPECT_EQ(spec.deadline_seconds(), 0);
    EXPECT_EQ(spec.result_unit().per_task(), 24u);
    EXPECT_NE(out_.find("about 0.06 CNY, and 0.73 CNY at most"), std::string::npos) << out_;
    EXPECT_NE(out_.find("3 of 3 tasks done"), std::string::npos) << out_;
    EXPECT_NE(out_.find("CNY per frame, as 19 of 20"), std::string::npos) << out_;
    EXPECT_NE(out_.find("task.yaml --trials wl_1\n"), std::string::npos) << out_;
}

TEST_F(TrialVerb, buys_nothing_without_a_yes_nor_without_results_to_count) {
    EXPECT_EQ(run_online(trial({})), 1);
    EXPECT_NE(errors_.find("NOT_CONFIRMED"), std::string::npos) << errors_;
    EXPECT_EQ(run_online({"trial", "-f", folder_ / "silent.yaml", "--yes"}), 1);
    EXPECT_NE(errors_.find("NO_RESULT_UNIT"), std::string::npos) << errors_;
    EXPECT_EQ(run_online(trial({"--yes", "--seconds", "3601"})), 2);
    EXPECT_EQ(run_online(trial({"--yes", "--tasks", "65"})), 2);
    EXPECT_EQ(run_online(trial({"--yes", "--products", "prod_2"})), 2);
    EXPECT_NE(errors_.find("prod_2 is not sold by the core-hour"), std::string::npos) << errors_;
    EXPECT_EQ(exchange_.orders(), 0u);
}

TEST_F(TrialVerb, tells_scripts_what_it_has_tried) {
    ASSERT_EQ(run_online(trial({"--yes", "--products", "prod_1", "--tasks", "5", "--json"})), 0)
        << errors_;
    EXPECT_TRUE(out_.starts_with(R"({"trials":[{"product":"prod_1","order":"ord_1",)")) << out_;
    EXPECT_NE(out_.find(R"("workload":"wl_1","why_not":""}],"plan":{)"), std::string::npos) << out_;
    EXPECT_EQ(exchange_.last_workload().spec().array_size(), 5u);
}

TEST_F(TrialVerb, tells_why_nothing_could_be_tried) {
    exchange_.refuse_orders(1);
    EXPECT_EQ(run_online(trial({"--yes"})), 1);
    EXPECT_NE(out_.find("prod_1 is not tried: STALE_PRICE"), std::string::npos) << out_;
    EXPECT_NE(errors_.find("STALE_PRICE"), std::string::npos) << errors_;
    EXPECT_EQ(exchange_.workloads(), 0u);
}

TEST_F(TrialVerb, goes_on_where_it_was_cut_off_and_buys_nothing_twice) {
    const std::string state = folder_ / "trial.state";
    ASSERT_EQ(run_online(trial({"--yes", "--state", state})), 0) << errors_;
    ASSERT_EQ(run_online(trial({"--state", state})), 0) << "nobody is asked again: " << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
    EXPECT_EQ(exchange_.workloads(), 1u);
    EXPECT_NE(out_.find("1 trial begun before; going on"), std::string::npos) << out_;
    EXPECT_NE(out_.find("task.yaml --trials wl_1\n"), std::string::npos) << out_;

    // Cut off between the order and its workload: the same order carries it.
    std::string text = *read_file(state);
    const std::string done = R"("workload":"wl_1")";
    ASSERT_NE(text.find(done), std::string::npos) << text;
    text.replace(text.find(done), done.size(), R"("workload":"")");
    ASSERT_TRUE(write_file(state, text));
    ASSERT_EQ(run_online(trial({"--state", state})), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
    EXPECT_EQ(exchange_.workloads(), 1u) << "by the key of the run";

    for (const char* option : {"--seconds", "--tasks", "--products"}) {
        const std::string other = std::string(option) == "--products" ? "prod_3" : "5";
        EXPECT_EQ(run_online(trial({"--state", state, option, other})), 1);
        EXPECT_NE(errors_.find("STATE_FILE"), std::string::npos) << errors_;
        EXPECT_NE(errors_.find(option), std::string::npos) << errors_;
    }
    ASSERT_TRUE(write_file(state, text.substr(0, text.size() / 2)));
    EXPECT_EQ(run_online(trial({"--state", state})), 1);
    EXPECT_NE(errors_.find("STATE_FILE"), std::string::npos) << errors_;
}

TEST_F(TrialVerb, orders_anew_what_was_refused_however_late) {
    exchange_.refuse("ContractService/PlaceOrder", kPoor);
    EXPECT_EQ(run_online(resumable({"--yes"})), 1);
    EXPECT_NE(errors_.find("INSUFFICIENT_FUNDS"), std::string::npos) << errors_;
    EXPECT_EQ(errors_.find("Nobody waits"), std::string::npos) << "no order stands: " << errors_;
    exchange_.pass(kLong);
    ASSERT_EQ(run_online(resumable()), 0) << out_ << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
    EXPECT_EQ(exchange_.last_order().lines(0).term().start_ns(), (FakeExchange::kNow + kLong).ns);
}

TEST_F(TrialVerb, orders_anew_what_was_sent_and_never_came) {
    exchange_.break_down("ContractService/PlaceOrder");
    EXPECT_EQ(run_online(resumable({"--yes"})), 1);
    EXPECT_NE(errors_.find("an order on prod_1 that may have been placed"), std::string::npos)
        << errors_;
    ASSERT_EQ(run_online(resumable()), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 1u) << "it was placed, and is found by its key";

    // This time it did not even arrive.
    std::filesystem::remove(folder_ / "trial.state");
    exchange_.break_down("ContractService/PlaceOrder");
    EXPECT_EQ(run_online(resumable({"--yes"})), 1);
    exchange_.on_book([](FakeOrders& book) { book.forget_keys(); });
    exchange_.pass(kLong);
    ASSERT_EQ(run_online(resumable()), 0) << out_ << errors_;
    EXPECT_EQ(exchange_.last_order().lines(0).term().start_ns(), (FakeExchange::kNow + kLong).ns);
}

TEST_F(TrialVerb, orders_anew_where_the_work_was_refused_and_the_order_cancelled) {
    exchange_.refuse("TaskService/SubmitWorkload", kBadSpec);
    EXPECT_EQ(run_online(resumable({"--yes"})), 1);
    EXPECT_NE(errors_.find("TASK_SPEC_INVALID"), std::string::npos) << errors_;
    EXPECT_EQ(errors_.find("Nobody waits"), std::string::npos) << "nothing is held: " << errors_;
    EXPECT_EQ(exchange_.on_book([](FakeOrders& book) { return book.open(); }), 0u);
    ASSERT_EQ(run_online(resumable()), 0) << out_ << errors_;
    EXPECT_EQ(exchange_.orders(), 2u);
    EXPECT_EQ(exchange_.last_workload().order(), "ord_2");
}

TEST_F(TrialVerb, keeps_an_order_whose_work_may_have_been_submitted) {
    exchange_.break_down("TaskService/SubmitWorkload");
    EXPECT_EQ(run_online(resumable({"--yes"})), 1);
    EXPECT_NE(errors_.find("an order without its work on prod_1 (ord_1), at most"),
              std::string::npos)
        << errors_;
    EXPECT_EQ(exchange_.on_book([](FakeOrders& book) { return book.open(); }), 1u);
    ASSERT_EQ(run_online(resumable()), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
    EXPECT_EQ(exchange_.workloads(), 1u);
}

TEST_F(TrialVerb, orders_anew_where_an_order_has_ended_before_its_work_came) {
    exchange_.break_down("TaskService/SubmitWorkload");
    EXPECT_EQ(run_online(resumable({"--yes"})), 1);
    exchange_.on_book([](FakeOrders& book) {
        book.end_all();
        book.forget_keys();
    });
    ASSERT_EQ(run_online(resumable()), 0) << out_ << errors_;
    EXPECT_EQ(exchange_.last_workload().order(), "ord_2");
}

TEST_F(TrialVerb, tries_again_what_the_exchange_keeps_no_longer_but_asks_first) {
    ASSERT_EQ(run_online(resumable({"--yes"})), 0) << errors_;
    exchange_.on_book([](FakeOrders& book) { book.retire_workloads(); });
    exchange_.pass(seconds(2 * 86'400));
    EXPECT_EQ(run_online(resumable()), 1);
    EXPECT_NE(out_.find("wl_1 on prod_1 ended more than a day ago"), std::string::npos) << out_;
    EXPECT_NE(errors_.find("NOT_CONFIRMED"), std::string::npos) << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
    ASSERT_EQ(run_online(resumable({"--yes"})), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 2u);
    EXPECT_NE(out_.find("task.yaml --trials wl_2\n"), std::string::npos) << out_;
}

TEST_F(TrialVerb, asks_again_where_a_price_has_changed_before_the_order) {
    exchange_.refuse("ContractService/PlaceOrder", kPoor);
    EXPECT_EQ(run_online(resumable({"--yes"})), 1);
    exchange_.on_book([](FakeOrders& book) { book.set_price_version(2); });
    EXPECT_EQ(run_online(resumable()), 1);
    EXPECT_NE(out_.find("The price of these has changed:"), std::string::npos) << out_;
    EXPECT_NE(errors_.find("NOT_CONFIRMED"), std::string::npos) << errors_;
    EXPECT_EQ(exchange_.orders(), 0u);
    ASSERT_EQ(run_online(resumable({"--yes"})), 0) << errors_;
    EXPECT_EQ(exchange_.last_order().lines(0).price_version(), 2u);
}

TEST_F(TrialVerb, says_what_goes_on_whatever_ends_it) {
    exchange_.break_down("TaskService/GetWorkload");
    EXPECT_EQ(run_online(trial({"--yes", "--products", "prod_1"})), 1);
    EXPECT_NE(errors_.find("INTERNAL"), std::string::npos) << errors_;
    EXPECT_NE(errors_.find("  wl_1 on prod_1 (ord_1), at most 0.71 CNY\n"), std::string::npos)
        << errors_;
    EXPECT_NE(errors_.find("  penstock orders cancel ord_1\n"), std::string::npos) << errors_;
    ASSERT_EQ(run_online(trial({"--yes"})), 0) << errors_;
    EXPECT_EQ(errors_, "") << "all is over";
}

/// No thread that the exchange makes takes the signal.
struct SignalsHeldBack {
    SignalsHeldBack() {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        ::pthread_sigmask(SIG_BLOCK, &set, &before);
    }
    ~SignalsHeldBack() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }
    sigset_t before{};
};

class TrialVerbDeathTest : private SignalsHeldBack, public TrialVerb {
  protected:
    /// Runs it without catching what it prints.
    void run_loudly(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--server", exchange_.url(), "--key", "psk_1_x"});
        std::ranges::reverse(arguments);
        CLI::App app;
        add_client_commands(app, {});
        app.parse(arguments);
    }
};

TEST_F(TrialVerbDeathTest, an_order_that_is_waited_for_is_told_at_ctrl_c) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    exchange_.on_call("ContractService/PlaceOrder", [] {
        ::kill(::getpid(), SIGINT);
        ::alarm(20);
        while (true) ::pause();
    });
    EXPECT_EXIT(run_loudly(trial({"--yes"})), testing::KilledBySignal(SIGINT),
                "an order on prod_1 that may have been placed, at most");
}

TEST_F(TrialVerbDeathTest, what_an_earlier_run_has_begun_is_told_at_ctrl_c_before_it_is_looked_at) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    ASSERT_EQ(run_online(resumable({"--yes"})), 0) << errors_;
    EXPECT_EXIT(
        {
            exchange_.on_call("SystemService/GetStatus", [] {
                ::kill(::getpid(), SIGINT);
                ::alarm(20);
                while (true) ::pause();
            });
            run_loudly(resumable());
        },
        testing::KilledBySignal(SIGINT), "wl_1 on prod_1 .ord_1., at most");
}

TEST_F(TrialVerb, lists_ones_trials) {
    ASSERT_EQ(run_online({"trial", "list"}), 0) << errors_;
    for (const char* part : {"wl_7", "film", "prod_1, prod_2", "2 of 3", "2027-01-15"})
        EXPECT_NE(out_.find(part), std::string::npos) << part << "\n" << out_;
    ASSERT_EQ(run_online({"trial", "list", "--json"}), 0) << errors_;
    EXPECT_NE(out_.find(R"("workload":{"id":"wl_7")"), std::string::npos) << out_;
    EXPECT_EQ(run_online({"trial"}), 2) << "no task file";
    EXPECT_EQ(exchange_.orders(), 0u);
}

TEST_F(TrialVerb, sends_no_more_files_than_a_workload_takes) {
    std::filesystem::create_directories(folder_ / "many");
    for (int i = 0; i <= 256; ++i) std::ofstream(folder_ / "many" / std::to_string(i)) << i;
    std::ofstream(folder_ / "many.yaml") << "run: x\nworkdir: many\nresults: {unit: a, line: b}\n";
    EXPECT_EQ(run_online({"trial", "-f", folder_ / "many.yaml", "--yes"}), 1);
    EXPECT_NE(errors_.find("over 256 files"), std::string::npos) << errors_;
    EXPECT_EQ(exchange_.uploads(), 0u);
}

TEST_F(TrialVerb, plans_and_buys_by_trials) {
    const std::string file = folder_ / "task.yaml";
    ASSERT_EQ(run_online({"plan", "-f", file, "--trials", "wl_4,wl_5"}), 0) << errors_;
    EXPECT_NE(out_.find("wl_4"), std::string::npos) << out_;
    EXPECT_NE(out_.find("wl_5 shows no price: It has 2 tasks that succeeded."), std::string::npos)
        << out_;
    EXPECT_EQ(run_online({"plan", "a hundred frames", "--trials", "wl_4"}), 1) << out_;
    ASSERT_EQ(run_online({"apply", "-f", file, "--trials", "wl_4", "--yes"}), 0) << errors_;
    EXPECT_NE(out_.find("0.0031"), std::string::npos) << out_;
    EXPECT_EQ(exchange_.last_workload().spec().trial_seconds(), 0u);
}

}  // namespace
}  // namespace penstock::client

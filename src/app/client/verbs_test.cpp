#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "app/client/fake_exchange.h"
#include "app/client/local_file.h"
#include "app/client/run_state.h"
#include "app/client/session.h"
#include "app/client/verb_fixture.h"
#include "format/receipt.h"

namespace penstock::client {
namespace {

namespace fs = std::filesystem;

class Verbs : public VerbFixture {
  protected:
    Verbs() {
        std::ofstream(folder_ / "task.yaml") << "name: render\nresources:\n  cpus: 1\n"
                                                "array: 3\nfile_mounts:\n  scene: ./scene\n"
                                                "run: echo hello\noutputs:\n  - frame-*.txt\n";
        fs::create_directories(folder_ / "scene");
        std::ofstream(folder_ / "scene" / "a.pov") << "sphere";
        std::ofstream(folder_ / "scene" / "b.pov") << "plane";
    }

    int run_online(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--server", exchange_.url(), "--key", "psk_1_x"});
        return run(std::move(arguments));
    }
    std::vector<std::string> apply() const {
        return {"apply", "-f", folder_ / "task.yaml", "--yes", "--state", folder_ / "run.json"};
    }
    /// Sends a top-up until it is answered, for as long at most.
    RemoteResult<v1::RequestTopUpResponse> top_up(std::chrono::milliseconds patience) {
        CLI::App app;
        Session session;
        session.add_options(app);
        app.parse("--server " + exchange_.url() + " --key psk_1_x");
        session.set_patience(patience);
        return session.call<v1::RequestTopUpResponse>("LedgerService/RequestTopUp",
                                                      v1::RequestTopUpRequest());
    }

    FakeExchange exchange_;
};

TEST_F(Verbs, apply_buys_once_though_answers_are_lost_and_the_stream_breaks) {
    exchange_.lose_answers(3);
    ASSERT_EQ(run_online(apply()), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
    EXPECT_EQ(exchange_.workloads(), 1u);
    EXPECT_EQ(exchange_.uploads(), 2u);
    EXPECT_NE(out_.find("render: 3/3 done"), std::string::npos) << out_;
    EXPECT_NE(out_.find("Alpha: 2 done"), std::string::npos);
}

TEST_F(Verbs, apply_goes_on_with_its_state_file_instead_of_buying_again) {
    exchange_.lose_answers(1);
    auto impatient = apply();
    impatient.insert(impatient.end(), {"--patience", "0", "--detach"});
    ASSERT_EQ(run_online(impatient), 1);  // Ordered; but it never learns so.
    EXPECT_NE(errors_.find("AWAY"), std::string::npos);
    ASSERT_EQ(run_online(apply()), 0) << errors_;
    ASSERT_EQ(run_online(apply()), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
    EXPECT_EQ(exchange_.workloads(), 1u);
    EXPECT_EQ(exchange_.uploads(), 2u);

    std::ofstream(folder_ / "scene" / "a.pov") << "torus";
    EXPECT_EQ(run_online(apply()), 1);
    EXPECT_NE(errors_.find("STATE_FILE"), std::string::npos) << errors_;
}

TEST_F(Verbs, apply_plans_again_when_the_price_has_changed) {
    exchange_.refuse_orders(2);
    ASSERT_EQ(run_online(apply()), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
}

TEST_F(Verbs, apply_forgets_a_refused_order_though_it_may_not_choose_another) {
    auto impatient = apply();
    impatient.insert(impatient.end(), {"--patience", "0"});
    exchange_.lose_answers(1);
    ASSERT_EQ(run_online(impatient), 1);  // The order is kept, to be sent again as it was.
    exchange_.refuse_terms(1);
    auto unsure = impatient;
    std::erase(unsure, "--yes");
    unsure.push_back("--json");
    EXPECT_EQ(run_online(unsure), 1);
    EXPECT_NE(errors_.find("TERM_INVALID"), std::string::npos) << errors_;
    const auto state = read_file(folder_ / "run.json");
    ASSERT_TRUE(state);
    EXPECT_NE(state->find("\"round\":1"), std::string::npos) << *state;
    EXPECT_NE(state->find("\"order_request\":\"\""), std::string::npos) << *state;
    EXPECT_EQ(run_online(unsure), 1);
    EXPECT_NE(errors_.find("NOT_CONFIRMED"), std::string::npos) << "planned again: " << errors_;
    EXPECT_EQ(run_online(apply()), 0) << errors_;
}

TEST_F(Verbs, apply_buys_nothing_without_a_yes) {
    auto arguments = apply();
    std::erase(arguments, "--yes");
    arguments.push_back("--json");
    EXPECT_EQ(run_online(arguments), 1);
    EXPECT_NE(errors_.find("\"reason\":\"NOT_CONFIRMED\""), std::string::npos) << errors_;
    EXPECT_EQ(exchange_.orders(), 0u);
    EXPECT_EQ(run_online({"apply", "-f", folder_ / "task.yaml", "--yes", "--plan", "none"}), 2);
    EXPECT_NE(errors_.find("there is fastest"), std::string::npos) << errors_;
    EXPECT_EQ(exchange_.orders(), 0u);
}

TEST_F(Verbs, a_command_whose_answers_are_lost_is_sent_again_and_done_once) {
    exchange_.lose_answers(2);
    ASSERT_EQ(run_online({"top-up", "5"}), 0) << errors_;
    EXPECT_NE(errors_.find("AWAY; trying again for up to 30 s"), std::string::npos) << errors_;
    EXPECT_EQ(exchange_.top_ups(), 1u);
    exchange_.lose_answers(2);
    ASSERT_EQ(run_online({"call", "LedgerService/RequestTopUp"}), 0) << errors_;
    EXPECT_EQ(exchange_.top_ups(), 2u);
    ASSERT_EQ(run_online({"top-up", "5", "--idempotency-key", "mine"}), 0) << errors_;
    ASSERT_EQ(run_online({"top-up", "5", "--idempotency-key", "mine"}), 0) << errors_;
    EXPECT_EQ(exchange_.top_ups(), 3u);
}

TEST_F(Verbs, a_command_that_stays_without_answer_tells_how_it_is_repeated) {
    exchange_.lose_answers(1'000);
    const auto done = top_up(std::chrono::milliseconds(300));
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("--idempotency-key "), std::string::npos)
        << done.error().message;
    EXPECT_EQ(exchange_.top_ups(), 1u);
}

TEST_F(Verbs, a_command_tells_how_it_is_repeated_though_the_server_has_gone_meanwhile) {
    exchange_.lose_answers(1'000);
    const std::jthread end([&] {
        while (exchange_.top_ups() == 0) std::this_thread::yield();
        exchange_.stop();
    });
    const auto done = top_up(std::chrono::seconds(2));
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("--idempotency-key "), std::string::npos)
        << done.error().message;
}

TEST_F(Verbs, plan_takes_the_file_without_a_flag_too) {
    EXPECT_EQ(run_online({"plan", folder_ / "task.yaml"}), 0) << errors_;
    EXPECT_EQ(run_online({"plan"}), 2);
}

TEST_F(Verbs, plan_refuses_what_would_do_nothing_for_a_task_file) {
    plan_intent_ = [](const PlanIntentArguments&, Session&) { return RemoteResult<void>(); };
    const std::string file = folder_ / "task.yaml";
    const std::vector<std::vector<std::string>> useless{
        {"--market", "exchange"},
        {"--language", "zh"},
        {"--language", "en"},
        {"--explain"},
        {"--now", "2026-11-23"},
        {"--order-out", folder_ / "order.json"},
        {"--order-out", folder_ / "order.json", "--order", "2"}};
    for (const auto& given : useless) {
        std::vector<std::string> arguments{"plan", "-f", file};
        arguments.insert(arguments.end(), given.begin(), given.end());
        EXPECT_EQ(run_online(arguments), 2) << given.front();
        EXPECT_NE(errors_.find(given.front() + " is for a sentence or --intent"), std::string::npos)
            << errors_;
    }
    EXPECT_EQ(run_online({"plan", "8 cards for a day", "--market", "exchange", "--explain"}), 0);
    EXPECT_EQ(run_online({"plan", "8 cards for a day", "--order", "2"}), 2) << "of no file";
}

TEST_F(Verbs, plan_says_what_at_most_means) {
    ASSERT_EQ(run_online({"plan", "-f", folder_ / "task.yaml"}), 0) << errors_;
    EXPECT_NE(out_.find("AT MOST is set aside"), std::string::npos) << out_;
}

TEST_F(Verbs, apply_runs_on_an_order_that_was_placed_before) {
    auto arguments = apply();
    arguments.insert(arguments.end(), {"--order", "ord_7"});
    ASSERT_EQ(run_online(arguments), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 0u);
    EXPECT_EQ(exchange_.last_workload().order(), "ord_7");
    // Gone on with, it is the same; another is refused.
    EXPECT_EQ(run_online(apply()), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 0u);
    arguments.back() = "ord_8";
    EXPECT_EQ(run_online(arguments), 2);
    EXPECT_NE(errors_.find("a run on ord_7"), std::string::npos) << errors_;
}

TEST_F(Verbs, apply_runs_on_an_order_only_after_a_yes) {
    auto arguments = apply();
    arguments.insert(arguments.end(), {"--order", "ord_7"});
    auto unsure = arguments;
    std::erase(unsure, "--yes");
    EXPECT_EQ(run_online(unsure), 1);
    EXPECT_NE(errors_.find("NOT_CONFIRMED"), std::string::npos) << errors_;
    EXPECT_EQ(exchange_.workloads(), 0u);
    ASSERT_EQ(run_online(arguments), 0) << errors_;
    EXPECT_EQ(run_online(unsure), 0) << "it was begun before: " << errors_;
    EXPECT_EQ(exchange_.workloads(), 1u);
}

TEST_F(Verbs, apply_does_not_put_an_order_in_place_of_one_that_may_have_been_placed) {
    exchange_.break_down("ContractService/PlaceOrder");
    EXPECT_EQ(run_online(apply()), 1);
    EXPECT_EQ(exchange_.orders(), 1u);
    auto arguments = apply();
    arguments.insert(arguments.end(), {"--order", "ord_9"});
    EXPECT_EQ(run_online(arguments), 2);
    EXPECT_NE(errors_.find("whose own order may have been placed"), std::string::npos) << errors_;
    ASSERT_EQ(run_online(apply()), 0) << errors_;
    EXPECT_EQ(exchange_.orders(), 1u);
    EXPECT_EQ(exchange_.last_workload().order(), "ord_1");
}

TEST_F(Verbs, apply_keeps_a_named_order_once_it_has_taken_the_work) {
    static constexpr Rejection kNoSuchOrder{65203, Code::not_found, "ORDER_NOT_FOUND", "Look."};
    auto slip = apply();
    slip.insert(slip.end(), {"--order", "ord_77"});
    exchange_.refuse("TaskService/SubmitWorkload", kNoSuchOrder);
    EXPECT_EQ(run_online(slip), 1);
    EXPECT_NE(errors_.find("ORDER_NOT_FOUND"), std::string::npos) << errors_;
    auto right = slip;
    right.back() = "ord_7";
    // Its answer is lost: it is submitted once all the same.
    exchange_.break_down("TaskService/SubmitWorkload");
    EXPECT_EQ(run_online(right), 1);
    ASSERT_EQ(run_online(right), 0) << errors_;
    EXPECT_EQ(exchange_.workloads(), 1u);
    EXPECT_EQ(exchange_.last_workload().order(), "ord_7");
}

TEST_F(Verbs, apply_takes_no_trials_for_an_order_that_is_there) {
    auto arguments = apply();
    arguments.insert(arguments.end(), {"--order", "ord_7", "--trials", "wl_1"});
    EXPECT_EQ(run_online(arguments), 2);
    EXPECT_NE(errors_.find("--trials"), std::string::npos) << errors_;
    EXPECT_EQ(exchange_.workloads(), 0u);
}

TEST_F(Verbs, a_missing_folder_is_told_under_the_field_that_names_it) {
    std::ofstream(folder_ / "other.yaml") << "run: x\nworkdir: gone\n";
    EXPECT_EQ(run_online({"plan", folder_ / "other.yaml"}), 1);
    EXPECT_NE(errors_.find("LOCAL_FILE in workdir"), std::string::npos) << errors_;
}

TEST_F(Verbs, plan_spends_and_sends_nothing) {
    ASSERT_EQ(run_online({"plan", "-f", folder_ / "task.yaml"}), 0) << errors_;
    EXPECT_NE(out_.find("fastest"), std::string::npos);
    EXPECT_EQ(exchange_.orders(), 0u);
    EXPECT_EQ(exchange_.uploads(), 0u);
}

TEST_F(Verbs, fetch_keeps_what_is_right_and_refuses_what_is_not) {
    const std::vector<std::string> fetch{"fetch", "wl_1", "--out", folder_ / "out"};
    ASSERT_EQ(run_online(fetch), 0) << errors_;
    EXPECT_EQ(*read_file(folder_ / "out" / "frame-2.txt"), "frame 2");
    exchange_.damage_files();
    EXPECT_EQ(run_online(fetch), 0) << "what is there already is not fetched again";
    fs::remove(folder_ / "out" / "frame-1.txt");
    EXPECT_EQ(run_online(fetch), 1);
    EXPECT_NE(errors_.find("DIGEST_WRONG"), std::string::npos) << errors_;
    EXPECT_FALSE(fs::exists(folder_ / "out" / "frame-1.txt"));
    EXPECT_FALSE(fs::exists(folder_ / "out" / "frame-1.txt.part"));
}

TEST_F(Verbs, fetch_says_what_is_missing_and_why) {
    exchange_.fail_last_task();
    ASSERT_EQ(run_online({"fetch", "wl_1", "--out", folder_ / "out"}), 0) << errors_;
    EXPECT_NE(out_.find("2 files, "), std::string::npos) << out_;
    EXPECT_NE(out_.find("1 task failed or cancelled"), std::string::npos) << out_;
}

TEST_F(Verbs, fetch_goes_on_to_the_server_that_has_a_file) {
    exchange_.keep_files_elsewhere();
    const FakeExchange other;
    const std::vector<std::string> fetch{"fetch", "wl_1",          "--key",   "psk_1_x",
                                         "--out", folder_ / "out", "--server"};
    auto of_one = fetch;
    of_one.push_back(exchange_.url());
    EXPECT_EQ(run(of_one), 1);
    EXPECT_NE(errors_.find("FILES_AWAY"), std::string::npos) << errors_;
    EXPECT_NE(errors_.find("Not fetched: frame-0.txt, frame-1.txt, frame-2.txt."),
              std::string::npos)
        << errors_;
    EXPECT_NE(errors_.find("Name all servers of the exchange in --server"), std::string::npos);
    EXPECT_FALSE(fs::exists(folder_ / "out" / "frame-0.txt"));
    auto of_both = fetch;
    of_both.push_back(exchange_.url() + "," + other.url());
    EXPECT_EQ(run(of_both), 0) << errors_;
    EXPECT_EQ(*read_file(folder_ / "out" / "frame-2.txt"), "frame 2");
    for (const std::string& list : {exchange_.url() + ",", "," + exchange_.url()}) {
        auto of_nobody = fetch;
        of_nobody.push_back(list);
        EXPECT_EQ(run(of_nobody), 1) << list;
        EXPECT_NE(errors_.find("HTTP_BAD_URL"), std::string::npos) << errors_;
    }
}

TEST_F(Verbs, apply_and_watch_name_the_tasks_that_failed) {
    exchange_.fail_last_task();
    auto arguments = apply();
    arguments.insert(arguments.end(), {"--json-out", folder_ / "result.json"});
    EXPECT_EQ(run_online(arguments), 1);
    const char* line = "task_3 (index 2): exit code 3 after 1 attempt — penstock log task_3";
    EXPECT_NE(errors_.find("WORKLOAD_INCOMPLETE"), std::string::npos) << errors_;
    EXPECT_NE(errors_.find(line), std::string::npos) << errors_;
    const auto result = read_file(folder_ / "result.json");
    ASSERT_TRUE(result);
    EXPECT_NE(result->find(R"("failed_tasks":[{"task":"task_3","index":2,"exit_code":3}])"),
              std::string::npos)
        << *result;
    EXPECT_EQ(run_online({"watch", "wl_1"}), 0);
    EXPECT_NE(out_.find(line), std::string::npos) << out_;
}

TEST_F(Verbs, log_takes_a_task_or_a_workload) {
    ASSERT_EQ(run_online({"log", "task_2"}), 0) << errors_;
    EXPECT_EQ(out_, "log of task_2\n");
    exchange_.fail_last_task();
    ASSERT_EQ(run_online({"log", "wl_1"}), 0) << errors_;
    EXPECT_NE(out_.find("==> task_1 (index 0): SUCCEEDED\nlog of task_1\n"), std::string::npos)
        << out_;
    ASSERT_EQ(run_online({"log", "wl_1", "--failed"}), 0) << errors_;
    EXPECT_EQ(out_, "==> task_3 (index 2): FAILED\nlog of task_3\n");
    EXPECT_EQ(run_online({"log", "wl_1", "--follow"}), 2);
}

TEST_F(Verbs, orders_and_balance_show_what_is_held) {
    ASSERT_EQ(run_online({"orders"}), 0) << errors_;
    EXPECT_NE(out_.find("ord_1  1 ACTIVE, 1 SETTLED          2  5.00 CNY  1.25 CNY"),
              std::string::npos)
        << out_;
    ASSERT_EQ(run_online({"balance"}), 0) << errors_;
    EXPECT_NE(out_.find("held       3.50 CNY"), std::string::npos) << out_;
    EXPECT_EQ(run_online({"orders", "cancel", "ord_9"}), 1);
    EXPECT_EQ(out_, "") << "cancel lists nothing";
}

TEST_F(Verbs, what_is_sold_by_plan_is_not_listed_as_free) {
    ASSERT_EQ(run_online({"products"}), 0) << errors_;
    EXPECT_NE(out_.find(" 1.20 "), std::string::npos) << out_;
    EXPECT_NE(out_.find(" by plan "), std::string::npos) << out_;
    EXPECT_EQ(out_.find("0.00"), std::string::npos) << out_;
    EXPECT_NE(out_.find("penstock product price show prod_2\n"), std::string::npos) << out_;
    ASSERT_EQ(run_online({"products", "--json"}), 0) << errors_;
    EXPECT_EQ(out_.find("By plan"), std::string::npos) << out_;
    ASSERT_EQ(run_online({"contracts"}), 0) << errors_;
    EXPECT_NE(out_.find(" 1.20  ACTIVE "), std::string::npos) << out_;
    EXPECT_NE(out_.find(" by plan  SETTLED "), std::string::npos) << out_;
}

TEST_F(Verbs, an_account_s_history_shows_what_each_transfer_left) {
    ASSERT_EQ(run_online({"account", "history", "acc_3", "--from", "1970-02-01"}), 0) << errors_;
    EXPECT_NE(out_.find("acc_4          -1.50 CNY"), std::string::npos) << out_;
    // 31 days of seconds, in micros, less what was paid.
    EXPECT_NE(out_.find("1.1784"), std::string::npos) << out_;
    EXPECT_EQ(run_online({"account", "history", "acc_3", "--until", "2026-02-30"}), 2);
    EXPECT_NE(errors_.find("until"), std::string::npos) << errors_;
}

TEST_F(Verbs, a_credit_line_shows_what_is_free_of_it) {
    ASSERT_EQ(run_online({"account", "credit"}), 0) << errors_;
    EXPECT_EQ(out_,
              "limit      50000.00 CNY\ncommitted  1250.00 CNY\nfree       48750.00 CNY\n"
              "overdue    2 bills; pay them before you order again\n");
    EXPECT_EQ(run_online({"account", "credit", "--limit", "100"}), 2) << "for whom?";
}

TEST_F(Verbs, a_statement_begins_with_the_day_where_it_is_and_is_printed) {
    const std::string pdf = folder_ / "statement.pdf";
    ASSERT_EQ(run_online({"account", "statement", "acc_3", "--from", "2026-11-01", "--until",
                          "2026-12-01", "--pdf", pdf, "--language", "en"}),
              0)
        << errors_;
    EXPECT_NE(out_.find("2026-10-31 16:00:00Z"), std::string::npos) << out_;
    EXPECT_NE(out_.find("2026-11-30 16:00:00Z            closing balance"), std::string::npos)
        << out_;
    EXPECT_GT(std::filesystem::file_size(pdf), 1'000U);
    EXPECT_EQ(run_online({"account", "statement", "acc_13", "--from", "2026-11-01", "--until",
                          "2026-12-01"}),
              1);
    EXPECT_NE(errors_.find("ACCOUNT_STATEMENT_SUM_WRONG"), std::string::npos) << errors_;
    EXPECT_EQ(out_, "") << "shown though it does not add up";
}

TEST_F(Verbs, a_bill_names_suppliers_and_attempts) {
    ASSERT_EQ(run_online({"bill", "ord_1"}), 0) << errors_;
    EXPECT_EQ(out_.find("party_2"), std::string::npos) << out_;
    EXPECT_NE(out_.find("att_9    Alpha"), std::string::npos) << out_;
    EXPECT_NE(out_.find("0.020500"), std::string::npos) << out_;
    EXPECT_NE(out_.find("exchange's rounding  -0.010000"), std::string::npos) << out_;
    EXPECT_NE(out_.find(" 24+ "), std::string::npos) << out_;
    EXPECT_NE(out_.find("+ There may be more results"), std::string::npos) << out_;
}

TEST_F(Verbs, a_bill_shows_what_was_charged_by_plan) {
    ASSERT_EQ(run_online({"bill", "ord_2"}), 0) << errors_;
    EXPECT_NE(out_.find("ESTIMATED"), std::string::npos) << out_;
    EXPECT_NE(out_.find("GB_MOVED"), std::string::npos) << out_;
    EXPECT_NE(out_.find("0.75"), std::string::npos) << out_;
    EXPECT_EQ(out_.find("USAGE BATCH"), std::string::npos) << "no task ran: " << out_;
}

TEST_F(Verbs, contract_serves_both_sides_of_a_contract_by_plan) {
    const std::vector<std::string> order = {"contract", "order",       "prod_1", "--quantity",
                                            "nodes=2",  "--hours",     "720",    "--quantity",
                                            "jobs=10",  "--max-total", "700",    "--yes"};
    ASSERT_EQ(run_online(order), 0) << errors_;
    EXPECT_NE(out_.find("ord_1: ctr_1 ordered"), std::string::npos) << out_;
    EXPECT_EQ(exchange_.orders(), 1u);
    for (const char* wrong : {"nodes", "nodes=", "nodes=2x", "nodes=99999999999999999999"}) {
        EXPECT_EQ(run_online({"contract", "order", "prod_1", "--quantity", wrong, "--hours", "1",
                              "--max-total", "1"}),
                  2)
            << wrong;
        EXPECT_NE(errors_.find("quantity"), std::string::npos) << errors_;
    }
    ASSERT_EQ(run_online({"contract", "show", "ctr_1"}), 0) << errors_;
    EXPECT_NE(out_.find("73 traffic"), std::string::npos) << out_;
    EXPECT_NE(out_.find("accept until  2027-01-15"), std::string::npos) << out_;
    EXPECT_EQ(run_online({"contract", "accept", "ctr_1"}), 0) << errors_;
    EXPECT_EQ(run_online({"contract", "decline", "ctr_1"}), 0) << errors_;
    std::ofstream(folder_ / "usage.json")
        << R"({"number": "1", "records": [{"component": "traffic", "quantity": "73"}]})";
    ASSERT_EQ(run_online({"contract", "report", "ctr_1", "-f", folder_ / "usage.json"}), 0)
        << errors_;
    EXPECT_NE(out_.find("the next report is number 2"), std::string::npos) << out_;
    std::ofstream(folder_ / "usage.json") << R"({"number": "1", "record": []})";
    EXPECT_EQ(run_online({"contract", "report", "ctr_1", "-f", folder_ / "usage.json"}), 1);
    EXPECT_NE(errors_.find("record"), std::string::npos) << errors_;
}

TEST_F(Verbs, verify_tells_good_receipts_from_altered_ones_offline) {
    const format::NoteSigner signer("log.example/a", crypto::KeyPair::generate());
    format::Opening opening{{1, 2, 3}, "{\"a\":1}"};
    const format::EvidenceEntry entry{"order", "ord_1", 5, format::commitment(opening)};
    format::MerkleTree tree;
    tree.append(format::leaf_hash(format::entry_text(entry)));
    const auto note = format::sign_checkpoint({1, tree.root()}, signer);
    v1::ListReceiptsResponse receipts;
    receipts.add_receipts()->set_kind("order");
    receipts.mutable_receipts(0)->set_subject("ord_1");
    receipts.mutable_receipts(0)->set_proof(format::make_receipt(entry, opening, 0, {}, note));
    exchange_.set_receipts(receipts);
    exchange_.set_log_key(signer.verifier_key().text());
    exchange_.delay_receipts(2);
    ASSERT_EQ(run_online({"receipts", "ord_1", "--out", folder_ / "r"}), 0) << errors_;
    EXPECT_NE(out_.find("ord_1         1"), std::string::npos)
        << "counted as verify does: " << out_;
    const std::string file = folder_ / "r" / "order-ord_1.tlog-proof";
    ASSERT_EQ(run_online({"log-key"}), 0);
    const std::string key = out_;
    std::ofstream(folder_ / "key") << key;

    EXPECT_EQ(run({"verify", "--log-key", folder_ / "key", file}), 0) << errors_;
    EXPECT_TRUE(out_.starts_with("OK ")) << out_;
    EXPECT_NE(out_.find("record 1 of 1"), std::string::npos) << out_;
    EXPECT_EQ(run({"verify", "--log-key", folder_ / "key", folder_ / "r"}), 0) << errors_;
    EXPECT_NE(out_.find("order-ord_1.tlog-proof: order ord_1"), std::string::npos) << out_;
    EXPECT_EQ(run({"verify", "--log-key", folder_ / "key", folder_ / "scene"}), 1);
    EXPECT_NE(errors_.find("holds no receipts"), std::string::npos) << errors_;
    auto content = *read_file(file);
    content[content.size() / 2] ^= 1;
    ASSERT_TRUE(write_file(folder_ / "bad", content));
    EXPECT_EQ(run({"verify", "--log-key", folder_ / "key", file, folder_ / "bad"}), 1);
    EXPECT_NE(out_.find("BAD  " + (folder_ / "bad").string()), std::string::npos) << out_;
    EXPECT_EQ(run({"verify", "--log-key", "/nope", file}), 1);
    EXPECT_NE(errors_.find("Nor is there a file of this name."), std::string::npos) << errors_;
}

TEST_F(Verbs, say_which_words_there_are_to_choose_from) {
    EXPECT_EQ(run({"register", "--name", "A", "--role", "seller"}), 2);
    EXPECT_NE(errors_.find("--role: there is no 'seller'; give one of buyer, supplier"),
              std::string::npos)
        << errors_;
    for (const char* layout : {"round", "1"}) {  // No number passes for a word.
        EXPECT_EQ(run({"fetch", "wl_1", "--out", folder_, "--layout", layout}), 2);
        EXPECT_NE(errors_.find("give one of auto, flat, tasks"), std::string::npos) << errors_;
    }
}

TEST_F(Verbs, receipts_never_write_outside_their_folder) {
    v1::ListReceiptsResponse receipts;
    receipts.add_receipts()->set_kind("order");
    receipts.mutable_receipts(0)->set_subject("../../x");
    exchange_.set_receipts(receipts);
    EXPECT_EQ(run_online({"receipts", "ord_1", "--out", folder_ / "r"}), 1);
    EXPECT_NE(errors_.find("UNSAFE_PATH"), std::string::npos) << errors_;
}

TEST_F(Verbs, status_waits_for_an_exchange_only_when_asked_to) {
    EXPECT_EQ(run({"status", "--server", "http://127.0.0.1:1"}), 1);
    EXPECT_EQ(errors_.find("trying again"), std::string::npos) << errors_;
    EXPECT_EQ(run({"status", "--server", "http://127.0.0.1:1", "--wait", "1"}), 1);
    EXPECT_NE(errors_.find("trying again"), std::string::npos) << errors_;
}

TEST_F(Verbs, errors_show_reason_field_and_remedy_and_usage_ends_with_two) {
    EXPECT_EQ(run_online({"bill", "ord_9"}), 1);
    EXPECT_NE(errors_.find("NOT_FOUND in order"), std::string::npos) << errors_;
    EXPECT_NE(errors_.find("There is no such thing."), std::string::npos);
    EXPECT_EQ(run_online({"top-up", "ten"}), 2);
    EXPECT_EQ(run_online({"top-up"}), 2);
    EXPECT_EQ(run_online({"top-up", "0.001"}), 2) << "no bank sends it";
    EXPECT_EQ(run_online({"register", "--name", "\xff", "--role", "buyer"}), 2);
    EXPECT_NE(errors_.find("The text for name is not UTF-8."), std::string::npos) << errors_;
    EXPECT_EQ(errors_.find("libprotobuf"), std::string::npos) << errors_;
    EXPECT_EQ(run_online({"review", "party_1"}), 2);
    EXPECT_EQ(run_online({"review", "party_1", "--approve", "--reject"}), 2);
    EXPECT_EQ(run_online({"nonsense"}), 2);
    EXPECT_NE(errors_.find("there is no verb 'nonsense'"), std::string::npos) << errors_;
    EXPECT_EQ(run({"aply", "-f", "x"}), 2);
    EXPECT_NE(errors_.find("did you mean apply?"), std::string::npos) << errors_;
    EXPECT_EQ(run_online({"call", "NoService/No"}), 2);
    EXPECT_EQ(run_online({"call", "InternalService/Tick"}), 2);
    EXPECT_EQ(run({"status", "--server", "http://127.0.0.1:1"}), 1);
    EXPECT_NE(errors_.find("PENSTOCK_SERVER"), std::string::npos) << errors_;
    EXPECT_EQ(run({"status", "--server", "nonsense"}), 1);
}

TEST_F(Verbs, call_reads_and_prints_json_of_any_method) {
    ASSERT_EQ(run_online({"call", "TaskService/GetWorkload", R"({"workload":"wl_1"})"}), 0)
        << errors_;
    EXPECT_NE(out_.find("\"name\":\"render\""), std::string::npos) << out_;
    ASSERT_EQ(run_online({"call", "TaskService/WatchWorkload", R"({"workload":"wl_1"})"}), 0);
    EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 4);
    EXPECT_EQ(run_online({"call", "TaskService/GetWorkload", R"({"nothing":1})"}), 1);
}

TEST_F(Verbs, a_run_s_state_survives_and_damage_is_told) {
    RunState state = new_run("digest");
    state.order_request.add_lines()->set_product("prod_1");
    state.round = 3;
    state.order = "ord_5";
    ASSERT_TRUE(save_run(folder_ / "state", state));
    const auto loaded = load_run(folder_ / "state", "digest");
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->order_key(), state.order_key());
    EXPECT_EQ(loaded->order, "ord_5");
    EXPECT_EQ(loaded->order_request.lines(0).product(), "prod_1");
    EXPECT_FALSE(load_run(folder_ / "state", "other"));
    const auto text = *read_file(folder_ / "state");
    ASSERT_TRUE(write_file(folder_ / "state", text.substr(0, text.size() / 2)));
    EXPECT_FALSE(load_run(folder_ / "state", "digest"));
}

TEST_F(Verbs, product_price_shows_what_is_and_what_will_be) {
    ASSERT_EQ(run_online({"product", "price", "show", "prod_1"}), 0) << errors_;
    EXPECT_NE(out_.find("in force  cards      CARD_HOUR  6.00 CNY; night 5.00 CNY 22:00-06:00"),
              std::string::npos)
        << out_;
    EXPECT_NE(out_.find("to come   cards      CARD_HOUR  12.00 CNY;"), std::string::npos) << out_;
}

TEST_F(Verbs, product_price_is_set_from_a_file_that_is_read_strictly) {
    const std::string file = folder_ / "plan.json";
    std::ofstream(file) << R"({"version": 3, "currency": "CNY"})";
    ASSERT_EQ(run_online({"product", "price", "set", "prod_1", "-f", file}), 0) << errors_;
    EXPECT_EQ(out_, "version 3 of prod_1's price plan takes effect now\n");
    std::ofstream(file) << R"({"version": 3, "price": 4})";
    EXPECT_EQ(run_online({"product", "price", "set", "prod_1", "-f", file}), 1);
    EXPECT_NE(errors_.find("JSON_UNKNOWN_KEY in plan"), std::string::npos) << errors_;
}

}  // namespace
}  // namespace penstock::client

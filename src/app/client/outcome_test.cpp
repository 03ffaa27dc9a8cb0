#include "app/client/outcome.h"

#include <gtest/gtest.h>

namespace penstock::client {
namespace {

v1::GetWorkloadResponse state_of(unsigned failed) {
    v1::GetWorkloadResponse state;
    state.mutable_workload()->set_id("wl_4");
    state.mutable_workload()->set_tasks(failed + 1);
    state.mutable_workload()->set_succeeded(1);
    state.mutable_workload()->set_failed(failed);
    for (unsigned i = 0; i <= failed; ++i) {
        v1::Task& task = *state.add_tasks();
        task.set_id("task_" + std::to_string(i + 2));
        task.set_index(i);
        task.set_attempts(i == 0 ? 1 : 2);
        task.set_state(i == 0 ? v1::TASK_SUCCEEDED : v1::TASK_FAILED);
        task.set_exit_code(i == 0 ? 0 : 3);
    }
    return state;
}

TEST(TroubleText, names_each_failed_task_and_where_to_read_on) {
    EXPECT_EQ(trouble_text(state_of(0), {}), "");
    EXPECT_EQ(trouble_text(state_of(1), {}),
              "1 of 2 tasks failed and 0 were cancelled.\n"
              "  task_3 (index 1): exit code 3 after 2 attempts — penstock log task_3");
}

TEST(TroubleText, tells_what_the_supplier_says_of_an_end) {
    auto state = state_of(1);
    state.mutable_tasks(1)->set_note("stopped: it needed more than its 64 MiB of memory");
    EXPECT_NE(trouble_text(state, {}).find("(index 1): stopped: it needed more than its 64 MiB of "
                                           "memory, after 2 attempts — "),
              std::string::npos)
        << trouble_text(state, {});
    state.mutable_tasks(1)->set_note("\033[2Jgone");
    EXPECT_EQ(trouble_text(state, {}), trouble_text(state_of(1), {}));
}

TEST(TroubleText, names_ten_tasks_at_most) {
    const std::string text = trouble_text(state_of(12), {});
    EXPECT_NE(text.find("task_12 "), std::string::npos) << text;
    EXPECT_EQ(text.find("task_13 "), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("… and 2 more — penstock log wl_4 --failed")) << text;
}

TEST(TroubleText, tells_which_contract_its_supplier_ended) {
    v1::Bill bill;
    bill.add_contracts()->set_id("ctr_1");
    bill.mutable_contracts(0)->set_close_reason(v1::CLOSE_WORK_COMPLETED);
    bill.add_contracts()->set_id("ctr_2");
    bill.mutable_contracts(1)->set_close_reason(v1::CLOSE_SUPPLIER_ACCEPT_TIMEOUT);
    const std::string text = trouble_text(state_of(1), bill);
    EXPECT_EQ(text.find("ctr_1"), std::string::npos) << text;
    EXPECT_NE(text.find("ctr_2 ended early: SUPPLIER_ACCEPT_TIMEOUT"), std::string::npos) << text;
}

TEST(WaitingText, names_only_contracts_that_wait_for_a_yes) {
    v1::Bill bill;
    bill.add_contracts()->set_id("ctr_7");
    bill.mutable_contracts(0)->set_supplier("party_2");
    bill.mutable_contracts(0)->set_state(v1::CONTRACT_ORDERED);
    bill.add_contracts()->set_id("ctr_8");
    bill.mutable_contracts(1)->set_state(v1::CONTRACT_ACTIVE);
    const std::string text = waiting_text(bill, {{"party_2", "Upstream"}});
    EXPECT_TRUE(text.starts_with("ctr_7: waiting for Upstream to accept")) << text;
    EXPECT_EQ(text.find("ctr_8"), std::string::npos) << text;
    EXPECT_TRUE(waiting_text(bill, {}).starts_with("ctr_7: waiting for party_2")) << text;
}

}  // namespace
}  // namespace penstock::client

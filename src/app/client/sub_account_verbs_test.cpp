#include "app/client/fake_exchange.h"
#include "app/client/verb_fixture.h"

namespace penstock::client {
namespace {

class SubAccountVerbs : public VerbFixture {
  protected:
    int run_bank(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "bank");
        arguments.insert(arguments.end(), {"--server", exchange_.url(), "--key", "psk_1_x"});
        return run(std::move(arguments));
    }

    FakeExchange exchange_;
};

constexpr const char* kTitles = "batch,reference,from,to,amount,party\n";

TEST_F(SubAccountVerbs, instructions_give_the_bank_the_newest_batch_and_nothing_that_it_has_done) {
    ASSERT_EQ(run_bank({"instructions", "--csv"}), 0) << errors_;
    EXPECT_EQ(out_, std::string(kTitles) + "3,PSK-MOVE-6,,22-06,1.50,party_6\n");
    EXPECT_NE(errors_.find("Not in it: batch 2,"), std::string::npos) << errors_;
}

TEST_F(SubAccountVerbs, instructions_give_the_bank_the_batch_that_is_named) {
    ASSERT_EQ(run_bank({"instructions", "--csv", "--batch", "2"}), 0) << errors_;
    EXPECT_EQ(out_, std::string(kTitles) + "2,PSK-MOVE-4,22-04,,8.00,party_4\n");
    ASSERT_EQ(run_bank({"instructions", "--csv", "--batch", "1"}), 0) << errors_;
    EXPECT_EQ(out_, kTitles) << "all of it was shown";
    EXPECT_EQ(run_bank({"instructions", "--csv", "--batch", "0"}), 2);
    EXPECT_EQ(run_bank({"instructions", "--batch", "2"}), 2) << "the list is of all";
}

TEST_F(SubAccountVerbs, instructions_list_all_that_are_under_way) {
    ASSERT_EQ(run_bank({"instructions"}), 0) << errors_;
    for (const char* id : {"instr_4", "instr_5", "instr_6", "instr_7"})
        EXPECT_NE(out_.find(id), std::string::npos) << out_;
    EXPECT_NE(out_.find("the exchange's side"), std::string::npos) << out_;
}

TEST_F(SubAccountVerbs, sub_accounts_are_proved_by_the_sum_that_each_page_brings) {
    EXPECT_EQ(run_bank({"sub-accounts"}), 0) << errors_;
    EXPECT_NE(out_.find("22-05"), std::string::npos) << out_;
}

}  // namespace
}  // namespace penstock::client

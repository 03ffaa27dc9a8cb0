#include <filesystem>
#include <fstream>

#include "app/client/verb_fixture.h"

namespace penstock::client {
namespace {

namespace fs = std::filesystem;

class BankVerbs : public VerbFixture {
  protected:
    int check(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"bank", "check"});
        return run(std::move(arguments));
    }
    static std::string example(const std::string& name) {
        return std::string(PENSTOCK_EXAMPLES) + "/" + name;
    }
};

TEST_F(BankVerbs, check_shows_a_statement_by_a_shipped_profile) {
    ASSERT_EQ(check({"--profile", "direction-gb18030", example("direction-gb18030.csv")}), 0)
        << errors_;
    EXPECT_NE(out_.find("account  1100220033004400"), std::string::npos) << out_;
    EXPECT_NE(out_.find("closing  86184.50 CNY"), std::string::npos) << out_;
    EXPECT_NE(out_.find("充值 PSK-TOPUP-2"), std::string::npos) << out_;
    EXPECT_NE(out_.find("4 entries; opening and entries make the closing"), std::string::npos);
}

TEST_F(BankVerbs, check_takes_camt_without_a_profile_and_prints_json) {
    ASSERT_EQ(check({"--json", example("camt.053.001.08.xml")}), 0) << errors_;
    EXPECT_TRUE(out_.starts_with(R"({"statements":[{"account":"1100220033004400")")) << out_;
    EXPECT_NE(out_.find("PSK-TOPUP-1"), std::string::npos);
}

TEST_F(BankVerbs, check_takes_a_profile_of_ones_own) {
    const std::string profile = folder_ / "own.yaml";
    std::ofstream(profile) << "name: own\naccount: '12'\ncurrency: CNY\n"
                              "columns: {booking_day: day, amount: sum}\n";
    const std::string file = folder_ / "own.csv";
    std::ofstream(file) << "day,sum\n2026-11-01,-3.50\n";
    ASSERT_EQ(check({"--profile", profile, file}), 0) << errors_;
    EXPECT_NE(out_.find("1 entry; the file gives no balances"), std::string::npos) << out_;
}

TEST_F(BankVerbs, check_refuses_with_the_place_and_prints_nothing) {
    const std::string file = folder_ / "bad.csv";
    std::ofstream(file) << "Account,Currency\n";
    EXPECT_EQ(check({"--profile", "generic-signed", file}), 1);
    EXPECT_NE(errors_.find("BANK_FILE_MISSING"), std::string::npos) << errors_;
    EXPECT_NE(errors_.find("bad.csv:1:1: no row has all"), std::string::npos) << errors_;
    EXPECT_EQ(out_, "");
    EXPECT_EQ(check({file}), 2);
    EXPECT_NE(errors_.find("debit-credit, direction-gb18030, generic-signed"), std::string::npos);
    EXPECT_EQ(check({"--profile", "nobody", file}), 2);
    EXPECT_NE(errors_.find("'nobody' is neither a file"), std::string::npos) << errors_;
    fs::resize_file(file, 16'000'001);
    EXPECT_EQ(check({"--profile", "generic-signed", file}), 1);
    EXPECT_NE(errors_.find("BANK_FILE_TOO_LARGE"), std::string::npos) << errors_;
    EXPECT_EQ(check({folder_ / "none.xml"}), 1);
    EXPECT_NE(errors_.find("LOCAL_FILE"), std::string::npos) << errors_;
}

}  // namespace
}  // namespace penstock::client

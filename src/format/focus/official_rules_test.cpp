// The official rules on the official samples and on our own file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/focus/run.h"
#include "format/focus/test_rows.h"

namespace penstock::focus {
namespace {

class OfficialRules : public testing::Test {
  protected:
    void SetUp() override {
        const auto found = focus_data();
        if (!found) GTEST_SKIP() << "no official files; name their folder in PENSTOCK_DATA";
        folder_ = *found;
        auto rules = RuleTable::parse(official_files(folder_));
        ASSERT_TRUE(rules.has_value()) << rules.error().message();
        rules_ = *std::move(rules);
    }

    Report run(const std::string& text, std::string_view criteria, StringRule strings = {}) {
        const auto file = read_table(text);
        EXPECT_TRUE(file.has_value()) << file.error().message();
        return run_rules(
            rules_, *file,
            {.criteria = choose_criteria(criteria, rules_, *file).value(), .strings = strings});
    }

    std::vector<std::string> failed(const Report& report) const {
        std::vector<std::string> found;
        for (std::size_t place = 0; place < report.results.size(); ++place)
            if (report.results[place].outcome == Outcome::failed)
                found.push_back(rules_.rules()[place].id);
        return found;
    }

    std::filesystem::path folder_;
    RuleTable rules_;
};

TEST_F(OfficialRules, are_all_read_and_run_but_for_named_reasons) {
    ASSERT_EQ(rules_.rules().size(), 621U);
    std::map<std::string, int> reasons;
    for (const Rule& rule : rules_.rules()) ++reasons[rule.why_not];
    EXPECT_EQ(reasons,
              (std::map<std::string, int>{
                  {"", 408},
                  {"it asks only that what is not null be not null, which nothing can break", 1},
                  {"it permits (MAY), which nothing can break", 35},
                  {"the table gives no check: people must judge it", 175},
                  {"whether a charge belongs to an invoice is not in the file", 2}}));
    const std::vector<std::pair<std::string, std::size_t>> completed{
        {"CostAndUsage-D-001-M", 57},
        {"CostAndUsage-D-002-M", 57},
        {"ServiceCategory-C-003-M", 19},
        {"ServiceSubcategory-C-003-M", 82},
        {"ServiceSubcategory-C-004-M", 82}};
    for (const auto& [id, items] : completed)
        EXPECT_EQ(rules_.rules()[rules_.find(id)].check.items.size(), items) << id;
}

TEST_F(OfficialRules, pass_on_our_own_file_whichever_criteria_hold) {
    const std::vector rows{usage_row(), tax_row(), purchase_row(), correction_row(), credit_row()};
    const std::string text = focus_csv(rows).value();
    for (const std::string criteria : {"all", "auto", ""}) {
        EXPECT_EQ(failed(run(text, criteria)), std::vector<std::string>{}) << criteria;
    }
    // As the official validator reads strings, Chinese names are none.
    EXPECT_THAT(failed(run(text, "all", StringRule::ascii)),
                testing::Contains("ProviderName-C-002-M"));
}

TEST_F(OfficialRules, pass_on_the_sample_of_1_2_and_fail_on_that_of_1_0) {
    const Report report = run(file_text(folder_ / "fixtures" / "aws_1_2_rows25.csv"), "auto");
    EXPECT_EQ(report.rows, 25U);
    EXPECT_EQ(failed(report), std::vector<std::string>{});

    const Report old =
        run(file_text(folder_ / "fixtures" / "focus_1_0_sample_100rows.csv"), "auto");
    EXPECT_EQ(old.rows, 100U);
    // Times with a blank and without a zone; columns that came later; names of issuer and provider
    // that differ though something was billed; costs that are not price times quantity.
    EXPECT_THAT(failed(old),
                testing::IsSupersetOf({"BillingPeriodStart-C-002-M", "CostAndUsage-D-059-C",
                                       "BilledCost-C-005-C", "ListUnitPrice-C-010-C",
                                       "ContractedUnitPrice-C-011-C", "ResourceType-C-005-C"}));
}

}  // namespace
}  // namespace penstock::focus

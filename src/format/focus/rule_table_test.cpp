#include "format/focus/rule_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/csv_text.h"
#include "format/focus/report.h"
#include "format/focus/run.h"
#include "format/focus/test_rows.h"

namespace penstock::focus {
namespace {

using testing::HasSubstr;

struct Line {
    std::string id;
    std::string keyword;
    std::string function;
    std::string arguments = "{}";
    std::string dependencies{};
    std::string applicability{};
    std::string reference = "A";
};

std::string table_of(const std::vector<Line>& lines) {
    std::string text;
    format::append_csv_record(
        text, {"rule_id", "function", "reference", "keyword", "check_function", "check_args_json",
               "dependencies", "applicability"});
    for (const Line& line : lines)
        format::append_csv_record(
            text, {line.id, "Validation", line.reference, line.keyword, line.function,
                   line.arguments, line.dependencies, line.applicability});
    return text;
}

RuleTable parsed(const std::vector<Line>& lines) {
    auto table = RuleTable::parse({.rules_csv = table_of(lines)});
    EXPECT_TRUE(table.has_value()) << table.error().message();
    return *std::move(table);
}

std::vector<Outcome> outcomes(const RuleTable& rules, const std::string& file,
                              const RunOptions& options = {}) {
    const auto table = read_table(file);
    std::vector<Outcome> found;
    for (const auto& result : run_rules(rules, *table, options).results)
        found.push_back(result.outcome);
    return found;
}

constexpr Outcome kPassed = Outcome::passed;
constexpr Outcome kFailed = Outcome::failed;
constexpr Outcome kNotApplicable = Outcome::not_applicable;
constexpr Outcome kNotExecutable = Outcome::not_executable;

TEST(RuleTable, says_why_a_rule_cannot_be_executed) {
    const std::vector<std::pair<Line, std::string>> cases{
        {{"A-1-M", "MUST", ""}, "people must judge it"},
        {{"A-1-O", "MAY", "TypeString", R"({"ColumnName":"A"})"}, "it permits"},
        {{"A-1-M", "MUST", "CheckMoon"}, "CheckMoon is not known"},
        {{"A-1-M", "MUST", "TypeString"}, "lacks ColumnName"},
        {{"A-1-M", "MUST", "CheckValue", R"({"ColumnName":"A"})"}, "lacks Value"},
        {{"A-1-M", "MUST", "CheckValue", R"({"ColumnName":"A","Value":[]})"}, "neither text"},
        {{"A-1-M", "MUST", "AND", R"({"Items":[]})"}, "lacks Items"},
        {{"A-1-M", "MUST", "AND", R"({"Items":[1]})"}, "is no check"},
        {{"A-1-M", "MUST", "AND", "nonsense"}, "no JSON object"},
        {{"A-1-M", "MUST", "CheckDistinctCount", R"({"ColumnAName":"A","ColumnBName":"B"})"},
         "lacks ExpectedCount"},
        {{"A-1-M", "MUST", "CheckGreaterOrEqualThanValue", R"({"ColumnName":"A","Value":"x"})"},
         "no number"},
        {{"A-1-M", "MUST", "OR",
          R"({"Items":[{"CheckFunction":"ColumnPresent","ColumnName":"A"}]})"},
         "mixes rows"},
        {{"A-1-C", "MUST", "CheckValue", R"({"ColumnName":"A","Value":null})"},
         "its condition is not known"},
    };
    for (const auto& [line, expected] : cases)
        EXPECT_THAT(parsed({line}).rules()[0].why_not, HasSubstr(expected)) << line.arguments;
}

TEST(RuleTable, refuses_tables_that_make_no_sense) {
    const std::string part = R"({"Items":[{"CheckFunction":"CheckModelRule","ModelRuleId":")";
    std::vector<Line> chain{{"R0", "MUST", ""}};
    for (int i = 1; i < 40; ++i)
        chain.push_back(
            {"R" + std::to_string(i), "MUST", "AND", part + "R" + std::to_string(i - 1) + "\"}]}"});
    const std::vector<std::pair<std::string, std::string>> cases{
        {"a,b\n1,2\n", "column rule_id is missing"},
        {table_of({{"A", "MUST", ""}, {"A", "MUST", ""}}), "stands twice"},
        {table_of({{"A", "SHALL", ""}}), "keyword SHALL"},
        {table_of({{"A", "MUST", "AND", part + "B\"}]}"}}), "names B, which is not there"},
        {table_of({{"A", "MUST", "AND", part + "A\"}]}"}}), "A contains itself"},
        {table_of({{"A", "MUST", "AND", part + "B\"}]}"}, {"B", "MUST", "AND", part + "A\"}]}"}}),
         "contains itself"},
        {table_of(chain), "too deep"},
    };
    for (const auto& [text, expected] : cases) {
        const auto table = RuleTable::parse({.rules_csv = text});
        ASSERT_FALSE(table.has_value()) << text;
        EXPECT_EQ(table.error().reason(), "FOCUS_RULES_INVALID");
        EXPECT_THAT(table.error().message(), HasSubstr(expected));
    }
}

TEST(RuleTable, completes_lists_that_the_table_cuts_off) {
    std::string cut =
        R"({"Items": [{"CheckFunction": "CheckValue", "ColumnName": "A", "Value": "x"}, )";
    cut.resize(1'200, ' ');
    const Line line{"A-1-M", "MUST", "OR", cut};
    EXPECT_THAT(parsed({line}).rules()[0].why_not, HasSubstr("no other table completes it"));

    auto table = RuleTable::parse(
        {.rules_csv = table_of({line}), .columns_csv = "column,allowed_values\nA,x; y; z\n"});
    ASSERT_TRUE(table.has_value());
    EXPECT_EQ(table->rules()[0].why_not, "");
    EXPECT_EQ(table->rules()[0].check.items.size(), 3U);

    // What is there of the list must be in the other table.
    table = RuleTable::parse(
        {.rules_csv = table_of({line}), .columns_csv = "column,allowed_values\nA,y; z\n"});
    EXPECT_THAT(table->rules()[0].why_not, HasSubstr("no other table completes it"));
    cut.pop_back();
    EXPECT_THAT(parsed({{"A-1-M", "MUST", "OR", cut}}).rules()[0].why_not,
                HasSubstr("no JSON object"));
}

TEST(RunRules, judges_composites_by_what_binds) {
    const std::string both = R"({"Items":[{"CheckFunction":"CheckModelRule","ModelRuleId":"S"},)"
                             R"({"CheckFunction":"CheckModelRule","ModelRuleId":"M"}]})";
    const std::string empty = R"({"ColumnName":"A","Value":null})";
    const auto rules = parsed({{"S", "SHOULD", "CheckNotValue", empty},
                               {"M", "MUST", "CheckNotValue", R"({"ColumnName":"B","Value":null})"},
                               {"AND-M", "MUST", "AND", both},
                               {"AND-S", "SHOULD", "AND", both},
                               {"OR-M", "MUST", "OR", both}});
    EXPECT_EQ(outcomes(rules, "A,B\n,1\n"),
              (std::vector{kFailed, kPassed, kPassed, kFailed, kPassed}));
    EXPECT_EQ(outcomes(rules, "A,B\n1,\n"),
              (std::vector{kPassed, kFailed, kFailed, kFailed, kPassed}));
    EXPECT_EQ(outcomes(rules, "A,B\n,\n"),
              (std::vector{kFailed, kFailed, kFailed, kFailed, kFailed}));
    EXPECT_EQ(outcomes(rules, "C\n1\n"), std::vector(5, kNotApplicable));
}

TEST(RunRules, does_not_pass_what_no_row_was_judged_by) {
    const auto rules =
        parsed({{"ChargeClass-C-005-C", "MUST", "CheckValue",
                 R"({"ColumnName":"ChargeClass","Value":"Correction"})"},
                {"N", "MUST", "CheckDistinctCount",
                 R"({"ColumnAName":"ChargeClass","ColumnBName":"A","ExpectedCount":1})"},
                {"P", "MUST", "ColumnPresent", R"({"ColumnName":"A"})"}});
    EXPECT_EQ(outcomes(rules, "ChargeClass,A\n,1\n"),
              (std::vector{kNotApplicable, kNotApplicable, kPassed}));
    EXPECT_EQ(outcomes(rules, "ChargeClass,A\nCorrection,1\n"), std::vector(3, kPassed));
    EXPECT_EQ(outcomes(rules, "ChargeClass,A\n\"\",1\n"), (std::vector{kFailed, kPassed, kPassed}));
}

TEST(RunRules, gives_criteria_to_the_parts_of_a_rule) {
    const auto rules = parsed(
        {{"A-C-001-M", "MUST", "CheckNotValue", R"({"ColumnName":"A","Value":null})"},
         {"A-C-000-C", "MUST", "AND",
          R"({"Items":[{"CheckFunction":"CheckModelRule","ModelRuleId":"A-C-001-M"}]})", "P", "X"},
         {"P", "MUST", "ColumnPresent", R"({"ColumnName":"A"})", "", "X"},
         {"Q", "MUST", "", "{}"}});
    EXPECT_EQ(outcomes(rules, "A,B\n,1\n"),
              (std::vector{kNotApplicable, kNotApplicable, kNotApplicable, kNotExecutable}));
    EXPECT_EQ(outcomes(rules, "A,B\n,1\n", {.criteria = {"X"}}),
              (std::vector{kFailed, kFailed, kPassed, kNotExecutable}));
    EXPECT_EQ(outcomes(rules, "B\n1\n", {.criteria = {"X"}}),
              (std::vector{kNotApplicable, kFailed, kFailed, kNotExecutable}));
}

TEST(ChooseCriteria, takes_all_names_or_what_the_file_shows) {
    const auto rules =
        parsed({{"P", "MUST", "ColumnPresent", R"({"ColumnName":"A"})", "", "X;Y"},
                {"Q", "MUST", "ColumnPresent", R"({"ColumnName":"B"})", "", "Z", "B"}});
    const auto file = read_table("A,B\n1,\n,NULL\n");
    EXPECT_EQ(choose_criteria("all", rules, *file).value(), (Criteria{"X", "Y", "Z"}));
    EXPECT_EQ(choose_criteria("auto", rules, *file).value(), (Criteria{"X", "Y"}));
    EXPECT_EQ(choose_criteria("Z,X", rules, *file).value(), (Criteria{"X", "Z"}));
    EXPECT_EQ(choose_criteria("", rules, *file).value(), Criteria{});
    EXPECT_EQ(choose_criteria("X,W", rules, *file).error().reason(), "FOCUS_CRITERION_UNKNOWN");
}

TEST(Report, tells_lines_columns_and_values) {
    const auto rules = parsed(
        {{"A-1-M", "MUST", "FormatNumeric", R"({"ColumnName":"A"})"}, {"A-2-M", "MUST", ""}});
    const auto file = read_table("A,B\n1,\n\"x\n\xC2\x9B[1m\",2\n,3\n1e5,4\n");
    const Report report = run_rules(rules, *file, {});
    EXPECT_EQ(report.results[0].failing_rows, 2U);
    const std::string text = report_text(rules, report, Detail::failures);
    EXPECT_THAT(text, HasSubstr("failed  A-1-M  MUST  Validation of A, rows: 2"));
    EXPECT_THAT(text, HasSubstr("line 3: A is \"x..[1m\"\n"));
    EXPECT_THAT(text, HasSubstr("line 6: A is \"1e5\"\n"));
    EXPECT_THAT(text, HasSubstr("rows: 4, rules: 2, passed: 0, failed: 1, not applicable: 0, not "
                                "executable: 1\n"));
    EXPECT_THAT(text, testing::Not(HasSubstr("A-2-M")));
    EXPECT_THAT(
        report_text(rules, report, Detail::every_rule),
        HasSubstr("not executable  A-2-M  MUST  Validation of A: the table gives no check"));
    EXPECT_THAT(report_json(rules, report),
                HasSubstr(R"("failures":[{"line":3,"column":"A","value":"x\n)"));
}

}  // namespace
}  // namespace penstock::focus

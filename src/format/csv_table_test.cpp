#include "format/csv_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "format/csv_text.h"

namespace penstock::format {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<CsvTable> read(std::string_view text) {
    return CsvTable::read(text, {}, "a.csv");
}

std::vector<std::string> row_of(const CsvTable& table, std::size_t row) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < table.columns().size(); ++i)
        found.emplace_back(table.field(row, i).text);
    return found;
}

TEST(CsvTable, has_columns_by_name_and_lines_of_rows) {
    const auto table = read("a,b,c\r\n1,\"two, \"\"2\"\"\",3\n4,\"line\r\none\",\r\n,\"\",卡时");
    ASSERT_TRUE(table.has_value()) << table.error().message();
    EXPECT_THAT(table->columns(), ElementsAre("a", "b", "c"));
    ASSERT_EQ(table->rows(), 3U);
    EXPECT_THAT(row_of(*table, 0), ElementsAre("1", "two, \"2\"", "3"));
    EXPECT_THAT(row_of(*table, 2), ElementsAre("", "", "卡时"));
    EXPECT_FALSE(table->field(2, 0).quoted);
    EXPECT_TRUE(table->field(2, 1).quoted);
    EXPECT_EQ(table->line(0), 2U);
    EXPECT_EQ(table->line(2), 5U);
    EXPECT_EQ(table->find_column("c"), 2U);
    EXPECT_EQ(table->find_column("d"), std::nullopt);
}

TEST(CsvTable, says_where_it_is_no_table) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "a.csv:1:1: the file is empty"},
        {"a,b\n1\n", "a.csv:2:1: the row has 1 cells, but the header 2"},
        {"a,b\n1,2\n\n3,4\n", "a.csv:3:1: the row has 1 cells"},
        {"a,b\n1,2,3\n", "the row has 3 cells"},
        {"a,a\n", "a.csv:1:3: a second column is named a"},
        {"a,\n", "a.csv:1:3: a column has no name"},
        {"a,b\n1,\"x\n", "a.csv:2:3: the quote that opens here is never closed"},
    };
    for (const auto& [text, expected] : cases) {
        const auto table = read(text);
        ASSERT_FALSE(table.has_value()) << text;
        EXPECT_THAT(table.error().message(), HasSubstr(expected));
    }
}

RC_GTEST_PROP(CsvProperty, what_is_written_is_read_back, ()) {
    const auto width = *rc::gen::inRange<std::size_t>(1, 5);
    const auto value =
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab,\"\n 1")));
    const auto count = *rc::gen::inRange(0, 5);
    std::vector<std::vector<std::string>> rows;
    for (int i = 0; i < count; ++i)
        rows.push_back(*rc::gen::container<std::vector<std::string>>(width, value));
    std::vector<CsvValue> header;
    for (std::size_t i = 0; i < width; ++i) header.emplace_back("c" + std::to_string(i));
    std::string text;
    append_csv_record(text, header);
    for (const auto& row : rows) append_csv_record(text, {row.begin(), row.end()});
    const auto table = read(text);
    RC_ASSERT(table.has_value());
    RC_ASSERT(table->rows() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) RC_ASSERT(row_of(*table, i) == rows[i]);
}

TEST(CsvText, tells_nothing_from_an_empty_text) {
    std::string text;
    append_csv_record(text, {CsvValue("a"), CsvValue("b")});
    append_csv_record(text, {std::nullopt, CsvValue("")});
    append_csv_record(text, {CsvValue("NULL"), CsvValue("null")});
    EXPECT_EQ(text, "a,b\r\n,\"\"\r\n\"NULL\",null\r\n");
    std::string lone;
    append_csv_record(lone, {std::nullopt});
    EXPECT_EQ(lone, "\"\"\r\n");
}

TEST(CsvText, what_a_spreadsheet_would_run_is_marked_as_text) {
    for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "|calc", "\t=1", "\n=1", "  =1",
                                "\uFF1D1", "\uFF0B1", "\uFF0D1", "\uFF20SUM"})
        EXPECT_EQ(spreadsheet_text(formula), std::string("'") + formula);
    for (const char* text : {"", "a=b", "12", "结算-1", "'=1", " a"})
        EXPECT_EQ(spreadsheet_text(text), text);
}

}  // namespace
}  // namespace penstock::format

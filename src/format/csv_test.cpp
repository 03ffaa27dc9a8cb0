#include "format/csv.h"

#include <gtest/gtest.h>

#include <ostream>

#include "format/error.h"

namespace penstock::format {
namespace {

using Texts = std::vector<std::vector<std::string>>;

Texts texts(const std::vector<CsvRow>& rows) {
    Texts all;
    for (const CsvRow& row : rows) {
        all.emplace_back();
        for (const CsvCell& cell : row.cells) all.back().push_back(cell.text);
    }
    return all;
}

TEST(Csv, gives_the_cells_of_every_row) {
    const auto rows = parse_csv(
        "\xEF\xBB\xBF"
        "a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n,\n\n金额, 2 ",
        {}, "f.csv");
    ASSERT_TRUE(rows) << rows.error().message();
    EXPECT_EQ(texts(*rows),
              (Texts{{"a", "b"}, {"1", "x, \"y\"\nz"}, {"", ""}, {""}, {"金额", " 2 "}}));
    EXPECT_TRUE((*rows)[1].cells[1].quoted);
    EXPECT_FALSE((*rows)[1].cells[0].quoted);
    EXPECT_EQ((*rows)[4].cells[1].place.line, 6U);
    EXPECT_EQ((*rows)[4].cells[1].place.column, 4U);
    EXPECT_TRUE(parse_csv("", {}, "f.csv")->empty());
}

TEST(Csv, takes_other_delimiters_and_quotes) {
    const auto rows = parse_csv("a;'b;c''';\"", {.delimiter = ';', .quote = '\''}, "f.csv");
    ASSERT_TRUE(rows) << rows.error().message();
    EXPECT_EQ(texts(*rows), (Texts{{"a", "b;c'", "\""}}));
}

struct Wrong {
    std::string text;
    const Rejection& rejection;
    std::string detail;
};

void PrintTo(const Wrong& wrong, std::ostream* stream) {
    *stream << wrong.text;
}

class WrongCsv : public testing::TestWithParam<Wrong> {};

TEST_P(WrongCsv, is_refused_with_its_place) {
    const CsvForm small{.bytes_max = 40, .rows_max = 3, .columns_max = 3, .cell_bytes_max = 8};
    const auto rows = parse_csv(GetParam().text, small, "f.csv");
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().reason(), GetParam().rejection.reason);
    EXPECT_TRUE(rows.error().detail().starts_with(GetParam().detail)) << rows.error().detail();
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongCsv,
    testing::Values(Wrong{"a\nb,\"c", kCsvSyntax, "f.csv:2:3: the quote that opens here"},
                    Wrong{"a\nb\"c\"", kCsvSyntax, "f.csv:2:2: a quote stands within"},
                    Wrong{"\"a\" ,b", kCsvSyntax, "f.csv:1:4: something follows"},
                    Wrong{"a\rb", kCsvSyntax, "f.csv:1:2: a carriage return"},
                    Wrong{"a\r", kCsvSyntax, "f.csv:1:2: a carriage return"},
                    Wrong{"\"a\rb\"", kCsvSyntax, "f.csv:1:3: a carriage return"},
                    Wrong{"a,\xC4", kCsvSyntax, "f.csv:1:3: a byte that is not UTF-8"},
                    Wrong{std::string("a\0b", 3), kCsvSyntax, "f.csv:1:2: a control"},
                    Wrong{"\x7F", kCsvSyntax, "f.csv:1:1: a control"},
                    Wrong{"1\n2\n3\n4", kCsvTooLarge, "f.csv:4:1: the file has over 3 rows"},
                    Wrong{"1,2,3,4", kCsvTooLarge, "f.csv:1:7: the row has over 3 cells"},
                    Wrong{"a,123456789", kCsvTooLarge, "f.csv:1:3: the cell has over 8"},
                    Wrong{std::string(41, 'a'), kCsvTooLarge, "f.csv:1:1: the file has over 40"}));

}  // namespace
}  // namespace penstock::format

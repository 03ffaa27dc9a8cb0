#include "format/bank/bank_values.h"

#include <gtest/gtest.h>

#include "format/bank/encoding.h"

namespace penstock::format {
namespace {

constexpr AmountForm kPlain{};
constexpr AmountForm kGrouped{.decimal = '.', .thousands = ','};
constexpr AmountForm kGerman{.decimal = ',', .thousands = '.'};

TEST(BankAmount, is_read_to_the_micro) {
    EXPECT_EQ(parse_bank_amount("0.01", kPlain), 10'000);
    EXPECT_EQ(parse_bank_amount("-12.345678", kPlain), -12'345'678);
    EXPECT_EQ(parse_bank_amount("+7", kPlain), 7'000'000);
    EXPECT_EQ(parse_bank_amount("1,234,567.89", kGrouped), 1'234'567'890'000);
    EXPECT_EQ(parse_bank_amount("1234567.89", kGrouped), 1'234'567'890'000);
    EXPECT_EQ(parse_bank_amount("1.234,50", kGerman), 1'234'500'000);
    EXPECT_EQ(parse_bank_amount("999999999999.999999", kPlain), 999'999'999'999'999'999);
}

TEST(BankAmount, is_read_as_banks_and_their_databases_write_it) {
    EXPECT_EQ(parse_bank_amount(".50", kPlain), 500'000);
    EXPECT_EQ(parse_bank_amount("-,5", kGerman), -500'000);
    EXPECT_EQ(parse_bank_amount("1.234,50-", kGerman), -1'234'500'000);
    EXPECT_EQ(parse_bank_amount("−12.50", kPlain), -12'500'000);
    constexpr AmountForm kBlanks{.decimal = ',', .thousands = ' '};
    EXPECT_EQ(parse_bank_amount("1 234 567,89", kBlanks), 1'234'567'890'000);
    EXPECT_EQ(parse_bank_amount("1\u00a0234\u202f567,89", kBlanks), 1'234'567'890'000);
    EXPECT_FALSE(parse_bank_amount("12\u00a034,00", kBlanks));
}

TEST(BankDay, knows_the_next) {
    EXPECT_TRUE(is_next_day("2028-02-28", "2028-02-29"));
    EXPECT_TRUE(is_next_day("2026-12-31", "2027-01-01"));
    EXPECT_FALSE(is_next_day("2026-11-30", "2026-11-30"));
    EXPECT_FALSE(is_next_day("2026-11-30", "2026-12-02"));
}

TEST(BankAmount, is_nothing_else) {
    for (const char* text : {"",
                             "-",
                             "+",
                             ".",
                             "-.",
                             "5.",
                             "1e3",
                             "1 000",
                             "--1",
                             "-1-",
                             "+1-",
                             "- 1",
                             "1.2345678",
                             "1000000000000",
                             "99999999999999999999",
                             "1,000",
                             "٣",
                             "１",
                             "0x1",
                             "nan",
                             "1.0.0"}) {
        EXPECT_FALSE(parse_bank_amount(text, kPlain)) << text;
    }
    for (const char* text :
         {"1,23", "12,34,567", ",123", "1,,234", "1,2345", "1234,567", "1,", "1,234.5,6"}) {
        EXPECT_FALSE(parse_bank_amount(text, kGrouped)) << text;
    }
}

TEST(BankDay, is_read_by_its_form) {
    EXPECT_EQ(parse_bank_day("2026-11-02", "YYYY-MM-DD"), "2026-11-02");
    EXPECT_EQ(parse_bank_day("20261102", "YYYYMMDD"), "2026-11-02");
    EXPECT_EQ(parse_bank_day("2.11.2026", "D.MM.YYYY"), "2026-11-02");
    EXPECT_EQ(parse_bank_day("12.11.2026", "D.MM.YYYY"), "2026-11-12");
    EXPECT_EQ(parse_bank_day("2026/1/2 9:05", "YYYY/M/D H:mm"), "2026-01-02");
    EXPECT_EQ(parse_bank_day("02.11.2026", "DD.MM.YYYY"), "2026-11-02");
    EXPECT_EQ(parse_bank_day("2026年11月02日", "YYYY年MM月DD日"), "2026-11-02");
    EXPECT_EQ(parse_bank_day("2026-11-02 23:59:59", "YYYY-MM-DD HH:mm:ss"), "2026-11-02");
    EXPECT_EQ(parse_bank_day("2028-02-29", "YYYY-MM-DD"), "2028-02-29");
}

TEST(BankDay, is_nothing_else) {
    for (const char* text :
         {"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31", "26-11-02", "2026-11-2",
          "2026-11-022", "1989-01-01", "2200-01-01", "2026/11/02", "2026-1１-02"}) {
        EXPECT_FALSE(parse_bank_day(text, "YYYY-MM-DD")) << text;
    }
    EXPECT_FALSE(parse_bank_day("2026-11-02 24:00:00", "YYYY-MM-DD HH:mm:ss"));
    EXPECT_TRUE(is_day_form("YYYY-MM-DD HH:mm:ss"));
    EXPECT_FALSE(parse_bank_day("2026/13/2", "YYYY/M/D"));
    EXPECT_FALSE(parse_bank_day("2026/1/123", "YYYY/M/D"));
    EXPECT_FALSE(parse_bank_day("2026/1/", "YYYY/M/D"));
    EXPECT_TRUE(is_day_form("YYYY/M/D H:mm"));
    EXPECT_FALSE(is_day_form("YYYYMDD"));
    EXPECT_FALSE(is_day_form("YYYY/M/D1"));
    EXPECT_FALSE(is_day_form("YYYY-MM-DD M"));
    EXPECT_FALSE(is_day_form("YYYY-MM"));
    EXPECT_FALSE(is_day_form("YYYY-MM-DD DD"));
}

TEST(Gb18030, becomes_utf8_or_nothing) {
    EXPECT_EQ(utf8_of_gb18030("\xBD\xE8,\xB4\xFB 1"), "借,贷 1");
    EXPECT_EQ(utf8_of_gb18030(""), "");
    EXPECT_FALSE(utf8_of_gb18030("\xBD"));
    EXPECT_FALSE(utf8_of_gb18030("\xFF\xFF"));
    // Long enough for several pieces.
    std::string text;
    std::string expected;
    for (int i = 0; i < 10'000; ++i) {
        text += "\xBD\xE8";
        expected += "借";
    }
    EXPECT_EQ(utf8_of_gb18030(text), expected);
}

}  // namespace
}  // namespace penstock::format

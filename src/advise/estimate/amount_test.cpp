#include "advise/estimate/amount.h"

#include <gtest/gtest.h>

#include <string>

#include "advise/estimate/error.h"

namespace penstock::estimate {
namespace {

constexpr AmountRange kRange{1e3, 1e16};

double read(std::string_view text) {
    const auto amount = parse_amount(text, kRange, "params");
    return amount ? *amount : -1;
}

TEST(Amount, is_read_as_people_write_it) {
    EXPECT_EQ(read("70B"), 70e9);
    EXPECT_EQ(read("6.7b"), 6.7e9);
    EXPECT_EQ(read("1T"), 1e12);
    EXPECT_EQ(read("1.5 T"), 1.5e12);
    EXPECT_EQ(read("405G"), 405e9);
    EXPECT_EQ(read("7e10"), 7e10);
    EXPECT_EQ(read("3E+11"), 3e11);
    EXPECT_EQ(read("175000000000"), 175e9);
    EXPECT_EQ(read("1,000,000"), 1e6);
}

TEST(Amount, is_read_in_chinese_units_and_full_width) {
    EXPECT_EQ(read("700亿"), 70e9);
    EXPECT_EQ(read("1.5万亿"), 1.5e12);
    EXPECT_EQ(read("3 千亿"), 3e11);
    EXPECT_EQ(read("50万"), 5e5);
    EXPECT_EQ(read("７０Ｂ"), 70e9);
    EXPECT_EQ(read("１．５万亿"), 1.5e12);
}

TEST(Amount, is_refused_and_never_guessed) {
    for (const char* text : {"",     "B",   "70X",    "70BB",   "-7B",    "+7B",  "7e",
                             "7e-3", "e9",  "1.2.3B", "12,34",  "1,0000", ",100", "1兆",
                             "nan",  "inf", "0x10",   "七十亿", "7\xff",  "1..2", "7 B 3"}) {
        const auto amount = parse_amount(text, kRange, "params");
        ASSERT_FALSE(amount) << text;
        EXPECT_EQ(amount.error().number(), kAmountInvalid.number) << text;
        EXPECT_EQ(amount.error().field(), "params");
    }
    EXPECT_FALSE(parse_amount(std::string(100, '7'), kRange, "params"));
}

TEST(Amount, is_refused_out_of_range_with_the_range) {
    for (const char* text : {"0", "999", "1000000000B", "1e300"}) {
        const auto amount = parse_amount(text, kRange, "params");
        ASSERT_FALSE(amount) << text;
        EXPECT_EQ(amount.error().number(), kAmountOutOfRange.number) << text;
    }
    EXPECT_NE(parse_amount("0", kRange, "params").error().detail().find("1000 to 1e+16"),
              std::string::npos);
}

}  // namespace
}  // namespace penstock::estimate

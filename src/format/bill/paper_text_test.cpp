#include "format/bill/paper_text.h"

#include <gtest/gtest.h>

namespace penstock::format {
namespace {

TEST(PaperText, amounts_have_commas_and_their_decimals) {
    EXPECT_EQ(amount_text(1'234'567'890'123, 6), "1,234,567.890123");
    EXPECT_EQ(amount_text(-999'990'000, 2), "-999.99");
    EXPECT_EQ(amount_text(0, 2), "0.00");
    EXPECT_EQ(amount_text(INT64_MIN, 6), "-9,223,372,036,854.775808");
    EXPECT_EQ(price_text(8'000'000), "8.00");
    EXPECT_EQ(price_text(120), "0.00012");
    EXPECT_EQ(quantity_text(1'234'500'000'000), "1,234.5");
    EXPECT_EQ(quantity_text(-1), "-0.000000001");
    EXPECT_EQ(quantity_text(744'000'000'000), "744");
    EXPECT_EQ(rate_text(600), "6 %");
    EXPECT_EQ(rate_text(50), "0.5 %");
}

TEST(PaperText, offsets_have_a_sign) {
    EXPECT_EQ(offset_text(480), "UTC+08:00");
    EXPECT_EQ(offset_text(-210), "UTC-03:30");
}

TEST(PaperText, yuan_are_written_as_on_vouchers) {
    struct Case {
        std::int64_t fen;
        const char* text;
    };
    constexpr Case kCases[] = {
        {0, "零元整"},
        {1, "壹分"},
        {10, "壹角整"},
        {100, "壹元整"},
        {105, "壹元零伍分"},
        {150, "壹元伍角整"},
        {155, "壹元伍角伍分"},
        {1'000'00, "壹仟元整"},
        {1'005'00, "壹仟零伍元整"},
        {10'200'50, "壹万零贰佰元伍角整"},
        {100'000'00, "壹拾万元整"},
        {100'500'00, "壹拾万零伍佰元整"},
        {120'304'05, "壹拾贰万零叁佰零肆元零伍分"},
        {100'000'001'00, "壹亿零壹元整"},
        {1'000'010'000'00, "壹拾亿零壹万元整"},
        {123'456'789'12, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分"},
        {1'000'000'000'000'00, "壹万亿元整"},
        {-30'26, "负叁拾元贰角陆分"},
    };
    for (const Case& wanted : kCases)
        EXPECT_EQ(yuan_in_words(Money{wanted.fen * kMicrosPerFen}), wanted.text) << wanted.fen;
}

}  // namespace
}  // namespace penstock::format

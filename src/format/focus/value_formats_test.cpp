#include "format/focus/value_formats.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::focus {
namespace {

TEST(ValueFormats, know_dates_of_the_format_and_of_the_type) {
    for (const std::string text : {"2026-05-01T00:00:00Z", "2028-02-29T23:59:59Z"})
        EXPECT_TRUE(is_date_time(text) && is_any_date_time(text)) << text;
    for (const std::string text : {"2026-05-01 00:00:00", "2026-05-01", "2026-05-01T00:00:00+08:00",
                                   "2026-05-01T00:00:00.25Z", "2026-05-01T00:00:00"}) {
        EXPECT_FALSE(is_date_time(text)) << text;
        EXPECT_TRUE(is_any_date_time(text)) << text;
    }
    for (const std::string text :
         {"", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
          "2026-05-01T24:00:00Z", "2026-05-01T00:60:00Z", "26-05-01", "01/05/2026", "2026-05-01T",
          "2026-05-01T00:00:00Zulu", "2026-05-01T00:00Z", "2026-05-01T00:00:00+08", "soon"})
        EXPECT_FALSE(is_date_time(text) || is_any_date_time(text)) << text;
}

TEST(ValueFormats, know_units) {
    for (const std::string text :
         {"Hours", "GB", "KiB", "b", "Card-Hours", "Core-Hours", "Node-Months", "GB-Months",
          "GB/Hour", "1000000 Tokens", "Virtual Machines", "100 GB/3 Days", "Rack-Months", "USD"})
        EXPECT_TRUE(is_unit(text)) << text;
    for (const std::string text :
         {"", "hours", "GB/Hours", "GB/hour", "Card-Hour", "Card--Hours", "0 Tokens",
          "1,000 Tokens", "Hours ", " Hours", "Card Hours/", "XB1", "卡时", "GB/3 Day", "1000000"})
        EXPECT_FALSE(is_unit(text)) << text;
}

TEST(ValueFormats, know_keys_and_values) {
    for (const std::string text :
         {"{}", R"({"a":1,"b":"x","c":true,"d":null,"e":-1.5E3})", R"({"芯片":"昇腾"})"})
        EXPECT_TRUE(is_key_value(text)) << text;
    for (const std::string text :
         {"", "[]", "1", "\"a\"", "{", R"({"a":{}})", R"({"a":[]})", R"({"a":1,"a":2})",
          R"({"a":1,})", R"({"a":1}{})", R"({"a":NaN})", R"({a:1})", R"({"a":1} x)", "null"})
        EXPECT_FALSE(is_key_value(text)) << text;
}

TEST(ValueFormats, know_currencies_and_texts) {
    for (const std::string text : {"CNY", "USD", "EUR", "AED", "ZWG", "XCG", "HKD"})
        EXPECT_TRUE(is_iso_4217(text)) << text;
    for (const std::string text : {"", "RMB", "cny", "CN", "CNYX", "ED ", "D A", "XAU", "XTS"})
        EXPECT_FALSE(is_iso_4217(text)) << text;
    EXPECT_TRUE(is_text("算力\t1\n") && is_filled("算力"));
    EXPECT_FALSE(is_text("a\x01") || is_text("a\r\n") || is_text("a\x7f") || is_text("\xC2\x85"));
    EXPECT_FALSE(is_filled("") || is_filled("  ") || is_filled("\xE3\x80\x80"));
}

}  // namespace
}  // namespace penstock::focus

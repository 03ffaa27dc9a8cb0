#include "base/text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace penstock {
namespace {

TEST(Text, counts_characters_and_not_bytes) {
    EXPECT_EQ(count_characters(""), 0U);
    EXPECT_EQ(count_characters("penstock"), 8U);
    EXPECT_EQ(count_characters("算力网络"), 4U);
    EXPECT_EQ(count_characters("é€😀"), 3U);
    EXPECT_EQ(count_characters("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80"), 6U);
    EXPECT_EQ(count_characters("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), 2U);
}

TEST(Text, refuses_bytes_that_are_not_utf8) {
    for (const std::string text :
         {"\x80", "\xBF", "\xC2", "\xC2 ", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
          "\xE2\x82", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF",
          "good\xE2\x82\xAC then \xE2\x28\xA1"}) {
        EXPECT_FALSE(count_characters(text)) << testing::PrintToString(text);
        EXPECT_FALSE(is_label(text, {1, 60})) << testing::PrintToString(text);
        EXPECT_FALSE(is_prose(text, {1, 60})) << testing::PrintToString(text);
    }
}

TEST(Text, is_utf8_only_in_its_shortest_well_formed_form) {
    for (const char* good : {"", "a", "é", "算力", "\xf0\x9f\x92\xa7", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    for (const char* wrong :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe7\xae", "\xc3", "\xc3(", "\xff"}) {
        EXPECT_FALSE(is_utf8(wrong));
    }
}

TEST(Text, is_taken_character_by_character) {
    std::string_view text = "a€\xF0\x9F\x98\x80\xE2\x82";
    EXPECT_EQ(take_character(text), U'a');
    EXPECT_EQ(take_character(text), U'€');
    EXPECT_EQ(take_character(text), U'\U0001F600');
    EXPECT_EQ(take_character(text), std::nullopt);
    EXPECT_EQ(text, "\xE2\x82");
    text = {};
    EXPECT_EQ(take_character(text), std::nullopt);
}

TEST(Text, takes_labels_of_the_permitted_length_both_ends_included) {
    EXPECT_TRUE(is_label("a", {1, 3}));
    EXPECT_TRUE(is_label("浙江省", {1, 3}));
    EXPECT_FALSE(is_label("", {1, 3}));
    EXPECT_FALSE(is_label("浙江省一", {1, 3}));
    EXPECT_TRUE(is_label("", {0, 3}));
    EXPECT_TRUE(is_label("a b", {1, 3}));
}

TEST(Text, refuses_labels_with_what_is_not_seen) {
    for (const std::string& text :
         {std::string("a\nb"), std::string("a\tb"), std::string("a\0b", 3), std::string("a\x7F"),
          std::string("a\xC2\x85z"),
          std::string("a\xE2\x80\xAE"
                      "b"),
          std::string("a\xE2\x80\xA8z"), std::string("a\xE2\x80\x8Bz"),
          std::string("\xEF\xBB\xBFz"), std::string(" a"), std::string("a "),
          std::string("a\xE3\x80\x80"), std::string("\xC2\xA0z"), std::string(" ")}) {
        EXPECT_FALSE(is_label(text, {1, 60})) << testing::PrintToString(text);
    }
}

TEST(Text, takes_prose_of_several_lines) {
    EXPECT_TRUE(is_prose("one\n\ttwo\n", {1, 60}));
    EXPECT_TRUE(is_prose("", {0, 60}));
    EXPECT_FALSE(is_prose("one\r\n", {1, 60}));
    EXPECT_FALSE(is_prose(std::string("a\0b", 3), {1, 60}));
    EXPECT_FALSE(is_prose("four", {1, 3}));
}

}  // namespace
}  // namespace penstock

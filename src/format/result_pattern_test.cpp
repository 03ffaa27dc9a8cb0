#include "format/result_pattern.h"

#include <gtest/gtest.h>

#include "format/error.h"

namespace penstock::format {
namespace {

TEST(ResultPattern, counts_each_line_that_holds_it) {
    const auto pattern = ResultPattern::compile("^frame .* done$");
    ASSERT_TRUE(pattern) << pattern.error().message();
    EXPECT_FALSE(pattern->has_group());
    EXPECT_EQ(pattern->read("frame 7 done"), 1U);
    EXPECT_EQ(pattern->read("a frame 7 done"), std::nullopt);
    EXPECT_EQ(pattern->read(""), std::nullopt);
    EXPECT_EQ(ResultPattern::compile("第[0-9]+帧")->read("第7帧"), 1U);
}

TEST(ResultPattern, reads_what_its_group_says) {
    const auto pattern = ResultPattern::compile("(?:step|Step) ([^ ]*)/");
    ASSERT_TRUE(pattern) << pattern.error().message();
    EXPECT_TRUE(pattern->has_group());
    EXPECT_EQ(pattern->read("loss 0.1, step 1200/5000"), 1'200U);
    EXPECT_EQ(pattern->read("Step 0/5000"), 0U);
    EXPECT_EQ(pattern->read("step 1000000000000000/"), kResultsMax);
    for (const char* line : {"step 1000000000000001/", "step 99999999999999999999/", "step /",
                             "step -1/", "step +1/", "step 1.5/", "step 1e3/", "step x/"}) {
        EXPECT_EQ(pattern->read(line), std::nullopt) << line;
    }
    EXPECT_EQ(ResultPattern::compile("a(b)?")->read("a"), std::nullopt)
        << "its group reads nothing";
}

TEST(ResultPattern, reads_lines_of_any_bytes) {
    const auto pattern = ResultPattern::compile("done ([0-9]+)");
    EXPECT_EQ(pattern->read(std::string_view("\0\xff\xfe done 3\0", 12)), 3U);
    EXPECT_EQ(pattern->read(std::string(1 << 20, '\xff') + "done 4"), 4U);
}

TEST(ResultPattern, refuses_what_it_could_not_keep_to) {
    const struct {
        std::string text;
        const char* detail;
    } kCases[] = {
        {"", "it has 0 bytes"},
        {std::string(513, 'a'), "it has 513 bytes"},
        {"frame (", "missing )"},
        {"\xff", "invalid UTF-8"},
        {"(a)\\1", "invalid escape sequence"},
        {"a{1001}", "invalid repetition"},
        {"((a{100}){10}){1}(\\pL{100})", "too large"},
        {"step ([0-9]+)/([0-9]+)", "it has 2 groups"},
    };
    for (const auto& item : kCases) {
        const auto pattern = ResultPattern::compile(item.text);
        ASSERT_FALSE(pattern) << item.text;
        EXPECT_EQ(pattern.error().reason(), kResultPatternWrong.reason);
        EXPECT_EQ(pattern.error().field(), "line");
        EXPECT_NE(pattern.error().detail().find(item.detail), std::string::npos)
            << pattern.error().detail();
    }
}

}  // namespace
}  // namespace penstock::format

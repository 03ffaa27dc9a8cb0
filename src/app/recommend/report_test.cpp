#include "app/recommend/report.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include "app/recommend/plan_intent.h"

namespace penstock::app {
namespace {

std::string read(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Everything that the guide shows is what the program prints.
TEST(PlanReport, is_what_the_guide_shows) {
    const std::string guide = read(PENSTOCK_RECOMMENDATION_GUIDE);
    static const std::regex kExample(
        "```\n\\$ penstock plan \"([^\"]*)\" --now (\\S+)( --language zh)?( --explain)?\n"
        "([^`]*)```");
    int examples = 0;
    for (std::sregex_iterator it(guide.begin(), guide.end(), kExample), end; it != end; ++it) {
        const std::smatch& example = *it;
        client::PlanIntentArguments arguments;
        arguments.sentence = example[1];
        arguments.now = example[2];
        if (example[3].matched) arguments.language = format::Language::chinese;
        arguments.explains = example[4].matched;
        const auto plans = plans_for(arguments);
        ++examples;
        if (!plans) {
            EXPECT_NE(example[5].str().find(plans.error().field()), std::string::npos);
            continue;
        }
        EXPECT_EQ(report_text(*plans, arguments.language,
                              arguments.explains ? Detail::explained : Detail::plain),
                  example[5].str())
            << arguments.sentence;
    }
    EXPECT_GE(examples, 11);
}

TEST(PlanReport, says_both_languages) {
    client::PlanIntentArguments arguments;
    arguments.sentence = "8 张 A100 用一个月，放在贵州，越便宜越好";
    arguments.now = "2026-11-23";
    const auto plans = plans_for(arguments);
    ASSERT_TRUE(plans);
    const std::string chinese = report_text(*plans, format::Language::chinese, Detail::explained);
    const std::string english = report_text(*plans, format::Language::english, Detail::explained);
    EXPECT_NE(chinese.find("最便宜。"), std::string::npos);
    EXPECT_NE(chinese.find("贵阳"), std::string::npos);
    EXPECT_EQ(english.find("最便宜"), std::string::npos);
    EXPECT_NE(english.find("The cheapest."), std::string::npos);
    EXPECT_NE(english.find("price of a card-hour"), std::string::npos);
}

}  // namespace
}  // namespace penstock::app

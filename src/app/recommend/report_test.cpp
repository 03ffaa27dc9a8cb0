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

/// Ten minutes of two cores, from an exchange.
v1::Recommendation plans_of_exchange() {
    v1::Recommendation plans;
    plans.set_market("exchange");
    plans.set_offers(1);
    v1::Recommended& plan = *plans.add_plans();
    v1::Recommended::Leg& leg = *plan.add_legs();
    leg.set_cores(2);
    leg.set_start_ns(1'795'000'000'000'000'000);
    leg.set_finish_ns(1'795'000'600'000'000'000);
    plan.set_start_ns(leg.start_ns());
    plan.set_finish_ns(leg.finish_ns());
    plan.mutable_order()->mutable_max_total()->set_micros(1'207'009);
    return plans;
}

TEST(PlanReport, says_when_work_begins_and_ends) {
    const std::string english =
        report_text(plans_of_exchange(), format::Language::english, Detail::plain);
    const std::string chinese =
        report_text(plans_of_exchange(), format::Language::chinese, Detail::plain);
    EXPECT_NE(english.find("BEGINS (UTC+8)"), std::string::npos);
    EXPECT_NE(english.find("2026-11-18 19:06  2026-11-18 19:16  10 min"), std::string::npos)
        << english;
    EXPECT_NE(chinese.find("2026-11-18 19:06  2026-11-18 19:16  10 分钟"), std::string::npos)
        << chinese;
    EXPECT_NE(english.find("1 offer in the market 'exchange'"), std::string::npos) << english;
    EXPECT_NE(english.find("(at most 1.207009)"), std::string::npos) << english;
}

TEST(PlanReport, says_how_a_plan_is_bought_and_used) {
    v1::Recommendation plans = plans_of_exchange();
    const auto says = [&](std::string_view text) {
        return report_text(plans, format::Language::english, Detail::plain).find(text) !=
               std::string::npos;
    };
    EXPECT_TRUE(says("penstock call ContractService/PlaceOrder \"$(cat order.json)\""));
    EXPECT_TRUE(says("penstock apply -f TASK.yaml --order ord_"));
    plans.mutable_plans(0)->mutable_legs(0)->clear_cores();
    EXPECT_FALSE(says("penstock apply"));
    EXPECT_TRUE(says("penstock contract show"));
    plans.set_reference(true);
    EXPECT_FALSE(says("PlaceOrder"));
}

TEST(PlanReport, says_what_would_do) {
    client::PlanIntentArguments arguments;
    arguments.now = "2026-11-23";
    const auto said = [&](const char* sentence, format::Language language) {
        arguments.sentence = sentence;
        const auto plans = plans_for(arguments);
        return plans ? report_text(*plans, language, Detail::plain) : plans.error().message();
    };
    const auto cards = said("5000 H100 cards for 3 days", format::Language::english);
    EXPECT_NE(cards.find("There is one with cards 4096 instead of 5000, from "), std::string::npos)
        << cards;
    EXPECT_NE(said("5000 H100 cards for 3 days", format::Language::chinese)
                  .find("可以：卡数由 5000 改为 4096，最低费用 "),
              std::string::npos);
    const auto cores = said("64 cores for 10 hours", format::Language::english);
    EXPECT_EQ(cores.find("No change of one slot"), std::string::npos) << cores;
    EXPECT_NE(cores.find("--market exchange"), std::string::npos);
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

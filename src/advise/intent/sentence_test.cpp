#include "advise/intent/sentence.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "advise/intent/items.h"
#include "advise/intent/slots.h"
#include "advise/intent/test_text.h"
#include "advise/intent/yaml.h"

namespace penstock::intent {
namespace {

v1::IntentReading read(std::string_view sentence) {
    auto reading = read_sentence(sentence, kLabelNow);
    EXPECT_TRUE(reading.has_value()) << sentence;
    return reading ? *std::move(reading) : v1::IntentReading();
}

std::string text_of(std::string_view sentence, const v1::TextSpan& span) {
    return std::string(sentence.substr(span.begin(), span.end() - span.begin()));
}

constexpr std::string_view kChinese = "在长三角找国产卡，三十天内训练70B模型，1T token，预算500万";
constexpr std::string_view kEnglish =
    "Find domestic chips in the Yangtze River Delta to train a 70B model on 1T tokens within "
    "thirty days, budget 5 million yuan";

TEST(Sentence, gives_the_same_intent_in_both_languages) {
    const auto chinese = read(kChinese);
    const auto english = read(kEnglish);
    EXPECT_EQ(chinese.intent().SerializeAsString(), english.intent().SerializeAsString());
    EXPECT_EQ(canonical_yaml(chinese.intent()), canonical_yaml(english.intent()));
    EXPECT_EQ(canonical_yaml(chinese.intent()), R"(workload: pre-training
parameters: 70B
tokens: 1T
chip_origin: domestic
within: 30d
budget: 5000000.00 CNY
places: [yangtze-river-delta]
)");
    EXPECT_EQ(chinese.conflicts_size() + english.conflicts_size(), 0);
    EXPECT_EQ(chinese.not_understood_size() + english.not_understood_size(), 0);
}

TEST(Sentence, says_which_words_gave_which_slot) {
    std::map<std::string, std::string> heard;
    const auto reading = read(kChinese);
    for (const auto& one : reading.heard()) heard[one.slot()] = text_of(kChinese, one.from(0));
    EXPECT_EQ(heard, (std::map<std::string, std::string>{{"workload", "训练"},
                                                         {"parameters", "70B"},
                                                         {"tokens", "1T token"},
                                                         {"chip_origin", "国产卡"},
                                                         {"within", "三十天"},
                                                         {"budget", "500万"},
                                                         {"places", "长三角"}}));
}

TEST(Sentence, echoes_every_word_that_it_does_not_understand) {
    constexpr std::string_view kText = "8张H100，要InfiniBand组网，in Wuxi, frobnicate";
    const auto reading = read(kText);
    std::string unknown;
    for (const auto& span : reading.not_understood()) unknown += text_of(kText, span) + "|";
    EXPECT_EQ(unknown, "InfiniBand组网|Wuxi|frobnicate|");
}

TEST(Sentence, names_its_own_conflicts) {
    EXPECT_EQ(read("预算500万，总预算800万").conflicts_size(), 1);
    EXPECT_EQ(read("只用国产卡，64张H100").conflicts_size(), 1);
    EXPECT_EQ(read("数据不出江苏，算力放北京").conflicts_size(), 1);
    EXPECT_EQ(read("budget 500 yuan, at most $3 per GPU hour").conflicts_size(), 1);
    EXPECT_EQ(read("3 ms from Shanghai, in Beijing").conflicts_size(), 1);
    EXPECT_EQ(read("1000000000B parameters").conflicts_size(), 1);
    // Some A100 has as much, and is no A10.
    EXPECT_EQ(read("8张A10，显存80GB").conflicts_size(), 1);
    EXPECT_EQ(read("in Shanghai, not in Shanghai").conflicts_size(), 1);
}

TEST(Sentence, takes_no_denial_for_a_wish) {
    const auto reading = read("不要H100，不要中断，除北京外，不是70B");
    EXPECT_EQ(canonical_yaml(reading.intent()),
              "chips_excluded: [h100]\nplaces_excluded: [beijing]\ninterruption: none\n");
    EXPECT_EQ(canonical_yaml(read("H100 excluded").intent()), "chips_excluded: [h100]\n");
    EXPECT_EQ(canonical_yaml(read("Xinjiang is excluded").intent()),
              "places_excluded: [xinjiang]\n");
    // A slip of the pen is guessed, but never to be a denial.
    EXPECT_EQ(canonical_yaml(read("H100 exclued").intent()), "chips: [h100]\n");
}

TEST(Sentence, takes_no_denial_for_a_wish_wherever_it_stands) {
    const auto yaml = [](std::string_view text) { return canonical_yaml(read(text).intent()); };
    EXPECT_EQ(yaml("不要用英特尔的"), "chips_excluded: [gaudi]\n");
    EXPECT_EQ(yaml("不要飞腾和H100"), "chips_excluded: [h100]\n");
    EXPECT_EQ(yaml("飞腾和H100都不要"), "chips_excluded: [h100]\n");
    EXPECT_EQ(yaml("不用谷歌TPU"), "chips_excluded: [tpu]\n");
    EXPECT_EQ(yaml("don't rent H100"), "chips_excluded: [h100]\n");
    EXPECT_EQ(yaml("not A100 but H100"), "chips: [h100]\nchips_excluded: [a100]\n");
    EXPECT_EQ(yaml("非华为不可"), "chips: [ascend]\n");
    EXPECT_EQ(yaml("不能抢占"), "interruption: none\n");
    EXPECT_EQ(yaml("不可以被中断"), "interruption: none\n");
    for (const char* denied :
         {"不要用llama", "不要bf16", "不是敏感数据", "不要求国产", "not llama"})
        EXPECT_EQ(yaml(denied), "{}\n") << denied;
}

/// What is not understood, each part in bars, and the notes behind an arrow.
std::string rest_of(std::string_view sentence) {
    const auto reading = read(sentence);
    std::string text = "|";
    for (const auto& span : reading.not_understood()) text += text_of(sentence, span) + "|";
    for (const auto& note : reading.notes()) text += " > " + note;
    return text;
}

TEST(Sentence, reports_what_is_denied_and_not_known_with_its_denial) {
    EXPECT_EQ(rest_of("不要用飞腾"), "|不要用飞腾| > Nothing is excluded for '不要用飞腾'.");
    EXPECT_EQ(rest_of("除飞腾外都可以"), "|除飞腾外| > Nothing is excluded for '除飞腾外'.");
    EXPECT_EQ(rest_of("飞腾不行"), "|飞腾不行| > Nothing is excluded for '飞腾不行'.");
    EXPECT_EQ(rest_of("no Phytium, 8 H100"),
              "|no Phytium| > Nothing is excluded for 'no Phytium'.");
    EXPECT_EQ(rest_of("不要飞腾和申威"),
              "|不要飞腾和申威| > Nothing is excluded for '不要飞腾和申威'.");
    EXPECT_EQ(rest_of("不要H100和飞腾"), "|飞腾| > Nothing is excluded for '不要 … 飞腾'.");
    EXPECT_EQ(rest_of("不要微调，训练7B"), "|不要微调| > Nothing is excluded for '不要微调'.");
    // Nothing was to be excluded here.
    EXPECT_EQ(rest_of("不要求国产"), "|不要求国产|");
    EXPECT_EQ(rest_of("飞腾，不要H100"), "|飞腾|");
}

TEST(Sentence, does_not_take_makers_of_other_things_for_chips) {
    EXPECT_EQ(canonical_yaml(read("64核 AMD EPYC").intent()), "cores: 64\n");
    EXPECT_EQ(rest_of("64核 AMD EPYC"), "|AMD EPYC|");
    EXPECT_EQ(canonical_yaml(read("不要华为云").intent()), "{}\n");
}

TEST(Sentence, says_why_it_does_not_read_an_amount_of_two_meanings) {
    EXPECT_EQ(
        rest_of("预算3兆元，8张H100"),
        "|3兆元| > '3兆元' is not read: 兆 is 10^6 to some and 10^12 to others; write 百万 or "
        "万亿.");
    EXPECT_EQ(canonical_yaml(read("预算3兆元，8张H100").intent()), "cards: 8\nchips: [h100]\n");
    EXPECT_TRUE(rest_of("两兆三千亿token").starts_with("|两兆三千亿token| > "));
    EXPECT_EQ(read("两兆三千亿token").intent().tokens(), 0U);
    EXPECT_EQ(canonical_yaml(read("数据100兆字节").intent()), "data_size: 100MB\n");
}

TEST(Sentence, says_what_it_leaves_of_a_range_of_money) {
    EXPECT_EQ(rest_of("预算20万元到30万元"),
              "| > Of a range the larger end, '30万元', is the budget; the smaller is '20万元'.");
    EXPECT_EQ(canonical_yaml(read("budget 300k to 200k CNY").intent()), "budget: 300000.00 CNY\n");
    // One word says how large both are.
    EXPECT_EQ(canonical_yaml(read("三到五百万元").intent()), "budget: 5000000.00 CNY\n");
    EXPECT_EQ(canonical_yaml(read("每帧5毛到1元").intent()), "unit_price: 1.00 CNY per frame\n");
    EXPECT_EQ(canonical_yaml(read("64到32张卡").intent()), "cards_min: 32\ncards_max: 64\n");
    EXPECT_EQ(rest_of("32到64张卡"), "|");
}

TEST(Sentence, says_that_goals_weigh_the_same) {
    EXPECT_EQ(rest_of("又快又便宜"),
              "| > Nothing ranks the goals price, time; they weigh the same.");
    const auto yaml = [](std::string_view text) { return canonical_yaml(read(text).intent()); };
    EXPECT_EQ(yaml("price and speed are equally important"),
              "objective_weights: [price=1, time=1]\n");
    EXPECT_EQ(yaml("价格和时间一样重要"), "objective_weights: [price=1, time=1]\n");
    EXPECT_EQ(yaml("便宜，但要快"), "objective_weights: [price=1, time=1]\n");
    EXPECT_EQ(yaml("又快又便宜，先便宜"), "objective: [price]\n");
    EXPECT_EQ(yaml("优先武汉，又快又便宜"),
              "places: [wuhan]\nobjective_weights: [price=1, time=1]\n");
    EXPECT_EQ(yaml("fast network but cheap"), "objective: [price]\n");
    EXPECT_EQ(yaml("as cheap as possible"), "objective: [price]\n");
}

TEST(Sentence, knows_weekdays_and_leaves_holidays_that_it_does_not_know) {
    const auto yaml = [](std::string_view text) { return canonical_yaml(read(text).intent()); };
    EXPECT_EQ(yaml("下周五之前"), "deadline: 2026-03-13T00:00+08:00\n");
    EXPECT_EQ(yaml("周日前"), "deadline: 2026-03-08T00:00+08:00\n");
    EXPECT_EQ(yaml("by Sunday"), "deadline: 2026-03-09T00:00+08:00\n");
    EXPECT_EQ(rest_of("start next Friday"),
              "| > Took 'next Friday' as 2026-03-13, of the week after this one.");
    EXPECT_EQ(rest_of("start next Monday"), "|");
    EXPECT_EQ(yaml("March 15 to March 25"), "deadline: 2026-03-26T00:00+08:00\n");
    EXPECT_EQ(rest_of("端午节前完成"), "|端午节|");
    EXPECT_EQ(yaml("端午节前完成"), "{}\n");
    EXPECT_EQ(yaml("每周五之前"), "{}\n");
}

// 下周五之前 and "by next Friday" are of one Friday, and say whether it is still in time.
TEST(Sentence, tells_before_a_day_from_by_that_day_in_both_languages) {
    for (const char* before :
         {"下周五之前", "下周五前", "before next Friday", "before Friday next week"}) {
        const auto reading = read(before);
        EXPECT_EQ(canonical_yaml(reading.intent()), "deadline: 2026-03-13T00:00+08:00\n") << before;
        ASSERT_GE(reading.notes_size(), 1) << before;
        EXPECT_NE(reading.notes(reading.notes_size() - 1).find("is as 2026-03-13 begins"),
                  std::string::npos)
            << before;
    }
    for (const char* by : {"截止下周五", "不晚于下周五", "最晚下周五", "by next Friday",
                           "no later than next Friday", "by the end of next Friday"}) {
        const auto reading = read(by);
        EXPECT_EQ(canonical_yaml(reading.intent()), "deadline: 2026-03-14T00:00+08:00\n") << by;
        EXPECT_EQ(reading.not_understood_size(), 0) << by;
    }
    EXPECT_NE(read("by next Friday").notes(1).find("is as 2026-03-13 ends"), std::string::npos);
    EXPECT_EQ(read("by May 1").notes_size(), 0);
}

TEST(Sentence, puts_a_weekday_behind_the_start) {
    const auto yaml = [](std::string_view text) { return canonical_yaml(read(text).intent()); };
    // Now is a Monday.
    EXPECT_EQ(yaml("start Friday 9 am, finish by Wednesday 5 pm"),
              "start: 2026-03-06T09:00+08:00\ndeadline: 2026-03-11T17:00+08:00\n");
    EXPECT_EQ(yaml("周五早上9点到周三下午5点"),
              "start: 2026-03-06T09:00+08:00\ndeadline: 2026-03-11T17:00+08:00\n");
    EXPECT_EQ(yaml("周三开始，周五截止"),
              "start: 2026-03-04T00:00+08:00\ndeadline: 2026-03-07T00:00+08:00\n");
}

TEST(Sentence, reads_nothing_that_is_below_zero_as_above) {
    for (const char* sentence :
         {"train 7B on 100B tokens, budget -5000 yuan", "train 7B on 100B tokens, minus $5000",
          "训练7B，100B token，预算负5000元"}) {
        const auto reading = read(sentence);
        EXPECT_FALSE(reading.intent().has_budget()) << sentence;
        EXPECT_EQ(reading.not_understood_size(), 1) << sentence;
        EXPECT_EQ(reading.notes_size(), 1) << sentence;
    }
    for (const char* range : {"for 4000 - 5000 yuan", "for 4000 -5000 yuan", "for 4000-5000 yuan"})
        EXPECT_EQ(read(std::string("train 7B on 100B tokens ") + range).intent().budget().micros(),
                  5'000'000'000)
            << range;
}

TEST(Sentence, reads_cards_times_a_chip) {
    for (const char* sentence : {"8xH100 for a day", "8 x H100 for a day", "8×H100 for a day"}) {
        const v1::Intent intent = read(sentence).intent();
        EXPECT_EQ(intent.cards(), 8u) << sentence;
        EXPECT_EQ(intent.chips_size(), 1) << sentence;
        EXPECT_EQ(intent.duration_seconds(), 86'400) << sentence;
    }
}

TEST(Sentence, takes_a_time_of_a_service_as_its_length) {
    const v1::Intent intent = read("推理 70B 模型 每天 1亿 token 一个月").intent();
    EXPECT_EQ(intent.duration_seconds(), 30 * 86'400);
    EXPECT_EQ(intent.within_seconds(), 0);
}

TEST(Sentence, is_text_of_a_sensible_length) {
    EXPECT_FALSE(read_sentence("", kLabelNow).has_value());
    EXPECT_FALSE(read_sentence("\xff", kLabelNow).has_value());
    EXPECT_FALSE(read_sentence(std::string("a\0b", 3), kLabelNow).has_value());
    EXPECT_FALSE(read_sentence(std::string(4'001, 'a'), kLabelNow).has_value());
    EXPECT_TRUE(read_sentence(std::string(4'000, 'a'), kLabelNow).has_value());
}

TEST(Sentence, keeps_nothing_of_nonsense) {
    const auto reading = read("lorem ipsum dolor 床前明月光");
    EXPECT_EQ(canonical_yaml(reading.intent()), "{}\n");
    EXPECT_EQ(reading.heard_size(), 0);
}

TEST(SentenceNumber, is_read_exactly) {
    const auto value = [](std::string_view text) -> std::string {
        const FoldedText folded = fold(text);
        const auto number = read_number(folded, 0);
        if (!number || number->end != folded.characters.size()) return "none";
        const auto count = whole(number->value, 1'000);
        return count ? std::to_string(*count) : "not whole";
    };
    for (const auto& [text, count] : std::initializer_list<std::pair<const char*, const char*>>{
             {"70B", "70000000000000"},
             {"1.5万亿", "1500000000000000"},
             {"三十", "30000"},
             {"五百万", "5000000000"},
             {"一千二百三十四", "1234000"},
             {"一百二十万", "1200000000"},
             {"一万亿", "1000000000000000"},
             {"两千三百亿", "230000000000000"},
             {"千亿", "100000000000000"},
             {"十亿", "1000000000000"},
             {"一亿零五百", "100000500000"},
             {"壹佰万", "1000000000"},
             {"一点五亿", "150000000000"},
             {"１２．５", "12500"},
             {"10,000", "10000000"},
             {"forty-five", "45000"},
             {"eight thousand", "8000000"},
             {"one hundred and twenty-eight", "128000"},
             {"two hundred fifty", "250000"},
             {"twenty ten", "none"},
             {"one hundred and two hundred", "none"},
             {"5 million", "5000000000"},
             {"one thousand", "1000000"},
             {"20k", "20000000"},
             {"0.3", "300"},
             {"0.0001", "not whole"},
             {"万万万万亿", "none"},
             {"九千九百九十九万亿亿", "none"}})
        EXPECT_EQ(value(text), count) << text;
}

TEST(SentenceDay, is_the_next_of_its_name) {
    const std::chrono::sys_days today{std::chrono::year(2026) / 3 / 2};
    const auto first = [&](std::string_view text) -> std::string {
        const auto day = read_day(fold(text), 0, today);
        if (!day) return "none";
        const std::chrono::year_month_day date(day->first);
        return std::to_string(static_cast<int>(date.year())) + "-" +
               std::to_string(static_cast<unsigned>(date.month())) + "-" +
               std::to_string(static_cast<unsigned>(date.day()));
    };
    EXPECT_EQ(first("12月31日"), "2026-12-31");
    EXPECT_EQ(first("3月1日"), "2027-3-1");
    EXPECT_EQ(first("3月2号"), "2026-3-2");
    EXPECT_EQ(first("2月29日"), "2028-2-29");
    EXPECT_EQ(first("Dec 31"), "2026-12-31");
    EXPECT_EQ(first("Sept. 30th, 2027"), "2027-9-30");
    EXPECT_EQ(first("31 December"), "2026-12-31");
    EXPECT_EQ(first("2026-05-01"), "2026-5-1");
    EXPECT_EQ(first("3月底"), "2026-4-1");
    EXPECT_EQ(first("2月30日"), "none");
    EXPECT_EQ(first("13月1日"), "none");
    EXPECT_EQ(first("Dec 32"), "none");
    EXPECT_EQ(first("周五"), "2026-3-6");
    EXPECT_EQ(first("周一"), "2026-3-9");
    EXPECT_EQ(first("本周一"), "2026-3-2");
    EXPECT_EQ(first("下周一"), "2026-3-9");
    EXPECT_EQ(first("下个星期天"), "2026-3-15");
    EXPECT_EQ(first("下下周三"), "2026-3-18");
    EXPECT_EQ(first("Friday"), "2026-3-6");
    EXPECT_EQ(first("this Friday"), "2026-3-6");
    EXPECT_EQ(first("next Friday"), "2026-3-13");
    EXPECT_EQ(first("Friday of next week"), "2026-3-13");
    EXPECT_EQ(first("20号"), "2026-3-20");
    EXPECT_EQ(first("1号"), "2026-4-1");
    EXPECT_EQ(first("下个月15日"), "2026-4-15");
    EXPECT_EQ(first("15th of next month"), "2026-4-15");
    EXPECT_EQ(first("20th"), "2026-3-20");
    EXPECT_EQ(first("20th of May"), "2026-5-20");
    EXPECT_EQ(first("三月五号"), "2026-3-5");
    EXPECT_EQ(first("十二月三十一日"), "2026-12-31");
    EXPECT_EQ(first("十月底"), "2026-11-1");
    EXPECT_EQ(first("the end of June"), "2026-7-1");
    EXPECT_EQ(first("今晚"), "2026-3-2");
    EXPECT_EQ(first("15日"), "none");
    EXPECT_EQ(first("三月租"), "none");
    EXPECT_EQ(first("Fridays"), "none");
    EXPECT_EQ(first("周"), "none");
}

}  // namespace
}  // namespace penstock::intent

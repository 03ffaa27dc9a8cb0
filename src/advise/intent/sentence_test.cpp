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
}

}  // namespace
}  // namespace penstock::intent

#include <gtest/gtest.h>

#include <string>

#include "advise/intent/sentence.h"
#include "advise/intent/test_text.h"
#include "advise/intent/yaml.h"

namespace penstock::intent {
namespace {

std::string yaml(std::string_view sentence) {
    const auto reading = read_sentence(sentence, kLabelNow);
    EXPECT_TRUE(reading.has_value()) << sentence;
    if (!reading) return {};
    std::string text = canonical_yaml(reading->intent());
    for (const auto& span : reading->not_understood())
        text.append("? ").append(sentence.substr(span.begin(), span.end() - span.begin())) += '\n';
    for (const std::string& conflict : reading->conflicts()) text += "! " + conflict + '\n';
    return text;
}

TEST(SentenceLength, is_read_in_words_and_halves) {
    for (const auto& [text, length] : std::initializer_list<std::pair<const char*, const char*>>{
             {"用半小时", "30m"},
             {"用半个小时", "30m"},
             {"用一个半小时", "1h30m"},
             {"用两个半小时", "2h30m"},
             {"用一小时半", "1h30m"},
             {"用半天", "12h"},
             {"用两天半", "2d12h"},
             {"用三个半月", "105d"},
             {"用半个月", "15d"},
             {"用半年", "180d"},
             {"用一年半", "545d"},
             {"用1小时30分钟", "1h30m"},
             {"用2天12小时", "2d12h"},
             {"for an hour", "1h"},
             {"for half an hour", "30m"},
             {"for a half hour", "30m"},
             {"for an hour and a half", "1h30m"},
             {"for two and a half hours", "2h30m"},
             {"for one hour and a half", "1h30m"},
             {"for 1½ hours", "1h30m"},
             {"for 1/2 hour", "30m"},
             {"for a day and a half", "1d12h"},
             {"for half a day", "12h"},
             {"for a week", "7d"},
             {"for a week and a half", "10d12h"},
             {"for half a year", "180d"},
             {"for a year and a half", "545d"},
             {"for an hour and 30 minutes", "1h30m"},
             {"for a minute", "1m"},
             {"for 3.5 hours", "3h30m"}})
        EXPECT_EQ(yaml(text), "duration: " + std::string(length) + "\n") << text;
    EXPECT_EQ(yaml("半小时以内"), "within: 30m\n");
    EXPECT_EQ(yaml("不到一小时"), "duration: 1h\n");
}

TEST(SentenceLength, is_not_seen_in_what_is_none) {
    EXPECT_EQ(yaml("半价"), "{}\n? 半价\n");
    EXPECT_EQ(yaml("两天半价"), "duration: 2d\n? 半价\n");
    EXPECT_EQ(yaml("下半年开始"), "{}\n? 下半年\n");
    EXPECT_EQ(yaml("spend half a million yuan"), "budget: 1000000.00 CNY\n? half\n");
    EXPECT_EQ(yaml("within the hour"), "{}\n? hour\n");
}

TEST(SentenceLength, is_none_where_it_is_of_every_day) {
    EXPECT_EQ(yaml("每天8小时，16核"), "cores: 16\n? 每天\n? 8小时\n");
    EXPECT_EQ(yaml("16 cores for 8 hours a day"), "cores: 16\n? for\n? 8 hours\n? a day\n");
    EXPECT_EQ(yaml("每两小时30元"), "{}\n? 每\n? 两小时\n? 30元\n");
    EXPECT_EQ(yaml("30 yuan per half hour"), "{}\n? 30 yuan\n? per\n? half hour\n");
}

TEST(SentenceLength, of_a_price_stays_a_price) {
    for (const char* text : {"30 yuan an hour", "每小时30元", "30元一小时", "一小时30元",
                             "30 yuan per hour", "30元/小时", "hourly budget of 30 yuan"})
        EXPECT_EQ(yaml(text), "unit_price: 30.00 CNY per hour\n") << text;
    for (const char* text : {"30 yuan per card an hour", "30元一张卡一小时", "每张卡每小时30元"})
        EXPECT_EQ(yaml(text), "unit_price: 30.00 CNY per card-hour\n") << text;
    for (const char* text : {"30 yuan per core an hour", "30元一核时", "每核每小时30元"})
        EXPECT_EQ(yaml(text), "unit_price: 30.00 CNY per core-hour\n") << text;
    for (const char* text : {"3000元一个月", "一个月3000元以内", "3000 yuan a month"})
        EXPECT_EQ(yaml(text), "budget_per_month: 3000.00 CNY\n") << text;
    for (const char* text : {"0.3元/vCPU/小时", "0.3 yuan per vCPU-hour", "每核时0.3元"})
        EXPECT_EQ(yaml(text), "unit_price: 0.30 CNY per core-hour\n") << text;
    EXPECT_EQ(yaml("8核，每月2000"), "cores: 8\nbudget_per_month: 2000.00 CNY\n");
    EXPECT_EQ(yaml("总预算300，每小时不超过30"),
              "budget: 300.00 CNY\nunit_price: 30.00 CNY per hour\n");
    EXPECT_EQ(yaml("0.3 yuan per TB"), "{}\n? 0.3 yuan\n");
    EXPECT_EQ(yaml("租一个月，3000元以内"), "duration: 30d\nbudget: 3000.00 CNY\n");
    EXPECT_EQ(yaml("租一个月3000元以内，8张H100"),
              "cards: 8\nchips: [h100]\nduration: 30d\nbudget: 3000.00 CNY\n");
    EXPECT_EQ(yaml("30 yuan for an hour"), "duration: 1h\nbudget: 30.00 CNY\n");
}

TEST(SentenceCores, are_read_with_their_memory) {
    for (const char* text : {"16 CPU cores", "16 cores", "16个CPU核", "16核", "16 vCPUs", "16 CPUs",
                             "CPU 16核", "核数16", "cores: 16", "16核CPU", "16个CPU"})
        EXPECT_EQ(yaml(text), "cores: 16\n") << text;
    for (const char* text : {"16核32G内存", "16核32G", "16c32g", "16C32G", "16 cores and 32 GB",
                             "16 cores, 32 GB of RAM", "16核，内存32G", "16 vCPU / 32 GB"})
        EXPECT_EQ(yaml(text), "cores: 16\nmemory: 32GB\n") << text;
    EXPECT_EQ(yaml("16核，数据32G"), "cores: 16\ndata_size: 32GB\n");
    EXPECT_EQ(yaml("four 16-core servers"), "nodes: 4\ncores: 16\n");
    EXPECT_EQ(yaml("two 8-GPU servers"), "nodes: 2\ncards_per_node: 8\n");
    EXPECT_EQ(yaml("8 H100 with 512GB RAM"), "cards: 8\nmemory: 512GB\nchips: [h100]\n");
    EXPECT_EQ(yaml("need CPU"), "{}\n? CPU\n");
    EXPECT_EQ(yaml("1000 CPU core-hours"), "{}\n? 1000 CPU core-hours\n");
}

}  // namespace
}  // namespace penstock::intent

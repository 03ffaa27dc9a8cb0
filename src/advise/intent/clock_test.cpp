#include <gtest/gtest.h>

#include <string>

#include "advise/intent/items.h"
#include "advise/intent/sentence.h"
#include "advise/intent/test_text.h"
#include "advise/intent/value_text.h"
#include "advise/intent/yaml.h"

namespace penstock::intent {
namespace {

/// "20:00", or "none" where the whole text is no time of day.
std::string clock_of(std::string_view text, DayPart part = DayPart::none) {
    const FoldedText folded = fold(text);
    const auto clock = read_clock(folded, 0, part);
    if (!clock || clock->end != folded.characters.size() || clock->other_zone) return "none";
    const auto two = [](int value) { return std::to_string(100 + value).substr(1); };
    return two(clock->minute / 60) + ":" + two(clock->minute % 60);
}

TEST(SentenceClock, is_read_in_both_languages) {
    for (const auto& [text, clock] :
         std::initializer_list<std::pair<const char*, const char*>>{{"晚上八点", "20:00"},
                                                                    {"下午3点半", "15:30"},
                                                                    {"晚8点半", "20:30"},
                                                                    {"18:30", "18:30"},
                                                                    {"08:05", "08:05"},
                                                                    {"6 pm", "18:00"},
                                                                    {"6pm", "18:00"},
                                                                    {"6:30 p.m.", "18:30"},
                                                                    {"6.30 pm", "18:30"},
                                                                    {"12 am", "00:00"},
                                                                    {"12 pm", "12:00"},
                                                                    {"noon", "12:00"},
                                                                    {"midnight", "24:00"},
                                                                    {"中午", "12:00"},
                                                                    {"中午十二点", "12:00"},
                                                                    {"中午一点", "13:00"},
                                                                    {"凌晨两点", "02:00"},
                                                                    {"零点", "00:00"},
                                                                    {"24点", "24:00"},
                                                                    {"晚上十二点", "24:00"},
                                                                    {"二十二点", "22:00"},
                                                                    {"下午三点五十", "15:50"},
                                                                    {"三点四十五分", "03:45"},
                                                                    {"16时30分", "16:30"},
                                                                    {"十点一刻", "10:15"},
                                                                    {"six o'clock", "06:00"},
                                                                    {"8 in the evening", "20:00"},
                                                                    {"18:00 UTC+8", "18:00"},
                                                                    {"evening at 8", "20:00"},
                                                                    {"half past six pm", "18:30"},
                                                                    {"EOD", "24:00"},
                                                                    {"9 in the morning", "09:00"}})
        EXPECT_EQ(clock_of(text), clock) << text;
}

TEST(SentenceClock, is_not_seen_in_what_is_none) {
    for (const char* text :
         {"三点五", "三点五万", "一点五亿", "8", "25点", "24:30", "18:75", "下午九点", "晚上两点",
          "ten", "8时延", "3点半价", "18:00 UTC", "1234", "8 amd", "早", "晚上", "evening"})
        EXPECT_EQ(clock_of(text), "none") << text;
}

TEST(SentenceClock, takes_the_part_of_the_day_in_front) {
    EXPECT_EQ(clock_of("十点", DayPart::evening), "22:00");
    EXPECT_EQ(clock_of("零点", DayPart::evening), "24:00");
    // 今晚10张卡 is no time.
    EXPECT_EQ(clock_of("10", DayPart::evening), "none");
}

v1::IntentReading read(std::string_view sentence) {
    auto reading = read_sentence(sentence, kLabelNow);
    EXPECT_TRUE(reading.has_value()) << sentence;
    return reading ? *std::move(reading) : v1::IntentReading();
}

std::string yaml(std::string_view sentence) {
    return canonical_yaml(read(sentence).intent());
}

/// What is not understood, each part in bars.
std::string rest_of(std::string_view sentence) {
    const auto reading = read(sentence);
    std::string text = "|";
    for (const auto& span : reading.not_understood())
        text.append(sentence.substr(span.begin(), span.end() - span.begin())).append("|");
    return text;
}

// Now is Monday 2026-03-02, 09:00.
TEST(SentenceClock, gives_that_hour_of_the_day) {
    for (const auto& [text, when] : std::initializer_list<std::pair<const char*, const char*>>{
             {"by 6 pm tomorrow", "2026-03-03T18:00"},
             {"before 18:30 on Friday", "2026-03-06T18:30"},
             {"后天下午3点半之前", "2026-03-04T15:30"},
             {"今晚十点前跑完", "2026-03-02T22:00"},
             {"by 10 tonight", "2026-03-02T22:00"},
             {"before noon on Friday", "2026-03-06T12:00"},
             {"by noon", "2026-03-02T12:00"},
             {"by midnight", "2026-03-03T00:00"},
             {"by midnight tomorrow", "2026-03-04T00:00"},
             {"本周日晚上十二点前", "2026-03-09T00:00"},
             {"tomorrow by 6 pm", "2026-03-03T18:00"},
             {"不晚于12月31日23:59", "2026-12-31T23:59"},
             {"截止时间：周五下午5点", "2026-03-06T17:00"},
             {"by 2026-05-01T18:00", "2026-05-01T18:00"},
             {"by 8:30 tomorrow evening", "2026-03-03T20:30"},
             {"今天六点前", "2026-03-02T18:00"},
             {"by 8 am", "2026-03-03T08:00"},
             {"5 pm deadline tomorrow", "2026-03-03T17:00"},
             {"明天早上九点到下午六点", "2026-03-03T18:00"},
             {"明晚八点到后天早上八点", "2026-03-04T08:00"}}) {
        EXPECT_EQ(instant_text(read(text).intent().deadline_ns()), std::string(when) + "+08:00")
            << text;
        EXPECT_EQ(rest_of(text), "|") << text;
    }
    for (const auto& [text, when] : std::initializer_list<std::pair<const char*, const char*>>{
             {"明天晚上八点开始", "2026-03-03T20:00"},
             {"starting at noon tomorrow", "2026-03-03T12:00"},
             {"starting tonight at 10", "2026-03-02T22:00"},
             {"after 6 pm tomorrow", "2026-03-03T18:00"},
             {"明天下午六点以后开始", "2026-03-03T18:00"},
             {"明早八点开始", "2026-03-03T08:00"},
             {"明天早上九点到下午六点", "2026-03-03T09:00"},
             {"from 9 am to 6 pm tomorrow", "2026-03-03T09:00"},
             {"明晚八点到后天早上八点", "2026-03-03T20:00"},
             {"零点开始", "2026-03-03T00:00"}}) {
        EXPECT_EQ(instant_text(read(text).intent().start_ns()), std::string(when) + "+08:00")
            << text;
        EXPECT_EQ(rest_of(text), "|") << text;
    }
    EXPECT_EQ(yaml("明天早上九点开始，晚上八点结束"),
              "start: 2026-03-03T09:00+08:00\ndeadline: 2026-03-03T20:00+08:00\n");
}

TEST(SentenceClock, is_reported_where_it_is_not_understood) {
    EXPECT_EQ(rest_of("by 6 pm UTC tomorrow"), "|6 pm UTC|");
    EXPECT_EQ(rest_of("by tomorrow morning"), "|morning|");
    EXPECT_EQ(rest_of("明天晚上开始"), "|晚上|");
    EXPECT_EQ(rest_of("明天凌晨九点前"), "|明天|凌晨|九点|");
    EXPECT_EQ(rest_of("by this time tomorrow"), "|this time|");
    EXPECT_EQ(rest_of("有两点要求"), "|两点|");
    EXPECT_EQ(rest_of("便宜一点"), "|一点|");
    EXPECT_EQ(rest_of("GPU ratio 1:16"), "|ratio|1:16|");
    EXPECT_EQ(yaml("快一点完成"), "{}\n");
    EXPECT_EQ(yaml("周五之前，每天晚上八点开始"), "deadline: 2026-03-06T00:00+08:00\n");
}

TEST(SentenceClock, says_what_was_taken_where_it_is_in_doubt) {
    EXPECT_EQ(read("by 6:30 on Friday").notes(0),
              "Took '6:30' as 06:30; say am or pm, 上午 or 下午, where it is not.");
    EXPECT_EQ(read("by midnight").notes(0), "Took 'midnight' as the end of 2026-03-02.");
    EXPECT_EQ(read("by 18:30 on Friday").notes_size(), 0);
}

}  // namespace
}  // namespace penstock::intent

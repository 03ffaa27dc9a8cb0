#include "advise/recommend/length_text.h"

#include <gtest/gtest.h>

#include "advise/intent/slots.h"
#include "advise/recommend/slot_names.h"

namespace penstock::recommend {
namespace {

using format::Language;

TEST(LengthText, is_in_the_unit_that_people_use) {
    const auto english = [](std::int64_t length) {
        return length_text(seconds(length), Language::english);
    };
    EXPECT_EQ(english(0), "0 s");
    EXPECT_EQ(english(119), "119 s");
    EXPECT_EQ(english(600), "10 min");
    EXPECT_EQ(english(7'199), "120 min");
    EXPECT_EQ(english(7'200), "2.0 h");
    EXPECT_EQ(english(47 * 3'600), "47.0 h");
    EXPECT_EQ(english(60 * 3'600), "2.5 days");
    EXPECT_EQ(length_text(seconds(600), Language::chinese), "10 分钟");
    EXPECT_EQ(length_text(seconds(5), Language::chinese), "5 秒");
}

TEST(SlotName, is_there_in_chinese_for_every_slot) {
    for (const intent::Slot& slot : intent::slots()) {
        EXPECT_EQ(slot_name(slot.name, Language::english), slot.name);
        const bool is_latin = slot.name == "pue";
        EXPECT_TRUE(is_latin || slot_name(slot.name, Language::chinese) != slot.name) << slot.name;
    }
    EXPECT_EQ(slot_value("places", "guizhou", Language::chinese), "贵州");
    EXPECT_EQ(slot_value("places", "guizhou", Language::english), "guizhou");
    EXPECT_EQ(slot_value("workload", "fine-tuning", Language::chinese), "微调");
    EXPECT_EQ(slot_value("budget", "10.00 CNY", Language::chinese), "10.00 CNY");
}

}  // namespace
}  // namespace penstock::recommend

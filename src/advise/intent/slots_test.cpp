#include "advise/intent/slots.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "advise/intent/test_text.h"
#include "advise/intent/value_text.h"
#include "advise/intent/yaml.h"

namespace penstock::intent {
namespace {

std::string set_and_show(std::string_view name, std::string_view text) {
    v1::Intent intent;
    const auto set = set_slot(intent, *find_slot(name), text);
    if (!set) return std::string(set.error().reason());
    return slot_values(intent, *find_slot(name))[0];
}

TEST(Slot, is_read_from_its_own_example) {
    for (const Slot& slot : slots()) {
        v1::Intent intent;
        const auto set = set_slot(intent, slot, slot.example);
        ASSERT_TRUE(set.has_value()) << slot.name << ": " << set.error().message();
        const auto values = slot_values(intent, slot);
        ASSERT_EQ(values.size(), 1U) << slot.name;
        v1::Intent again;
        ASSERT_TRUE(set_slot(again, slot, values[0]).has_value()) << values[0];
        EXPECT_EQ(intent.SerializeAsString(), again.SerializeAsString()) << slot.name;
    }
}

TEST(Slot, has_one_way_of_writing) {
    EXPECT_EQ(set_and_show("parameters", "70B"), "70B");
    EXPECT_EQ(set_and_show("parameters", "70000000000"), "70B");
    EXPECT_EQ(set_and_show("parameters", "0.07T"), "70B");
    EXPECT_EQ(set_and_show("tokens", "1.5T"), "1.5T");
    EXPECT_EQ(set_and_show("tokens", "1234567"), "1234.567K");
    EXPECT_EQ(set_and_show("cards", "1024"), "1024");
    EXPECT_EQ(set_and_show("within", "720h"), "30d");
    EXPECT_EQ(set_and_show("within", "90s"), "1m30s");
    EXPECT_EQ(set_and_show("data_size", "80GiB"), "80GiB");
    EXPECT_EQ(set_and_show("data_size", "0.5TB"), "500GB");
    EXPECT_EQ(set_and_show("budget", "5000000 CNY"), "5000000.00 CNY");
    EXPECT_EQ(set_and_show("unit_price", "0.3 CNY per frame"), "0.30 CNY per frame");
    EXPECT_EQ(set_and_show("flops", "314e21"), "3.14e23");
    EXPECT_EQ(set_and_show("deadline", "2026-12-31"), "2027-01-01T00:00+08:00");
    EXPECT_EQ(set_and_show("start", "2026-12-31"), "2026-12-31T00:00+08:00");
    EXPECT_EQ(set_and_show("deadline", "2026-12-30T16:00:00Z"), "2026-12-31T00:00+08:00");
    EXPECT_EQ(set_and_show("latency", "0.5ms from 上海 one-way"), "500us from shanghai one-way");
    EXPECT_EQ(set_and_show("green_share", "33.5%"), "33.5%");
    EXPECT_EQ(set_and_show("carbon_total", "1.5 t"), "1500 kg");
    EXPECT_EQ(set_and_show("chips", "昇腾910B"), "ascend-910b");
    EXPECT_EQ(set_and_show("places", "Xi'an"), "xian");
}

TEST(Slot, refuses_what_it_cannot_hold) {
    for (const auto& [name, text] : std::initializer_list<std::pair<const char*, const char*>>{
             {"parameters", "1000000000B"},
             {"parameters", "-7B"},
             {"parameters", "7b"},
             {"parameters", "1.00000001K"},
             {"cards", "0"},
             {"cards", "1.5"},
             {"budget", "-5 CNY"},
             {"budget", "0 CNY"},
             {"budget", "5"},
             {"budget", "5 yuan"},
             {"budget", "9e18 CNY"},
             {"within", "0d"},
             {"within", "1h1d"},
             {"within", "4000d"},
             {"within", "1.5d"},
             {"deadline", "2026-13-01"},
             {"deadline", "2026-02-30"},
             {"deadline", "tomorrow"},
             {"green_share", "101%"},
             {"green_share", "80"},
             {"pue", "0.9"},
             {"latency", "10"},
             {"latency", "0ms"},
             {"latency", "10ms of shanghai"},
             {"availability", "99.99999%"},
             {"security_level", "5"},
             {"unit_price", "5 CNY"},
             {"unit_price", "5 CNY per moon"},
             {"workload", "training"},
             {"jurisdiction", "China"},
             {"chips_certified", "false"},
             {"objective_weights", "price"},
             {"flops", "1e14"},
             {"card_memory", "80"},
             {"request_rate", "500"},
             {"request_rate", "5/week"}})
        EXPECT_EQ(set_and_show(name, text), "INTENT_VALUE") << name << " " << text;
    for (const auto& [name, text] : std::initializer_list<std::pair<const char*, const char*>>{
             {"chips", "H1000"}, {"places", "Atlantis"}, {"model", "llamma"}, {"residence", "own"}})
        EXPECT_EQ(set_and_show(name, text), "INTENT_UNKNOWN_NAME") << name << " " << text;
}

TEST(Slot, stands_in_the_guide) {
    const std::string guide = read_text(PENSTOCK_INTENT_GUIDE);
    for (const Slot& slot : slots())
        EXPECT_NE(guide.find("`" + std::string(slot.name) + "`"), std::string::npos) << slot.name;
}

TEST(Slot, names_the_nearest_of_an_unknown_name) {
    v1::Intent intent;
    const auto set = set_slot(intent, *find_slot("places"), "shangai");
    ASSERT_FALSE(set.has_value());
    EXPECT_NE(set.error().detail().find("shanghai"), std::string::npos) << set.error().detail();
    EXPECT_EQ(set.error().field(), "places");
}

TEST(Alternative, is_laid_over_the_common_part) {
    v1::Intent common;
    ASSERT_TRUE(set_slot(common, *find_slot("chips"), "h100").has_value());
    ASSERT_TRUE(set_slot(common, *find_slot("cards"), "64").has_value());
    v1::Intent part;
    ASSERT_TRUE(set_slot(part, *find_slot("chips"), "a100").has_value());
    *common.add_ordered() = part;
    EXPECT_EQ(canonical_json(lay_over(common, part)), R"({"cards":64,"chips":["a100"]})");
}

RC_GTEST_PROP(Slot, count_is_written_and_read_exactly, ()) {
    const auto count = *rc::gen::inRange<std::uint64_t>(1'000, 1'000'000'000'000'000);
    v1::Intent intent;
    RC_ASSERT(set_slot(intent, *find_slot("tokens"), count_text(count)).has_value());
    RC_ASSERT(intent.tokens() == count);
}

RC_GTEST_PROP(Slot, bytes_and_lengths_are_written_and_read_exactly, ()) {
    const auto bytes = *rc::gen::inRange<std::uint64_t>(1, 1'000'000'000'000'000'000);
    const auto seconds = *rc::gen::inRange<std::uint64_t>(1, 300'000'000);
    const auto minutes = *rc::gen::inRange<std::int64_t>(16'000'000, 70'000'000);
    v1::Intent intent;
    RC_ASSERT(set_slot(intent, *find_slot("data_size"), bytes_text(bytes)).has_value());
    RC_ASSERT(set_slot(intent, *find_slot("within"), seconds_text(seconds)).has_value());
    RC_ASSERT(
        set_slot(intent, *find_slot("start"), instant_text(minutes * 60'000'000'000)).has_value());
    RC_ASSERT(intent.data_size_bytes() == bytes);
    RC_ASSERT(intent.within_seconds() == static_cast<std::int64_t>(seconds));
    RC_ASSERT(intent.start_ns() == minutes * 60'000'000'000);
}

}  // namespace
}  // namespace penstock::intent

#include "advise/intent/message.h"

#include <gtest/gtest.h>

#include <string>

#include "advise/intent/slots.h"
#include "advise/intent/yaml.h"

namespace penstock::intent {
namespace {

std::string refused(const v1::Intent& message) {
    const auto read = read_message(message);
    return read ? "" : std::string(read.error().reason()) + " " + read.error().field();
}

TEST(IntentMessage, is_taken_as_its_yaml_is) {
    v1::Intent intent;
    for (const Slot& slot : slots()) {
        if (slot.name == "objective_weights") continue;
        ASSERT_TRUE(set_slot(intent, slot, slot.example)) << slot.name;
    }
    intent.add_ordered()->add_chips("h100");
    intent.add_ordered()->set_cards(16);
    const auto read = read_message(intent);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(canonical_yaml(*read), canonical_yaml(intent));
    EXPECT_EQ(canonical_yaml(*parse_intent(canonical_yaml(intent))), canonical_yaml(*read));
}

TEST(IntentMessage, is_refused_where_its_yaml_would_be) {
    v1::Intent intent;
    intent.add_places("atlantis");
    EXPECT_EQ(refused(intent), "INTENT_UNKNOWN_NAME places");
    intent.Clear();
    intent.set_within_seconds(-1);
    EXPECT_EQ(refused(intent), "INTENT_VALUE within");
    intent.Clear();
    intent.mutable_budget()->set_micros(-5);
    EXPECT_EQ(refused(intent), "INTENT_VALUE budget");
    intent.Clear();
    intent.set_workload(static_cast<v1::WorkloadClass>(99));
    EXPECT_EQ(refused(intent), "INTENT_VALUE workload");
    intent.Clear();
    for (int i = 0; i < 65; ++i) intent.add_places("hangzhou");
    EXPECT_EQ(refused(intent), "INTENT_VALUE places");
    intent.Clear();
    intent.add_any_of()->set_cards(8);
    EXPECT_EQ(refused(intent), "INTENT_VALUE any_of");
    intent.add_any_of()->set_security_level(9);
    EXPECT_EQ(refused(intent), "INTENT_VALUE any_of[1].security_level");
    intent.mutable_any_of(1)->set_security_level(2);
    EXPECT_EQ(refused(intent), "");
    intent.mutable_any_of(1)->add_ordered()->set_cards(4);
    EXPECT_EQ(refused(intent), "INTENT_VALUE any_of[1].ordered");
}

}  // namespace
}  // namespace penstock::intent

#include "advise/intent/yaml.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::intent {
namespace {

TEST(IntentYaml, has_one_form) {
    const auto intent = parse_intent(R"(budget: 5e6 CNY
places: [长三角, shanghai, 上海]
parameters: 70000M
ordered:
  - {chips: [910c]}
  - chips: Cambricon
    cards: 64
)");
    ASSERT_TRUE(intent.has_value()) << intent.error().message();
    const std::string yaml = canonical_yaml(*intent);
    EXPECT_EQ(yaml, R"(parameters: 70B
budget: 5000000.00 CNY
places: [yangtze-river-delta, shanghai]
ordered:
  - chips: [ascend-910c]
  - cards: 64
    chips: [cambricon]
)");
    const auto again = parse_intent(yaml);
    ASSERT_TRUE(again.has_value()) << again.error().message();
    EXPECT_EQ(again->SerializeAsString(), intent->SerializeAsString());
    const auto json = parse_intent(canonical_json(*intent), "intent.json");
    ASSERT_TRUE(json.has_value()) << json.error().message();
    EXPECT_EQ(json->SerializeAsString(), intent->SerializeAsString());
}

TEST(IntentYaml, says_where_it_is_wrong) {
    const auto place_of = [](const char* text) {
        const auto intent = parse_intent(text, "i.yaml");
        return intent ? std::string("read")
                      : intent.error().field() + " " +
                            intent.error().detail().substr(0, intent.error().detail().find(": "));
    };
    EXPECT_EQ(place_of("cards: 8\nbuget: 5 CNY\n"), "buget i.yaml:2:1");
    EXPECT_EQ(place_of("cards: many\n"), "cards i.yaml:1:8");
    EXPECT_EQ(place_of("places: [shanghai, atlantis]\n"), "places[1] i.yaml:1:20");
    EXPECT_EQ(place_of("cards: [1, 2]\n"), "cards i.yaml:1:8");
    EXPECT_EQ(place_of("any_of: [{cards: 1}, {card: 2}]\n"), "any_of[1].card i.yaml:1:23");
    EXPECT_EQ(place_of("any_of: [{cards: 1}]\n"), "any_of i.yaml:1:9");
    EXPECT_EQ(place_of("any_of: [{ordered: []}, {}]\n"), "any_of[0].ordered i.yaml:1:11");
    EXPECT_EQ(place_of("cards:\n"), "cards i.yaml:1:7");
    EXPECT_EQ(place_of("- cards\n"), " i.yaml:1:1");
    EXPECT_EQ(place_of("cards: 1\ncards: 2\n"), " i.yaml:2:1");
    EXPECT_EQ(place_of("objective: [price, price]\n"), "objective[1] i.yaml:1:20");
}

TEST(IntentYaml, suggests_the_nearest_field) {
    const auto intent = parse_intent("buget: 5 CNY\n");
    ASSERT_FALSE(intent.has_value());
    EXPECT_EQ(intent.error().reason(), "INTENT_UNKNOWN_FIELD");
    EXPECT_NE(intent.error().detail().find("budget"), std::string::npos);
}

}  // namespace
}  // namespace penstock::intent

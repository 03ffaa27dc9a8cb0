#include "advise/intent/check.h"

#include <gtest/gtest.h>

#include <string>

#include "advise/intent/light.h"
#include "advise/intent/test_text.h"
#include "advise/intent/yaml.h"

namespace penstock::intent {
namespace {

/// The fields that contradict something.
std::string conflicts_of(const std::string& yaml) {
    const auto intent = parse_intent(yaml);
    if (!intent) return intent.error().message();
    std::string fields;
    for (const Error& error : check_intent(*intent, kLabelNow))
        fields.append(fields.empty() ? "" : " ").append(error.field());
    return fields;
}

TEST(IntentCheck, finds_no_fault_in_what_can_be_meant) {
    for (const char* yaml :
         {"{}", "{start: 2026-04-01, deadline: 2026-04-01}",
          "{chip_origin: domestic, chips: [ascend-910b, cambricon]}",
          "{chips: [nvidia], chips_excluded: [h100]}",
          "{places: [yangtze-river-delta], places_excluded: [anhui]}",
          "{residence: jiangsu, places: [yangtze-river-delta]}",
          "{residence: own-province, data_place: fuzhou, places: [fujian]}",
          "{latency: [10ms from shanghai], places: [beijing]}",
          "{latency: [10ms from shanghai], places: [beijing, nanjing]}",
          "{nodes: 8, cards_per_node: 8, cards: 64}", "{chips: [a100], card_memory: 80GB}",
          "{budget: 5 CNY, unit_price: 5 CNY per card-hour}"})
        EXPECT_EQ(conflicts_of(yaml), "") << yaml;
}

TEST(IntentCheck, names_contradictions) {
    for (const auto& [yaml, field] : std::initializer_list<std::pair<const char*, const char*>>{
             {"{start: 2026-05-01, deadline: 2026-04-01}", "deadline"},
             {"{deadline: 2026-01-01}", "deadline"},
             {"{within: 10d, duration: 20d}", "duration"},
             {"{start: 2026-04-01, deadline: 2026-04-10, duration: 11d}", "duration"},
             {"{chip_origin: domestic, chips: [h100]}", "chips"},
             {"{chip_origin: foreign, chips: [ascend-910b]}", "chips"},
             {"{chips: [h100], chips_excluded: [h100]}", "chips"},
             {"{chips: [h100], chips_excluded: [nvidia]}", "chips"},
             {"{chips: [t4], card_memory: 80GB}", "card_memory"},
             {"{places: [nanjing], places_excluded: [jiangsu]}", "places"},
             {"{places: [nanjing], places_excluded: [yangtze-river-delta]}", "places"},
             {"{residence: jiangsu, places_excluded: [east-china]}", "residence"},
             {"{residence: jiangsu, places: [beijing]}", "residence"},
             {"{residence: own-province, data_place: fuzhou, places: [beijing]}", "residence"},
             {"{residence: jiangsu, data_place: fuzhou}", "residence"},
             {"{latency: [3ms from shanghai], places: [beijing]}", "latency"},
             {"{latency: [6ms from shanghai round-trip], places: [beijing]}", "latency"},
             {"{latency: [3ms from shanghai], residence: beijing}", "latency"},
             {"{latency: [1ms from shanghai, 1ms from beijing]}", "latency"},
             {"{budget: 5 CNY, budget_per_month: 5 USD}", "budget"},
             {"{budget: 5 CNY, unit_price: 6 CNY per frame}", "unit_price"},
             {"{cards_min: 9, cards_max: 8}", "cards_min"},
             {"{cards: 7, cards_min: 8}", "cards"},
             {"{nodes: 2, cards_per_node: 8, cards_max: 8}", "cards"},
             {"{nodes: 2, cards_per_node: 8, cards: 8}", "cards"},
             {"{parameters: 7B, active_parameters: 8B}", "active_parameters"},
             {"{workload: pre-training, frames: 8}", "frames"},
             {"{workload: rendering, tokens: 1B}", "workload"},
             {"{objective: [price], objective_weights: [time=3]}", "objective"},
             {"{chip_origin: domestic, ordered: [{chips: [ppu]}, {chips: [h100]}]}", "chips"},
             {"{any_of: [{cards: 1}, {cards: 2}], ordered: [{cards: 1}, {cards: 2}]}", "any_of"}})
        EXPECT_EQ(conflicts_of(yaml), field) << yaml;
}

TEST(Light, is_never_slower_than_what_is_claimed) {
    // Shanghai to Beijing: 1,068 km along the great circle, 5.23 ms in glass, less their extents.
    EXPECT_GT(light_delay_us("shanghai", "beijing"), 4'000);
    EXPECT_LT(light_delay_us("shanghai", "beijing"), 5'232);
    EXPECT_EQ(light_delay_us("shanghai", "beijing"), light_delay_us("beijing", "shanghai"));
    EXPECT_EQ(light_delay_us("shanghai", "yangtze-river-delta"), 0);
    EXPECT_EQ(light_delay_us("shanghai", "hong-kong"), 0) << "no city of it is known";
}

}  // namespace
}  // namespace penstock::intent

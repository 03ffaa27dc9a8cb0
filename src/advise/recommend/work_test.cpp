#include "advise/recommend/work.h"

#include <gtest/gtest.h>

#include "advise/recommend/error.h"

namespace penstock::recommend {
namespace {

const estimate::Estimator& estimator() {
    static const auto kEstimator = estimate::Estimator::shipped();
    return *kEstimator;
}

v1::Intent training() {
    v1::Intent intent;
    intent.set_workload(v1::WORKLOAD_CLASS_PRE_TRAINING);
    intent.set_parameters(70'000'000'000);
    intent.set_tokens(1'000'000'000'000);
    return intent;
}

TEST(ChipWork, is_what_the_estimator_says) {
    const auto need = need_of(training(), estimator());
    ASSERT_TRUE(need);
    const auto chip = estimator().chips.find("A100");
    const auto work = ChipWork::make(estimator(), *need, *chip, 8);
    ASSERT_TRUE(work);
    for (const double cards : {64.0, 200.0, 1'000.0, 4'096.0}) {
        auto request = need->training;
        request.device = chip->model;
        request.devices = cards;
        const auto run = estimate_training(estimator(), request);
        ASSERT_TRUE(run);
        EXPECT_NEAR(work->card_hours(cards) / run->device_hours.expected, 1, 0.002) << cards;
    }
    EXPECT_EQ(work->least() % 8, 0U);
}

TEST(ChipWork, finds_the_fewest_that_are_in_time) {
    const auto need = need_of(training(), estimator());
    const auto work = ChipWork::make(estimator(), *need, *estimator().chips.find("H100"), 8);
    ASSERT_TRUE(work);
    const std::uint32_t fewest = work->fewest(720, 4'096);
    EXPECT_LE(work->hours(fewest), 720);
    EXPECT_GT(work->hours(fewest - work->unit()), 720);
    EXPECT_EQ(work->fewest(1, 4'096), 0U);
}

TEST(ChipWork, knows_what_no_card_can_do) {
    auto intent = training();
    intent.set_precision(v1::NUMBER_FORMAT_FP8);
    const auto need = need_of(intent, estimator());
    // An A100 has no cores for FP8.
    EXPECT_FALSE(ChipWork::make(estimator(), *need, *estimator().chips.find("A100"), 8));
}

struct Unclear {
    std::string field;
    std::function<void(v1::Intent&)> change;
};

TEST(Need, names_the_slot_that_is_missing) {
    const std::vector<Unclear> all{
        {"cards", [](v1::Intent& intent) { intent.Clear(); }},
        {"tokens", [](v1::Intent& intent) { intent.clear_tokens(); }},
        {"parameters", [](v1::Intent& intent) { intent.clear_parameters(); }},
        {"workload", [](v1::Intent& intent) { intent.clear_workload(); }},
        {"precision", [](v1::Intent& intent) { intent.set_precision(v1::NUMBER_FORMAT_FP64); }},
        {"frames",
         [](v1::Intent& intent) {
             intent.Clear();
             intent.set_frames(2'400);
         }},
    };
    for (const Unclear& one : all) {
        auto intent = training();
        one.change(intent);
        const auto need = need_of(intent, estimator());
        ASSERT_FALSE(need) << one.field;
        EXPECT_EQ(need.error().field(), one.field);
    }
}

TEST(Need, knows_the_experts_of_a_named_model) {
    auto intent = training();
    intent.set_model("deepseek-v3");
    intent.set_parameters(671'000'000'000);
    const auto need = need_of(intent, estimator());
    ASSERT_TRUE(need);
    const auto named = ChipWork::make(estimator(), *need, *estimator().chips.find("H100"), 8);
    intent.clear_model();
    const auto dense = ChipWork::make(estimator(), *need_of(intent, estimator()),
                                      *estimator().chips.find("H100"), 8);
    ASSERT_TRUE(named && dense);
    EXPECT_LT(named->card_hours(2'048), dense->card_hours(2'048) / 5);
}

TEST(Need, keeps_the_work_where_cards_are_said_too) {
    auto intent = training();
    intent.set_cards(512);
    intent.set_duration_seconds(86'400);
    const auto need = need_of(intent, estimator());
    ASSERT_TRUE(need);
    EXPECT_EQ(need->kind, WorkKind::training);
    EXPECT_EQ(need->cards_most, 512U);
}

TEST(Need, takes_an_hour_where_nothing_was_said_and_says_so) {
    v1::Intent intent;
    intent.set_cards(8);
    const auto need = need_of(intent, estimator());
    ASSERT_TRUE(need);
    EXPECT_EQ(need->hours, 1);
    EXPECT_EQ(need->notes.size(), 1U);
}

}  // namespace
}  // namespace penstock::recommend

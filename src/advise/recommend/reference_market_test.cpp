#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "advise/estimate/facts.h"
#include "advise/recommend/market.h"

namespace penstock::recommend {
namespace {

constexpr Instant kNow{1'795'000'000'000'000'000};

class ReferenceMarketTest : public testing::Test {
  protected:
    const estimate::ChipTable chips_ =
        *estimate::ChipTable::read(estimate::chips_csv(), "chips.csv");
    const Market market_ = *reference_market(chips_, kNow);
};

TEST_F(ReferenceMarketTest, offers_each_chinese_price_at_every_place) {
    EXPECT_TRUE(market_.is_reference);
    EXPECT_EQ(market_.places.size(), 45U);
    EXPECT_EQ(market_.offers.size() % market_.places.size(), 0U);
    EXPECT_GT(market_.offers.size(), 1'000U);
    std::set<std::string> ids;
    for (const Offer& offer : market_.offers) {
        EXPECT_GT(offer.card_hour, Money{0});
        EXPECT_FALSE(offer.source.empty());
        EXPECT_TRUE(ids.insert(offer.id).second) << offer.id;
        EXPECT_LT(offer.chip, market_.chips.size());
    }
}

TEST_F(ReferenceMarketTest, knows_the_grid_of_each_place) {
    for (const MarketPlace& place : market_.places) {
        // Nobody publishes a factor of Tibet.
        EXPECT_EQ(place.carbon_g_per_kwh > 0, place.id != "lhasa") << place.id;
        EXPECT_TRUE(place.delay_id.has_value()) << place.id;
        if (place.id == "shanghai") {
            EXPECT_EQ(place.carbon_g_per_kwh, 574U);
        }
        if (place.id == "guiyang") {
            EXPECT_EQ(place.carbon_g_per_kwh, 568U);
        }
    }
}

TEST_F(ReferenceMarketTest, tells_domestic_chips) {
    const auto at = [&](std::string_view model) {
        return *std::ranges::find(market_.chips, model,
                                  [](const MarketChip& one) { return one.chip.model; });
    };
    EXPECT_TRUE(at("Ascend 910B (generic)").domestic);
    EXPECT_FALSE(at("A100-SXM4-80GB").domestic);
}

TEST(ChipIds, are_of_the_very_chip) {
    const auto chips = *estimate::ChipTable::read(estimate::chips_csv(), "chips.csv");
    const auto has = [&](std::string_view model, std::string_view id) {
        const auto ids = ids_of(*chips.find(model));
        return std::ranges::find(ids, id) != ids.end();
    };
    EXPECT_TRUE(has("H20-96GB", "h20"));
    EXPECT_FALSE(has("H200-SXM5-141GB", "h20"));
    EXPECT_TRUE(has("H200-SXM5-141GB", "h200"));
    EXPECT_TRUE(has("A100-SXM4-80GB", "a100"));
    EXPECT_FALSE(has("A100-SXM4-80GB", "a10"));
    EXPECT_TRUE(has("L40S", "l40s"));
    EXPECT_FALSE(has("L40S", "l4"));
    EXPECT_TRUE(has("DCU K100 AI", "hygon-k100-ai"));
    EXPECT_FALSE(has("DCU K100 AI", "hygon-k100"));
    EXPECT_TRUE(has("DCU K100 AI", "hygon"));
    EXPECT_TRUE(has("Ascend 910B1", "ascend-910b"));
}

TEST(DayProfile, means_what_its_hours_say) {
    std::array<std::uint32_t, 24> hours{};
    for (std::size_t i = 0; i < 24; ++i) hours[i] = i < 8 ? 400 : 1'300;
    const DayProfile day(hours);
    constexpr std::int64_t kHour = 3'600'000'000'000;
    EXPECT_NEAR(day.mean(Instant{0}, 24), 1, 1e-12);
    EXPECT_NEAR(day.mean(Instant{0}, 8), 0.4, 1e-12);
    EXPECT_NEAR(day.mean(Instant{7 * kHour}, 2), 0.85, 1e-12);
    EXPECT_NEAR(day.mean(Instant{23 * kHour + kHour / 2}, 1), 0.85, 1e-12);
    EXPECT_NEAR(day.mean(Instant{12 * kHour}, 240), 1, 1e-12);
    EXPECT_EQ(day.least(), 0.4);
}

}  // namespace
}  // namespace penstock::recommend

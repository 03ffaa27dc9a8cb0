#include "shell/bills/energy.h"

#include <gtest/gtest.h>

#include <limits>

namespace penstock::bills {
namespace {

constexpr Wide kUnit = 1'000'000'000;

/// Cards of 700 W on a site with a PUE of 1.28 and a grid of 583.4 g/kWh.
v1::PricePlan plan() {
    v1::PricePlan made;
    v1::StatedEnergy& cards = *made.add_energy();
    cards.set_component("cards");
    cards.set_milliwatt_hours(700'000);
    cards.set_pue_thousandths(1'280);
    cards.set_carbon_milligrams_per_kwh(583'400);
    return made;
}

v1::SettlementLine line_of(Wide quantity_nanos, const v1::PricePlan& by = plan(),
                           v1::SettlementLineKind kind = v1::SETTLEMENT_LINE_USAGE) {
    v1::SettlementLine line;
    line.set_kind(kind);
    add_energy(by, "cards", quantity_nanos, line);
    return line;
}

TEST(Energy, is_quantity_by_power_by_pue_and_carbon_by_the_grid) {
    const v1::SettlementLine line = line_of(10 * kUnit);
    EXPECT_EQ(line.energy_kwh_micros(), 8'960'000);  // 10 h × 0.7 kW × 1.28.
    EXPECT_EQ(line.carbon_kg_micros(), 5'227'264);   // × 0.5834 kg.
}

// facts.md: 2,463.12 kW for 8,760 h are 21,576,931 kWh, by 0.5834 kg/kWh 12,587.98 t.
TEST(Energy, agrees_with_a_year_of_a_site) {
    v1::PricePlan site = plan();
    site.mutable_energy(0)->set_milliwatt_hours(2'463'120'000);
    site.mutable_energy(0)->set_pue_thousandths(1'000);
    const v1::SettlementLine line = line_of(8'760 * kUnit, site);
    EXPECT_EQ(line.energy_kwh_micros(), 21'576'931'200'000);
    EXPECT_EQ(line.carbon_kg_micros(), 12'587'981'662'080);
}

TEST(Energy, is_rounded_to_the_nearest_millionth) {
    v1::PricePlan tiny = plan();
    tiny.mutable_energy(0)->set_milliwatt_hours(1);
    tiny.mutable_energy(0)->set_pue_thousandths(1'000);
    EXPECT_EQ(line_of(kUnit / 2, tiny).energy_kwh_micros(), 0);
    EXPECT_EQ(line_of(kUnit / 2 + 1, tiny).energy_kwh_micros(), 1);
    EXPECT_EQ(line_of(-kUnit / 2 - 1, tiny).energy_kwh_micros(), -1);
}

TEST(Energy, is_unknown_where_nothing_is_stated_or_nothing_used) {
    EXPECT_FALSE(line_of(kUnit, {}).has_energy_kwh_micros());
    EXPECT_FALSE(line_of(kUnit, plan(), v1::SETTLEMENT_LINE_SHORTFALL).has_energy_kwh_micros());
    EXPECT_TRUE(line_of(kUnit, plan(), v1::SETTLEMENT_LINE_COVERED).has_energy_kwh_micros());
    v1::PricePlan of_unknown_grid = plan();
    of_unknown_grid.mutable_energy(0)->clear_carbon_milligrams_per_kwh();
    EXPECT_TRUE(line_of(kUnit, of_unknown_grid).has_energy_kwh_micros());
    EXPECT_FALSE(line_of(kUnit, of_unknown_grid).has_carbon_kg_micros());
}

TEST(Energy, is_left_out_where_it_does_not_fit) {
    constexpr Wide kMost = std::numeric_limits<std::int64_t>::max();
    v1::PricePlan large = plan();
    large.mutable_energy(0)->set_milliwatt_hours(1'000'000'000'000);
    EXPECT_FALSE(line_of(kMost, large).has_energy_kwh_micros());
    EXPECT_FALSE(line_of(kMost * kMost, large).has_energy_kwh_micros());
    large.mutable_energy(0)->set_carbon_milligrams_per_kwh(5'000'000);
    const v1::SettlementLine line = line_of(5'000'000 * kUnit, large);
    EXPECT_TRUE(line.has_energy_kwh_micros());
    EXPECT_FALSE(line.has_carbon_kg_micros());
}

TEST(Work, is_core_hours_by_the_measured_rate) {
    v1::SettlementLine line;
    line.set_kind(v1::SETTLEMENT_LINE_USAGE);
    add_work(25'000, 8 * kUnit, line);
    EXPECT_FALSE(line.has_pflop_hours_micros()) << "not of core-hours";
    line.set_unit(v1::PRICE_UNIT_CORE_HOUR);
    add_work(0, 8 * kUnit, line);
    EXPECT_FALSE(line.has_pflop_hours_micros()) << "not measured";
    add_work(25'000, 8 * kUnit, line);  // 8 h × 25 GFLOPS are 200 GFLOPS·h.
    EXPECT_EQ(line.pflop_hours_micros(), 200);
    line.clear_pflop_hours_micros();
    add_work(std::numeric_limits<std::int64_t>::max(), kUnit * kUnit, line);
    EXPECT_FALSE(line.has_pflop_hours_micros()) << "does not fit";
}

}  // namespace
}  // namespace penstock::bills

#include "core/pricing/plan.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/archive.h"
#include "core/pricing/error.h"
#include "core/pricing/read_plan.h"
#include "core/pricing/test_plan.h"

namespace penstock::pricing {
namespace {

/// A plan that uses everything there is to say.
v1::PricePlan rich_message() {
    v1::PricePlan plan;
    plan.set_version(3);
    plan.set_effective_from_ns(at("2026-12-01").ns);
    plan.set_currency("CNY");
    plan.set_utc_offset_minutes(480);
    plan.set_billing_period(v1::BILLING_PERIOD_MONTH);
    v1::PriceComponent& cards = *plan.add_components();
    cards.set_name("cards");
    cards.set_unit(v1::PRICE_UNIT_CARD_HOUR);
    cards.add_tiers()->set_price_micros(12 * kYuan);
    v1::PriceBand& night = *cards.add_bands();
    night.set_name("night");
    night.set_price_micros(5 * kYuan);
    night.set_from_minute(22 * 60);
    night.set_to_minute(6 * 60);
    night.add_days(v1::DAY_KIND_FRIDAY);
    night.add_days(v1::DAY_KIND_HOLIDAY);
    night.add_months(7);
    night.add_months(12);
    cards.mutable_commitment()->set_units(1'000);
    cards.mutable_commitment()->set_shortfall_price_micros(kYuan);
    cards.set_missing_usage(v1::MISSING_USAGE_COMMITTED);
    v1::PriceComponent& tokens = *plan.add_components();
    tokens.set_name("tokens");
    tokens.set_unit(v1::PRICE_UNIT_MILLION_TOKENS);
    tokens.set_tiering(v1::TIERING_GRADUATED);
    v1::PriceTier& first = *tokens.add_tiers();
    first.set_up_to_units(100);
    first.set_price_micros(4 * kYuan);
    tokens.add_tiers()->set_price_micros(3 * kYuan);
    tokens.mutable_blocks()->set_units_per_block(10);
    tokens.mutable_blocks()->set_price_per_block_micros(30 * kYuan);
    tokens.mutable_blocks()->set_blocks_per_period(2);
    tokens.set_missing_usage(v1::MISSING_USAGE_ZERO);
    v1::SpecialDay& leap = *plan.add_special_days();
    leap.set_date("2028-02-29");
    leap.set_counts_as(v1::DAY_KIND_HOLIDAY);
    return plan;
}

/// The same, with the energy of its cards stated.
v1::PricePlan message_with_energy() {
    v1::PricePlan plan = rich_message();
    v1::StatedEnergy& stated = *plan.add_energy();
    stated.set_component("cards");
    stated.set_milliwatt_hours(700'000);
    stated.set_pue_thousandths(1'280);
    stated.set_carbon_milligrams_per_kwh(583'400);
    return plan;
}

TEST(PricePlan, keeps_the_energy_that_is_stated) {
    const auto plan = read_plan(message_with_energy());
    ASSERT_TRUE(plan) << plan.error().field();
    EXPECT_EQ(describe_plan(*plan).SerializeAsString(), message_with_energy().SerializeAsString());
    EXPECT_TRUE(plan->canonical_bytes().starts_with("penstock-price-plan/2\n"));
    EXPECT_NE(plan->digest(), read_plan(rich_message())->digest());
    v1::PricePlan of_unknown_carbon = message_with_energy();
    of_unknown_carbon.mutable_energy(0)->clear_carbon_milligrams_per_kwh();
    EXPECT_NE(plan->digest(), read_plan(of_unknown_carbon)->digest());
    EXPECT_FALSE(
        describe_plan(*read_plan(of_unknown_carbon)).energy(0).has_carbon_milligrams_per_kwh());
}

TEST(PricePlan, keeps_what_the_message_says) {
    const auto plan = read_plan(rich_message());
    ASSERT_TRUE(plan) << plan.error().field();
    EXPECT_EQ(describe_plan(*plan).SerializeAsString(), rich_message().SerializeAsString());
    EXPECT_EQ(plan->kind_of(*parse_date("2028-02-29")), DayKind::holiday);
    EXPECT_EQ(plan->kind_of(*parse_date("2028-03-01")), DayKind::wednesday);
}

TEST(PricePlan, digests_differ_when_anything_does) {
    const Digest digest = read_plan(rich_message())->digest();
    EXPECT_EQ(read_plan(rich_message())->digest(), digest);
    std::set<Digest> digests{digest};
    const auto differs = [&](const std::function<void(v1::PricePlan&)>& change) {
        v1::PricePlan message = rich_message();
        change(message);
        const auto plan = read_plan(message);
        return plan && digests.insert(plan->digest()).second;
    };
    EXPECT_TRUE(differs([](auto& plan) { plan.set_version(4); }));
    EXPECT_TRUE(differs([](auto& plan) { plan.set_currency("EUR"); }));
    EXPECT_TRUE(differs([](auto& plan) { plan.set_utc_offset_minutes(0); }));
    EXPECT_TRUE(differs([](auto& plan) { plan.mutable_components(0)->set_name("cores"); }));
    EXPECT_TRUE(differs([](auto& plan) { plan.mutable_components(1)->clear_blocks(); }));
    EXPECT_TRUE(differs([](auto& plan) { plan.clear_special_days(); }));
    EXPECT_TRUE(differs(
        [](auto& plan) { plan.mutable_components(0)->mutable_bands(0)->set_price_micros(1); }));
}

TEST(PricePlan, keeps_the_chips_that_are_named) {
    v1::PricePlan message = message_with_energy();
    message.mutable_components(0)->set_chip("H100-SXM5-80GB");
    const auto plan = read_plan(message);
    ASSERT_TRUE(plan);
    EXPECT_EQ(describe_plan(*plan).SerializeAsString(), message.SerializeAsString());
    EXPECT_NE(plan->digest(), read_plan(message_with_energy())->digest());
    EXPECT_TRUE(plan->canonical_bytes().starts_with("penstock-price-plan/3\n"));
    EXPECT_TRUE(
        read_plan(message_with_energy())->canonical_bytes().starts_with("penstock-price-plan/2\n"));
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(*plan);
    PricePlan again;
    ArchiveReader reader(bytes);
    reader(again);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(again.components()[0].chip, "H100-SXM5-80GB");
    EXPECT_EQ(again.digest(), plan->digest());
}

/// The same on every build and machine, for ever: contracts name plans by it.
TEST(PricePlan, has_the_digest_that_it_always_had) {
    EXPECT_EQ(to_hex(read_plan(rich_message())->digest()),
              "d31d01c51f029cb1792319e3f022d22c4447f685bad08a9e48fdb7f55d08637a");
}

TEST(PricePlan, is_archived_and_looked_at_again) {
    const PricePlan plan = *read_plan(rich_message());
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(plan);
    PricePlan again;
    ArchiveReader reader(bytes);
    reader(again);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(again.digest(), plan.digest());
    bytes[0] = 0;  // The version.
    ArchiveReader damaged(bytes);
    damaged(again);
    EXPECT_FALSE(damaged.ok());
}

struct Wrong {
    const Rejection* rejection;
    std::string field;
    std::function<void(v1::PricePlan&)> change;
};

/// Changes of the first component.
Wrong cards(const Rejection& rejection, const std::string& field,
            const std::function<void(v1::PriceComponent&)>& change) {
    return {&rejection, "components[0]." + field,
            [change](v1::PricePlan& plan) { change(*plan.mutable_components(0)); }};
}
Wrong band(const Rejection& rejection, const std::string& field,
           const std::function<void(v1::PriceBand&)>& change) {
    return cards(rejection, "bands[0]." + field,
                 [change](v1::PriceComponent& of) { change(*of.mutable_bands(0)); });
}
Wrong tokens(const Rejection& rejection, const std::string& field,
             const std::function<void(v1::PriceComponent&)>& change) {
    return {&rejection, "components[1]." + field,
            [change](v1::PricePlan& plan) { change(*plan.mutable_components(1)); }};
}

std::vector<Wrong> wrong_terms() {
    return {
        {&kPlanVersionInvalid, "version", [](auto& p) { p.set_version(0); }},
        {&kPlanTimeInvalid, "effective_from_ns", [](auto& p) { p.set_effective_from_ns(-1); }},
        {&kPlanTimeInvalid, "effective_from_ns",
         [](auto& p) { p.set_effective_from_ns(kLastInstant.ns); }},
        {&kPlanCurrencyInvalid, "currency", [](auto& p) { p.set_currency("yuan"); }},
        {&kPlanCurrencyInvalid, "currency", [](auto& p) { p.set_currency("XXX"); }},
        {&kPlanOffsetInvalid, "utc_offset_minutes",
         [](auto& p) { p.set_utc_offset_minutes(-841); }},
        {&kBillingPeriodInvalid, "billing_period", [](auto& p) { p.clear_billing_period(); }},
        {&kBillingPeriodInvalid, "billing_period",
         [](auto& p) { p.set_billing_period(static_cast<v1::BillingPeriod>(257)); }},
        {&kComponentsInvalid, "components", [](auto& p) { p.clear_components(); }},
        {&kComponentsInvalid, "components",
         [](auto& p) {
             while (p.components_size() < 33) p.add_components();
         }},
        {&kComponentNameInvalid, "components[1].name",
         [](auto& p) { p.mutable_components(1)->set_name("cards"); }},
        {&kSpecialDaysInvalid, "special_days[0].date",
         [](auto& p) { p.mutable_special_days(0)->set_date("2027-02-29"); }},
        {&kSpecialDaysInvalid, "special_days[0].date",
         [](auto& p) { p.mutable_special_days(0)->set_date("2200-01-01"); }},
        {&kSpecialDaysInvalid, "special_days[0].counts_as",
         [](auto& p) { p.mutable_special_days(0)->clear_counts_as(); }},
        {&kSpecialDaysInvalid, "special_days[1].date",
         [](auto& p) { *p.add_special_days() = p.special_days(0); }},
    };
}

Wrong energy(const std::string& field, const std::function<void(v1::StatedEnergy&)>& change) {
    return {&kStatedEnergyInvalid, "energy[0]." + field, [change](v1::PricePlan& plan) {
                plan = message_with_energy();
                change(*plan.mutable_energy(0));
            }};
}

std::vector<Wrong> wrong_energy() {
    return {
        energy("component", [](auto& e) { e.set_component("cores"); }),
        energy("milliwatt_hours", [](auto& e) { e.set_milliwatt_hours(0); }),
        energy("milliwatt_hours", [](auto& e) { e.set_milliwatt_hours(kMilliwattHoursMax + 1); }),
        energy("pue_thousandths", [](auto& e) { e.set_pue_thousandths(999); }),
        energy("pue_thousandths", [](auto& e) { e.set_pue_thousandths(kPueMax + 1); }),
        energy("carbon_milligrams_per_kwh",
               [](auto& e) { e.set_carbon_milligrams_per_kwh(kCarbonMilligramsMax + 1); }),
        {&kStatedEnergyInvalid, "energy[1].component",
         [](auto& p) {
             p = message_with_energy();
             *p.add_energy() = p.energy(0);
         }},
        {&kStatedEnergyInvalid, "energy",
         [](auto& p) {
             while (p.energy_size() < 33) p.add_energy();
         }},
    };
}

std::vector<Wrong> wrong_components() {
    return {
        cards(kComponentNameInvalid, "name", [](auto& c) { c.set_name(" cards"); }),
        cards(kPriceUnitInvalid, "unit", [](auto& c) { c.clear_unit(); }),
        cards(kPriceUnitInvalid, "unit",
              [](auto& c) { c.set_unit(static_cast<v1::PriceUnit>(12)); }),
        cards(kChipInvalid, "chip", [](auto& c) { c.set_chip(std::string(61, 'A')); }),
        cards(kChipInvalid, "chip", [](auto& c) { c.set_chip("昇腾910B"); }),
        cards(kChipInvalid, "chip", [](auto& c) { c.set_chip("H100 "); }),
        tokens(kChipInvalid, "chip", [](auto& c) { c.set_chip("H100"); }),
        cards(kTiersInvalid, "tiers", [](auto& c) { c.clear_tiers(); }),
        cards(kBandsInvalid, "bands",
              [](auto& c) {
                  c.mutable_tiers(0)->set_up_to_units(1);
                  c.add_tiers();
                  c.set_tiering(v1::TIERING_VOLUME);
              }),
        cards(kBandsInvalid, "bands",
              [](auto& c) {
                  while (c.bands_size() < 17) *c.add_bands() = c.bands(0);
              }),
        cards(kTieringInvalid, "tiering", [](auto& c) { c.set_tiering(v1::TIERING_VOLUME); }),
        cards(kCommitmentInvalid, "commitment.units",
              [](auto& c) { c.mutable_commitment()->set_units(kUnitsMax + 1); }),
        cards(kCommitmentInvalid, "commitment.shortfall_price_micros",
              [](auto& c) {
                  c.mutable_commitment()->set_units(kUnitsMax);
                  c.mutable_commitment()->set_shortfall_price_micros(kYuan + 1);
              }),
        cards(kUnitPriceInvalid, "commitment.shortfall_price_micros",
              [](auto& c) { c.mutable_commitment()->set_shortfall_price_micros(-1); }),
        cards(kMissingUsageInvalid, "missing_usage", [](auto& c) { c.clear_commitment(); }),
        cards(kMissingUsageInvalid, "missing_usage", [](auto& c) { c.clear_missing_usage(); }),
        cards(kFormsExclusive, "blocks",
              [](auto& c) { c.mutable_blocks()->set_units_per_block(1); }),
    };
}

std::vector<Wrong> wrong_bands() {
    return {
        band(kComponentNameInvalid, "name", [](auto& b) { b.set_name("a\nb"); }),
        band(kUnitPriceInvalid, "price_micros", [](auto& b) { b.set_price_micros(-1); }),
        band(kBandTimeInvalid, "from_minute", [](auto& b) { b.set_from_minute(1'440); }),
        band(kBandTimeInvalid, "from_minute", [](auto& b) { b.set_from_minute(UINT32_MAX); }),
        band(kBandTimeInvalid, "to_minute", [](auto& b) { b.set_to_minute(0); }),
        band(kBandTimeInvalid, "to_minute", [](auto& b) { b.set_to_minute(1'441); }),
        band(kBandTimeInvalid, "to_minute", [](auto& b) { b.set_to_minute(b.from_minute()); }),
        band(kBandDaysInvalid, "days", [](auto& b) { b.add_days(v1::DAY_KIND_FRIDAY); }),
        band(kBandDaysInvalid, "days", [](auto& b) { b.add_days(v1::DAY_KIND_UNSPECIFIED); }),
        band(kBandDaysInvalid, "months", [](auto& b) { b.add_months(13); }),
        band(kBandDaysInvalid, "months", [](auto& b) { b.add_months(UINT32_MAX); }),
    };
}

std::vector<Wrong> wrong_tiers_and_blocks() {
    return {
        tokens(kTieringInvalid, "tiering", [](auto& c) { c.clear_tiering(); }),
        tokens(kFormsExclusive, "blocks", [](auto& c) { c.set_tiering(v1::TIERING_VOLUME); }),
        tokens(kTiersInvalid, "tiers[0].up_to_units",
               [](auto& c) { c.mutable_tiers(0)->set_up_to_units(0); }),
        tokens(kTiersInvalid, "tiers[0].up_to_units",
               [](auto& c) { c.mutable_tiers(0)->set_up_to_units(kUnitsMax + 1); }),
        tokens(kTiersInvalid, "tiers[1].up_to_units",
               [](auto& c) { c.mutable_tiers(1)->set_up_to_units(200); }),
        tokens(kTiersInvalid, "tiers",
               [](auto& c) {
                   while (c.tiers_size() < 17) c.add_tiers();
               }),
        tokens(kUnitPriceInvalid, "tiers[1].price_micros",
               [](auto& c) { c.mutable_tiers(1)->set_price_micros(kUnitPriceMax.micros + 1); }),
        tokens(kBlocksInvalid, "blocks.blocks_per_period",
               [](auto& c) { c.mutable_blocks()->set_blocks_per_period(1'000'001); }),
        tokens(kBlocksInvalid, "blocks.units_per_block",
               [](auto& c) { c.mutable_blocks()->set_units_per_block(kUnitsMax / 2 + 1); }),
        tokens(kBlocksInvalid, "blocks.price_per_block_micros",
               [](auto& c) {
                   c.mutable_blocks()->set_blocks_per_period(1'001);
                   c.mutable_blocks()->set_price_per_block_micros(kUnitPriceMax.micros);
               }),
        tokens(kUnitPriceInvalid, "blocks.price_per_block_micros",
               [](auto& c) { c.mutable_blocks()->set_price_per_block_micros(-1); }),
    };
}

TEST(PricePlan, says_which_field_is_wrong) {
    std::set<const Rejection*> seen;
    std::vector<Wrong> all = wrong_terms();
    for (const auto& more :
         {wrong_components(), wrong_bands(), wrong_tiers_and_blocks(), wrong_energy()})
        all.insert(all.end(), more.begin(), more.end());
    for (const Wrong& wrong : all) {
        v1::PricePlan message = rich_message();
        wrong.change(message);
        const auto plan = read_plan(message);
        ASSERT_FALSE(plan) << wrong.field;
        EXPECT_EQ(plan.error().reason(), wrong.rejection->reason) << wrong.field;
        EXPECT_EQ(plan.error().field(), wrong.field) << wrong.rejection->reason;
        seen.insert(wrong.rejection);
    }
    for (const Rejection* rejection : kRejections) {
        if (rejection == &kUsageComponentUnknown) break;
        EXPECT_TRUE(seen.contains(rejection)) << rejection->reason;
    }
}

TEST(PricePlan, takes_the_largest_that_it_says_it_takes) {
    v1::PricePlan message = rich_message();
    v1::PriceComponent& tokens_of = *message.mutable_components(1);
    tokens_of.mutable_blocks()->set_units_per_block(kUnitsMax / kBlocksMax);
    tokens_of.mutable_blocks()->set_blocks_per_period(kBlocksMax);
    tokens_of.mutable_blocks()->set_price_per_block_micros(kMoneyMax.micros / kBlocksMax);
    tokens_of.mutable_tiers(0)->set_up_to_units(kUnitsMax);
    tokens_of.mutable_tiers(1)->set_price_micros(kUnitPriceMax.micros);
    message.mutable_components(0)->mutable_commitment()->set_units(kUnitsMax);
    message.mutable_special_days(0)->set_date("2199-12-31");
    EXPECT_TRUE(read_plan(message));
}

TEST(PricePlan, rejections_have_numbers_of_their_own) {
    std::set<std::uint16_t> numbers;
    std::set<std::string_view> reasons;
    for (const Rejection* rejection : kRejections) {
        EXPECT_TRUE(numbers.insert(rejection->number).second) << rejection->reason;
        EXPECT_TRUE(reasons.insert(rejection->reason).second) << rejection->reason;
        EXPECT_EQ(rejection->number / 1'000, 21);
    }
}

}  // namespace
}  // namespace penstock::pricing

#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/error.h"

/// Every way in which pricing says no: 21001 to 21020 and 21032 of plans, 21021 to 21031 of
/// rating, 21041 to 21045 of a plan's versions.
namespace penstock::pricing {

/// The path of an element, for Error::within(): "tiers[2]".
inline std::string place(std::string_view list, std::size_t index) {
    return std::string(list) + "[" + std::to_string(index) + "]";
}

inline constexpr Rejection kPlanVersionInvalid{
    21001, Code::invalid_argument, "PLAN_VERSION_INVALID",
    "Versions count from 1. Give the version of this plan."};
inline constexpr Rejection kPlanTimeInvalid{
    21002, Code::out_of_range, "PLAN_TIME_INVALID",
    "A plan takes effect at an instant from 1970 to 2200. Give it in nanoseconds of UTC."};
inline constexpr Rejection kPlanCurrencyInvalid{
    21003, Code::invalid_argument, "PLAN_CURRENCY_INVALID",
    "Give the currency as three capital letters of ISO 4217, for instance CNY."};
inline constexpr Rejection kPlanOffsetInvalid{
    21004, Code::invalid_argument, "PLAN_OFFSET_INVALID",
    "The calendar is at most 840 minutes off UTC, either way. UTC+8 is 480."};
inline constexpr Rejection kBillingPeriodInvalid{
    21005, Code::invalid_argument, "BILLING_PERIOD_INVALID",
    "Say whether the plan is billed by day, week or month."};
inline constexpr Rejection kComponentsInvalid{21006, Code::invalid_argument, "COMPONENTS_INVALID",
                                              "A plan has 1 to 32 components. Split it."};
inline constexpr Rejection kComponentNameInvalid{
    21007, Code::invalid_argument, "COMPONENT_NAME_INVALID",
    "Name each component and band differently, in 1 to 40 characters without blanks at the ends."};
inline constexpr Rejection kPriceUnitInvalid{
    21008, Code::invalid_argument, "PRICE_UNIT_INVALID",
    "Say for what unit the prices are, for instance PRICE_UNIT_CARD_HOUR."};
inline constexpr Rejection kUnitPriceInvalid{21009, Code::invalid_argument, "UNIT_PRICE_INVALID",
                                             "Give a price of 0 to 10^15 micros for a unit."};
inline constexpr Rejection kTiersInvalid{
    21010, Code::invalid_argument, "TIERS_INVALID",
    "Give 1 to 16 tiers whose ends rise, up to 10^12 units; the last has no end (0)."};
inline constexpr Rejection kTieringInvalid{
    21011, Code::invalid_argument, "TIERING_INVALID",
    "Say of several tiers whether they are graduated or by volume; say nothing of a single one."};
inline constexpr Rejection kBandsInvalid{
    21012, Code::invalid_argument, "BANDS_INVALID",
    "Give up to 16 bands, and with them one tier: the price outside of them."};
inline constexpr Rejection kBandTimeInvalid{
    21013, Code::invalid_argument, "BAND_TIME_INVALID",
    "A band begins at a minute of 0 to 1439 and ends at another, of 1 to 1440."};
inline constexpr Rejection kBandDaysInvalid{
    21014, Code::invalid_argument, "BAND_DAYS_INVALID",
    "Name each kind of day, and each month from 1 to 12, at most once."};
inline constexpr Rejection kBlocksInvalid{
    21015, Code::invalid_argument, "BLOCKS_INVALID",
    "Give 1 to 1,000,000 blocks of 1 or more units, together up to 10^12 units and 10^18 micros."};
inline constexpr Rejection kFormsExclusive{
    21016, Code::invalid_argument, "FORMS_EXCLUSIVE",
    "Blocks go with graduated tiers or one price only. Take the bands or volume tiers out."};
inline constexpr Rejection kCommitmentInvalid{
    21017, Code::invalid_argument, "COMMITMENT_INVALID",
    "Commit to 1 to 10^12 units in each period, whose shortfall costs up to 10^18 micros."};
inline constexpr Rejection kMissingUsageInvalid{
    21018, Code::invalid_argument, "MISSING_USAGE_INVALID",
    "Say what is charged for usage that is missing; the committed quantity needs a commitment."};
inline constexpr Rejection kSpecialDaysInvalid{
    21019, Code::invalid_argument, "SPECIAL_DAYS_INVALID",
    "Give up to 512 dates like 2028-02-29, from 1970 to 2199, rising, each with its kind of day."};

inline constexpr Rejection kStatedEnergyInvalid{
    21020, Code::invalid_argument, "STATED_ENERGY_INVALID",
    "State energy of each component once at most: 1 to 10^12 milliwatt-hours for a unit, a PUE of "
    "1000 to 5000 thousandths, and up to 5000000 milligrams of CO2e for a kWh."};

inline constexpr Rejection kChipInvalid{
    21032, Code::invalid_argument, "CHIP_INVALID",
    "Name the chip of card-hours alone, with up to 60 characters of printable ASCII."};

inline constexpr Rejection kUsageComponentUnknown{
    21021, Code::not_found, "USAGE_COMPONENT_UNKNOWN",
    "The plan has no such component. Name one of the plan that is in force."};
inline constexpr Rejection kUsageQuantityInvalid{
    21022, Code::invalid_argument, "USAGE_QUANTITY_INVALID",
    "Usage is of 0 to 10^18 of the smallest unit. Split it."};
inline constexpr Rejection kUsageIntervalInvalid{
    21023, Code::invalid_argument, "USAGE_INTERVAL_INVALID",
    "Usage ends after it begins, and levels last for a time. Correct the interval."};
inline constexpr Rejection kUsageOutsidePeriod{
    21024, Code::out_of_range, "USAGE_OUTSIDE_PERIOD",
    "The usage passes the end of the period or of the plan's force. Cut it there."};
inline constexpr Rejection kUsageSpansBands{
    21025, Code::invalid_argument, "USAGE_SPANS_BANDS",
    "What is counted cannot be divided between bands. Count anew where a band begins."};
inline constexpr Rejection kChargeTooLarge{
    21026, Code::out_of_range, "CHARGE_TOO_LARGE",
    "The period's charge would pass 10^18 micros, or its usage 10^36 parts. Bill in shorter "
    "periods or several contracts."};
inline constexpr Rejection kUsageNotCharged{
    21027, Code::failed_precondition, "USAGE_NOT_CHARGED",
    "More would be taken back than was charged. Name usage that was charged in this period."};
inline constexpr Rejection kUsageMissing{
    21028, Code::failed_precondition, "USAGE_MISSING",
    "The period cannot be closed before all usage is there. Report what is missing."};
inline constexpr Rejection kEarlierUsageMissing{
    21029, Code::failed_precondition, "EARLIER_USAGE_MISSING",
    "There is no earlier period to estimate from. Report what is missing."};
inline constexpr Rejection kMissingIntervalsInvalid{
    21030, Code::invalid_argument, "MISSING_INTERVALS_INVALID",
    "Name each component once, with intervals that rise and lie within the period."};
inline constexpr Rejection kRatingPeriodInvalid{
    21031, Code::invalid_argument, "RATING_PERIOD_INVALID",
    "What is rated together lies within one billing period, while the plan is in force."};

inline constexpr Rejection kPlanVersionGap{
    21041, Code::failed_precondition, "PLAN_VERSION_GAP",
    "The next version is one above the last. Read the plan's versions and decide again."};
inline constexpr Rejection kPlanTooEarly{
    21042, Code::failed_precondition, "PLAN_TOO_EARLY",
    "A change takes effect now or later, and after the one before. Name a later instant."};
inline constexpr Rejection kPlanCurrencyChanged{
    21043, Code::failed_precondition, "PLAN_CURRENCY_CHANGED",
    "All versions are in one currency. Sell another product in the other currency."};
inline constexpr Rejection kPlanVersionsExhausted{
    21044, Code::resource_exhausted, "PLAN_VERSIONS_EXHAUSTED",
    "The plan was changed as often as it can be. Sell a new product."};
inline constexpr Rejection kPlanNotInForce{
    21045, Code::failed_precondition, "PLAN_NOT_IN_FORCE",
    "No version was in force at that time. Begin when the first takes effect, or later."};

inline constexpr std::array kRejections{
    &kPlanVersionInvalid,
    &kPlanTimeInvalid,
    &kPlanCurrencyInvalid,
    &kPlanOffsetInvalid,
    &kBillingPeriodInvalid,
    &kComponentsInvalid,
    &kComponentNameInvalid,
    &kPriceUnitInvalid,
    &kUnitPriceInvalid,
    &kTiersInvalid,
    &kTieringInvalid,
    &kBandsInvalid,
    &kBandTimeInvalid,
    &kBandDaysInvalid,
    &kBlocksInvalid,
    &kFormsExclusive,
    &kCommitmentInvalid,
    &kMissingUsageInvalid,
    &kSpecialDaysInvalid,
    &kStatedEnergyInvalid,
    &kChipInvalid,
    &kUsageComponentUnknown,
    &kUsageQuantityInvalid,
    &kUsageIntervalInvalid,
    &kUsageOutsidePeriod,
    &kUsageSpansBands,
    &kChargeTooLarge,
    &kUsageNotCharged,
    &kUsageMissing,
    &kEarlierUsageMissing,
    &kMissingIntervalsInvalid,
    &kRatingPeriodInvalid,
    &kPlanVersionGap,
    &kPlanTooEarly,
    &kPlanCurrencyChanged,
    &kPlanVersionsExhausted,
    &kPlanNotInForce,
};

}  // namespace penstock::pricing

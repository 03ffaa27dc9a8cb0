#pragma once

#include <array>

#include "base/error.h"

namespace penstock::catalog {

inline constexpr Rejection kPoolNotFound{3001, Code::not_found, "POOL_NOT_FOUND",
                                         "There is no such pool; check its id."};
inline constexpr Rejection kProductNotFound{3002, Code::not_found, "PRODUCT_NOT_FOUND",
                                            "There is no such product; check its id."};
inline constexpr Rejection kPoolHasAgent{
    3003, Code::failed_precondition, "POOL_HAS_AGENT",
    "An agent serves this pool already; revoke it first, or name another pool."};
inline constexpr Rejection kPoolHasNoAgent{
    3004, Code::failed_precondition, "POOL_HAS_NO_AGENT",
    "No agent serves this pool; enrol one with an enrolment token first."};
inline constexpr Rejection kChallengeInvalid{3005, Code::invalid_argument, "CHALLENGE_INVALID",
                                             "A challenge is of 16 bytes; draw another."};
inline constexpr Rejection kChallengeNotOpen{
    3006, Code::failed_precondition, "CHALLENGE_NOT_OPEN",
    "The pool has no open challenge; begin a measurement first."};
inline constexpr Rejection kChallengeExpired{
    3007, Code::failed_precondition, "CHALLENGE_EXPIRED",
    "The answer came after the challenge had expired; begin a new measurement."};
inline constexpr Rejection kChallengeMismatch{
    3008, Code::failed_precondition, "CHALLENGE_MISMATCH",
    "The profile answers another challenge; measure in answer to the open one."};
inline constexpr Rejection kProfileCoresInvalid{
    3009, Code::invalid_argument, "PROFILE_CORES_INVALID", "A profile shows 1 to 4,096 cores."};
inline constexpr Rejection kProfileMemoryInvalid{
    3010, Code::invalid_argument, "PROFILE_MEMORY_INVALID",
    "A profile shows its memory in bytes, above zero and up to 2^50."};
inline constexpr Rejection kProfileTextInvalid{
    3011, Code::invalid_argument, "PROFILE_TEXT_INVALID",
    "A text of the profile is too long, or has characters that are not text."};
inline constexpr Rejection kMeasurementInvalid{
    3012, Code::invalid_argument, "MEASUREMENT_INVALID",
    "Each measurement is named once and has a value above zero, a spread of zero or more, and "
    "1 to 1,000,000 repetitions; there are at most 64."};
inline constexpr Rejection kMeasurementMissing{
    3013, Code::invalid_argument, "MEASUREMENT_MISSING",
    "A profile needs gemm_fp64 and gemm_fp32 in GFLOP/s, and triad in GB/s; measure them all."};
inline constexpr Rejection kProfileTimeInvalid{
    3014, Code::invalid_argument, "PROFILE_TIME_INVALID",
    "The agent's clock is more than a day off; set it, then measure again."};
inline constexpr Rejection kProfileCpusInvalid{
    3015, Code::invalid_argument, "PROFILE_CPUS_INVALID",
    "Name each of the pool's processors once, as many as it has cores, or none."};
inline constexpr Rejection kProfileMissing{
    3016, Code::failed_precondition, "PROFILE_MISSING",
    "The pool has no verified profile; let its agent measure it first."};
inline constexpr Rejection kProfileExpired{
    3017, Code::failed_precondition, "PROFILE_EXPIRED",
    "The pool's profile has expired; its agent has to measure again."};
inline constexpr Rejection kProductNameInvalid{
    3018, Code::invalid_argument, "PRODUCT_NAME_INVALID",
    "Give a name of 1 to 80 characters, without control characters or blanks at its ends."};
inline constexpr Rejection kPriceInvalid{
    3019, Code::invalid_argument, "PRICE_INVALID",
    "Give a price of 1 to 1,000,000,000,000 micros for a core-hour."};
inline constexpr Rejection kCoresInvalid{3020, Code::invalid_argument, "CORES_INVALID",
                                         "Offer one core or more."};
inline constexpr Rejection kCoresAboveProfile{
    3021, Code::failed_precondition, "CORES_ABOVE_PROFILE",
    "The pool's verified profile shows fewer cores than its products would promise together; "
    "offer fewer, or withdraw another product."};
inline constexpr Rejection kProductNotListed{3022, Code::failed_precondition, "PRODUCT_NOT_LISTED",
                                             "The product was withdrawn; choose another."};
inline constexpr Rejection kPriceChanged{
    3023, Code::aborted, "PRICE_CHANGED",
    "The price has changed since; read the product and decide again."};
inline constexpr Rejection kPriceVersionsExhausted{
    3024, Code::resource_exhausted, "PRICE_VERSIONS_EXHAUSTED",
    "The price was changed as often as it can be; list a new product."};
inline constexpr Rejection kPricedByPlan{
    3025, Code::failed_precondition, "PRICED_BY_PLAN",
    "A price plan is in force for this product; announce its next version instead."};
inline constexpr Rejection kNotSoldByCore{3026, Code::failed_precondition, "NOT_SOLD_BY_CORE",
                                          "The price plan in force is not one price for a "
                                          "core-hour; order quantities of its components."};

inline constexpr std::array kRejections{
    &kPoolNotFound,        &kProductNotFound,      &kPoolHasAgent,       &kPoolHasNoAgent,
    &kChallengeInvalid,    &kChallengeNotOpen,     &kChallengeExpired,   &kChallengeMismatch,
    &kProfileCoresInvalid, &kProfileMemoryInvalid, &kProfileTextInvalid, &kMeasurementInvalid,
    &kMeasurementMissing,  &kProfileTimeInvalid,   &kProfileCpusInvalid, &kProfileMissing,
    &kProfileExpired,      &kProductNameInvalid,   &kPriceInvalid,       &kCoresInvalid,
    &kCoresAboveProfile,   &kProductNotListed,     &kPriceChanged,       &kPriceVersionsExhausted,
    &kPricedByPlan,        &kNotSoldByCore};

}  // namespace penstock::catalog

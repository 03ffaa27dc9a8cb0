#pragma once

#include <array>

#include "base/error.h"

/// Every way in which billing says no: 23001 to 23007 of sale terms.
namespace penstock::billing {

inline constexpr Rejection kRoleInvalid{
    23001, Code::invalid_argument, "TRADE_ROLE_INVALID",
    "The exchange trades as principal, agent or hosting; leave it out for agent."};
inline constexpr Rejection kTaxRateInvalid{
    23002, Code::invalid_argument, "TAX_RATE_INVALID",
    "The VAT that prices include is 0 to 10,000 basis points; 600 is 6%."};
inline constexpr Rejection kDisputeWindowInvalid{
    23003, Code::invalid_argument, "DISPUTE_WINDOW_INVALID",
    "A bill may be disputed for 0 to 90 days, in nanoseconds."};
inline constexpr Rejection kPostPaidInvalid{
    23004, Code::invalid_argument, "POST_PAID_INVALID",
    "Bills on credit are due after the dispute window, 180 days at most; the grace is 0 to 90 "
    "days."};
inline constexpr Rejection kTermsVersionGap{
    23005, Code::failed_precondition, "SALE_TERMS_VERSION_GAP",
    "The next version is one above the last. Leave it out, or read the terms and decide again."};
inline constexpr Rejection kTermsExhausted{
    23006, Code::resource_exhausted, "SALE_TERMS_EXHAUSTED",
    "The terms were changed as often as they can be. Sell a new product."};
inline constexpr Rejection kTermsChanged{
    23007, Code::failed_precondition, "SALE_TERMS_CHANGED",
    "The product's sale terms are others now; read them, and order by their version."};

inline constexpr std::array kRejections{
    &kRoleInvalid,     &kTaxRateInvalid, &kDisputeWindowInvalid, &kPostPaidInvalid,
    &kTermsVersionGap, &kTermsExhausted, &kTermsChanged};

}  // namespace penstock::billing

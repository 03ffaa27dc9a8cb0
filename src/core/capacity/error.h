#pragma once

#include <array>

#include "base/error.h"

/// Every way in which capacity says no. README.md gives the order in which they are looked for.
namespace penstock::capacity {

inline constexpr Rejection kCoresOutOfRange{
    4001, Code::invalid_argument, "CORES_OUT_OF_RANGE",
    "The number of cores is out of range. Give 1 to 1,000,000,000."};
inline constexpr Rejection kIntervalEmpty{4002, Code::invalid_argument, "INTERVAL_EMPTY",
                                          "The term must end after it starts. Give a later end."};
inline constexpr Rejection kIntervalOutOfRange{
    4003, Code::out_of_range, "INTERVAL_OUT_OF_RANGE",
    "The term lies outside the calendar that is kept. Choose a later start or an earlier end."};
inline constexpr Rejection kProductNotSupplied{
    4004, Code::not_found, "PRODUCT_NOT_SUPPLIED",
    "This product was never offered from this pool. Choose a listed product."};
inline constexpr Rejection kInsufficientCapacity{
    4005, Code::failed_precondition, "INSUFFICIENT_CAPACITY",
    "Too few cores are free during the term. Ask for fewer cores, another term or product."};
inline constexpr Rejection kExceedsPool{4006, Code::failed_precondition, "EXCEEDS_POOL",
                                        "The pool's products would offer more cores than its "
                                        "verified profile shows. Offer fewer cores."};
inline constexpr Rejection kProductOfOtherPool{
    4007, Code::failed_precondition, "PRODUCT_OF_OTHER_POOL",
    "A product stays with the pool it was first offered from. List a new product."};

inline constexpr std::array kRejections{
    &kCoresOutOfRange,      &kIntervalEmpty, &kIntervalOutOfRange, &kProductNotSupplied,
    &kInsufficientCapacity, &kExceedsPool,   &kProductOfOtherPool,
};

}  // namespace penstock::capacity

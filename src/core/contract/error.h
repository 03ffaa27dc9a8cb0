#pragma once

#include <array>

#include "base/error.h"

namespace penstock::contract {

inline constexpr Rejection kContractNotFound{
    6001, Code::not_found, "CONTRACT_NOT_FOUND",
    "No such contract is in force; check the id, or look among the finished ones."};
inline constexpr Rejection kOrderNotFound{
    6002, Code::not_found, "ORDER_NOT_FOUND",
    "No such order is in force; check the id, or look among the finished ones."};
inline constexpr Rejection kWrongState{
    6003, Code::failed_precondition, "CONTRACT_WRONG_STATE",
    "The contract's state does not allow this; read its state and act on that."};
inline constexpr Rejection kTermInvalid{
    6004, Code::invalid_argument, "TERM_INVALID",
    "The term must start within the next year (a minute of delay is allowed), last 1 minute to 1 "
    "year, and end after it starts."};
inline constexpr Rejection kLineCountInvalid{6005, Code::invalid_argument, "LINE_COUNT_INVALID",
                                             "An order has 1 to 64 lines; split larger ones."};
inline constexpr Rejection kCoresInvalid{6006, Code::invalid_argument, "ORDER_CORES_INVALID",
                                         "Ask for 1 to 1,000,000 cores."};
inline constexpr Rejection kMaxTotalExceeded{
    6008, Code::failed_precondition, "MAX_TOTAL_EXCEEDED",
    "The order could cost more than max_total; raise it or order less."};
inline constexpr Rejection kTooExpensive{6010, Code::out_of_range, "ORDER_TOO_EXPENSIVE",
                                         "A line may cost at most 10^9 units; order less."};
inline constexpr Rejection kNotTheSupplier{
    6011, Code::permission_denied, "NOT_THE_SUPPLIER",
    "Only the contract's supplier may accept or decline it."};
inline constexpr Rejection kOwnProduct{6013, Code::failed_precondition, "OWN_PRODUCT",
                                       "A party cannot buy its own product."};

inline constexpr std::array kRejections{
    &kContractNotFound, &kOrderNotFound,    &kWrongState,   &kTermInvalid,    &kLineCountInvalid,
    &kCoresInvalid,     &kMaxTotalExceeded, &kTooExpensive, &kNotTheSupplier, &kOwnProduct};

}  // namespace penstock::contract

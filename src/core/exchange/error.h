#pragma once

#include <array>

#include "base/error.h"

namespace penstock::exchange {

inline constexpr Rejection kUnknownMethod{9001, Code::unimplemented, "UNKNOWN_METHOD",
                                          "The exchange has no such method; see /openapi.json."};
inline constexpr Rejection kRequestMalformed{
    9002, Code::invalid_argument, "REQUEST_MALFORMED",
    "The request cannot be read; send the documented form."};
inline constexpr Rejection kIdInvalid{9003, Code::invalid_argument, "ID_INVALID",
                                      "The id is not of the kind that belongs here."};
inline constexpr Rejection kNotYours{
    9004, Code::permission_denied, "NOT_YOURS",
    "The resource does not exist or belongs to another party; check the id and your key."};
inline constexpr Rejection kIdempotencyMismatch{
    9005, Code::already_exists, "IDEMPOTENCY_MISMATCH",
    "This idempotency key was used with another request; use a new key for a new request."};
inline constexpr Rejection kIdempotencyKeyInvalid{
    9006, Code::invalid_argument, "IDEMPOTENCY_KEY_INVALID",
    "Every command needs an Idempotency-Key of 1 to 255 bytes."};
inline constexpr Rejection kMoneyInvalid{
    9007, Code::invalid_argument, "MONEY_INVALID",
    "Give an amount above zero and its currency, for instance {\"micros\":\"1000000\","
    "\"currency\":\"CNY\"}."};
inline constexpr Rejection kNotOpen{
    9008, Code::failed_precondition, "EXCHANGE_NOT_OPEN",
    "The exchange has not been opened yet; start the server first."};
inline constexpr Rejection kAlreadyOpen{9009, Code::failed_precondition, "EXCHANGE_ALREADY_OPEN",
                                        "The exchange is open; its first command was given."};
inline constexpr Rejection kSettingsInvalid{
    9010, Code::invalid_argument, "SETTINGS_INVALID",
    "Open with a currency, an issuer of four letters or digits, and a fee of at most 5,000 basis "
    "points."};
inline constexpr Rejection kVersionInvalid{
    9011, Code::failed_precondition, "VERSION_INVALID",
    "The logic version can only rise, and only to one that this program knows."};
inline constexpr Rejection kCurrencyUnsupported{9012, Code::invalid_argument,
                                                "CURRENCY_UNSUPPORTED",
                                                "The exchange settles in one currency; use that."};
inline constexpr Rejection kPageInvalid{
    9013, Code::invalid_argument, "PAGE_INVALID",
    "A page has 1 to 500 items; its cursor is the last page's."};
inline constexpr Rejection kIdentifierUnknown{
    9014, Code::not_found, "IDENTIFIER_UNKNOWN",
    "The identifier is well formed, but this exchange has issued no such one."};
inline constexpr Rejection kSnapshotUnusable{
    9015, Code::data_loss, "SNAPSHOT_UNUSABLE",
    "The snapshot is of another format or damaged; replay the journal instead."};
inline constexpr Rejection kHashInvalid{9016, Code::invalid_argument, "HASH_INVALID",
                                        "A hash has 32 bytes."};

inline constexpr std::array kRejections{
    &kUnknownMethod,       &kRequestMalformed,      &kIdInvalid,        &kNotYours,
    &kIdempotencyMismatch, &kIdempotencyKeyInvalid, &kMoneyInvalid,     &kNotOpen,
    &kAlreadyOpen,         &kSettingsInvalid,       &kVersionInvalid,   &kCurrencyUnsupported,
    &kPageInvalid,         &kIdentifierUnknown,     &kSnapshotUnusable, &kHashInvalid};

}  // namespace penstock::exchange

#pragma once

#include <array>

#include "base/error.h"

/// Every way in which the ledger says no. README.md gives the order in which they are looked for.
namespace penstock::ledger {

inline constexpr Rejection kAmountNotPositive{
    5001, Code::invalid_argument, "AMOUNT_NOT_POSITIVE",
    "The amount must be above zero. Give a larger amount."};
inline constexpr Rejection kAmountTooLarge{
    5002, Code::out_of_range, "AMOUNT_TOO_LARGE",
    "The amount is above the largest that an account can carry. Split it."};
inline constexpr Rejection kAccountNotFound{
    5003, Code::not_found, "ACCOUNT_NOT_FOUND",
    "There is no such account. A party's first top-up opens its accounts."};
inline constexpr Rejection kAccountsMustDiffer{
    5004, Code::invalid_argument, "ACCOUNTS_MUST_DIFFER",
    "Money cannot move from an account to itself. Name two accounts."};
inline constexpr Rejection kCurrencyMismatch{
    5005, Code::invalid_argument, "CURRENCY_MISMATCH",
    "Both sides must be in the same currency. Use accounts of one currency."};
inline constexpr Rejection kAccountClosed{
    5006, Code::failed_precondition, "ACCOUNT_CLOSED",
    "The account is closed and takes no transfers. Ask the operator to reopen it."};
inline constexpr Rejection kAccountOverflow{
    5007, Code::out_of_range, "ACCOUNT_OVERFLOW",
    "The account's turnover would exceed what it can carry. Ask for less, or go on as another "
    "party, whose accounts are new."};
inline constexpr Rejection kInsufficientFunds{
    5008, Code::failed_precondition, "INSUFFICIENT_FUNDS",
    "The paying account has too little that is not held. Top up, or ask for less."};
inline constexpr Rejection kExceedsDebits{
    5009, Code::failed_precondition, "EXCEEDS_DEBITS",
    "The receiving account may not be credited beyond what it was debited. Ask for less."};
inline constexpr Rejection kHoldNotFound{
    5010, Code::not_found, "HOLD_NOT_FOUND",
    "There is no such hold, or it was posted or voided before. Look at the contract's state."};
inline constexpr Rejection kExceedsHeldAmount{
    5011, Code::failed_precondition, "EXCEEDS_HELD_AMOUNT",
    "More would be posted than is held. Post at most the held amount."};
inline constexpr Rejection kTopUpNotFound{
    5012, Code::not_found, "TOP_UP_NOT_FOUND",
    "There is no such top-up. Check the reference on the bank statement."};
inline constexpr Rejection kTopUpAlreadyConfirmed{
    5013, Code::failed_precondition, "TOP_UP_ALREADY_CONFIRMED",
    "The top-up was confirmed before. A second payment needs a top-up of its own."};
inline constexpr Rejection kBankReferenceInvalid{
    5014, Code::invalid_argument, "BANK_REFERENCE_INVALID",
    "The bank's reference must be 1 to 64 printable ASCII characters. Copy it from the statement."};
inline constexpr Rejection kBankReferenceUsed{
    5015, Code::already_exists, "BANK_REFERENCE_USED",
    "This entry of the bank statement confirmed another top-up. Check which one it belongs to."};
inline constexpr Rejection kTopUpAmountMismatch{
    5016, Code::failed_precondition, "TOP_UP_AMOUNT_MISMATCH",
    "The amount on the statement is not the amount announced. Announce the amount that arrived."};
inline constexpr Rejection kHoldNotExpected{
    5017, Code::invalid_argument, "HOLD_NOT_EXPECTED",
    "A hold is named once, and only where it is posted or voided. Leave the other out."};
inline constexpr Rejection kTimeoutNotExpected{5018, Code::invalid_argument, "TIMEOUT_NOT_EXPECTED",
                                               "Only a hold has a time-out. Leave it out."};
inline constexpr Rejection kTimeoutOutOfRange{
    5019, Code::out_of_range, "TIMEOUT_OUT_OF_RANGE",
    "A hold lasts ten years at most. Give a shorter time-out."};
inline constexpr Rejection kFlagNotForKind{
    5020, Code::invalid_argument, "FLAG_NOT_FOR_KIND",
    "Only a hold closes an account, and only a posting or a hold balances. Leave the flag out."};
inline constexpr Rejection kHoldAlreadyPosted{5021, Code::failed_precondition,
                                              "HOLD_ALREADY_POSTED",
                                              "The hold was posted before. Nothing is left of it."};
inline constexpr Rejection kHoldAlreadyVoided{5022, Code::failed_precondition,
                                              "HOLD_ALREADY_VOIDED",
                                              "The hold was voided before. Make another."};
inline constexpr Rejection kHoldExpired{5023, Code::failed_precondition, "HOLD_EXPIRED",
                                        "The hold's time has passed. Make another."};
inline constexpr Rejection kHoldHasDifferentAccounts{
    5024, Code::failed_precondition, "HOLD_HAS_DIFFERENT_ACCOUNTS",
    "The hold is between other accounts. Name its own, or none."};
inline constexpr Rejection kHoldHasDifferentCode{5025, Code::failed_precondition,
                                                 "HOLD_HAS_DIFFERENT_CODE",
                                                 "The hold has another code. Give its own, or 0."};
inline constexpr Rejection kHoldHasDifferentAmount{
    5026, Code::failed_precondition, "HOLD_HAS_DIFFERENT_AMOUNT",
    "A hold is voided whole. Give its amount, or 0."};
inline constexpr Rejection kIdTooOld{5027, Code::failed_precondition, "ID_TOO_OLD",
                                     "The id's time lies too far back to know whether it was used. "
                                     "Look the transfer up; if it is not there, choose a new id."};
inline constexpr Rejection kIdFromTheFuture{
    5028, Code::invalid_argument, "ID_FROM_THE_FUTURE",
    "The id's time is ahead of the exchange's. Set the clock right, and choose a new id."};
inline constexpr Rejection kIdUsedOtherwise{
    5029, Code::already_exists, "ID_USED_OTHERWISE",
    "The id was chosen for a transfer that differs in this field. Choose another id."};
inline constexpr Rejection kChainPartlyDone{
    5030, Code::failed_precondition, "CHAIN_PARTLY_DONE",
    "Some transfers of the chain were done before under their ids, and others were not. Send what "
    "was sent then, or choose new ids."};

inline constexpr std::array kRejections{
    &kAmountNotPositive,
    &kAmountTooLarge,
    &kAccountNotFound,
    &kAccountsMustDiffer,
    &kCurrencyMismatch,
    &kAccountClosed,
    &kAccountOverflow,
    &kInsufficientFunds,
    &kExceedsDebits,
    &kHoldNotFound,
    &kExceedsHeldAmount,
    &kTopUpNotFound,
    &kTopUpAlreadyConfirmed,
    &kBankReferenceInvalid,
    &kBankReferenceUsed,
    &kTopUpAmountMismatch,
    &kHoldNotExpected,
    &kTimeoutNotExpected,
    &kTimeoutOutOfRange,
    &kFlagNotForKind,
    &kHoldAlreadyPosted,
    &kHoldAlreadyVoided,
    &kHoldExpired,
    &kHoldHasDifferentAccounts,
    &kHoldHasDifferentCode,
    &kHoldHasDifferentAmount,
    &kIdTooOld,
    &kIdFromTheFuture,
    &kIdUsedOtherwise,
    &kChainPartlyDone,
};

}  // namespace penstock::ledger

#pragma once

#include "base/error.h"

namespace penstock::format {

inline constexpr Rejection kBankFileTooLarge{
    11100, Code::resource_exhausted, "BANK_FILE_TOO_LARGE",
    "The bank's file exceeds a limit; have the bank write shorter periods."};
inline constexpr Rejection kBankFileSyntax{
    11101, Code::invalid_argument, "BANK_FILE_SYNTAX",
    "The bank's file is not in a form that is read here; fetch it from the bank again, whole."};
inline constexpr Rejection kBankFileValue{
    11102, Code::invalid_argument, "BANK_FILE_VALUE",
    "A field of the bank's file has a value that it cannot have."};
inline constexpr Rejection kBankFileMissing{11103, Code::invalid_argument, "BANK_FILE_MISSING",
                                            "The bank's file lacks something it must have."};
inline constexpr Rejection kBankEntryTwice{
    11104, Code::invalid_argument, "BANK_ENTRY_TWICE",
    "The statement has an entry twice; fetch it from the bank again."};
inline constexpr Rejection kBankSumWrong{
    11105, Code::data_loss, "BANK_SUM_WRONG",
    "The statement's figures do not add up, so that entries are missing or altered; fetch it from "
    "the bank again."};
inline constexpr Rejection kBankCurrencyWrong{
    11106, Code::invalid_argument, "BANK_CURRENCY_WRONG",
    "An amount is not in the account's currency; a statement has one currency."};
inline constexpr Rejection kBankDayOutside{
    11107, Code::invalid_argument, "BANK_DAY_OUTSIDE",
    "An entry was not booked in the days that the statement covers; fetch it from the bank again."};
inline constexpr Rejection kBankStatementNotWhole{
    11108, Code::failed_precondition, "BANK_STATEMENT_NOT_WHOLE",
    "The statement is not final or not all of it; import the final statement of whole days."};
inline constexpr Rejection kBankProfileInvalid{
    11109, Code::invalid_argument, "BANK_PROFILE_INVALID",
    "The profile, which says how a bank writes its statements, is not right; see docs/bank.md."};

}  // namespace penstock::format

#pragma once

#include <array>

#include "base/error.h"

/// Every way in which custody says no.
namespace penstock::custody {

inline constexpr Rejection kWithdrawalNotFound{
    19001, Code::not_found, "WITHDRAWAL_NOT_FOUND",
    "There is no such withdrawal, or it has ended; look it up in the list of withdrawals."};
inline constexpr Rejection kWithdrawalState{
    19002, Code::failed_precondition, "WITHDRAWAL_STATE",
    "The withdrawal's state does not allow this; look it up, and see docs/custody.md."};
inline constexpr Rejection kTooManyWithdrawals{
    19003, Code::resource_exhausted, "TOO_MANY_WITHDRAWALS",
    "A party has ten open withdrawals at most; wait for one to end, or cancel one."};
inline constexpr Rejection kNoteInvalid{
    19004, Code::invalid_argument, "CUSTODY_NOTE_INVALID",
    "The text must be 1 to 200 bytes on one line, without signs that do not show; write another."};
inline constexpr Rejection kOfficerNeeded{
    19005, Code::failed_precondition, "OFFICER_NEEDED",
    "Persons decide this: sign in as one of the operator's users. A key has no eyes."};
inline constexpr Rejection kSecondOfficerNeeded{
    19006, Code::failed_precondition, "SECOND_OFFICER_NEEDED",
    "Two persons must agree, and you were the first. Another officer must do this."};
inline constexpr Rejection kCustodyInvalid{
    19007, Code::invalid_argument, "CUSTODY_INVALID",
    "One or two officers credit money, a bank account has 1 to 40 letters, digits or hyphens, and "
    "money is prepaid on it or on sub-accounts."};
inline constexpr Rejection kBankAccountFixed{
    19008, Code::failed_precondition, "BANK_ACCOUNT_FIXED",
    "Statements of another account were imported already; the account stays the same."};
inline constexpr Rejection kBankAccountNotSet{
    19009, Code::failed_precondition, "BANK_ACCOUNT_NOT_SET",
    "No bank account is named yet; name it first: penstock bank account NUMBER."};
inline constexpr Rejection kStatementInvalid{
    19010, Code::invalid_argument, "STATEMENT_INVALID",
    "The statement has a value that it cannot have; read it with `penstock bank check` first."};
inline constexpr Rejection kStatementTooLong{
    19011, Code::resource_exhausted, "BANK_STATEMENT_TOO_LONG",
    "A statement has 5,000 entries at most; have the bank write shorter periods."};
inline constexpr Rejection kStatementSumWrong{
    19012, Code::data_loss, "STATEMENT_SUM_WRONG",
    "Opening balance and entries do not make the closing balance, so that entries are missing or "
    "altered; fetch the statement from the bank again."};
inline constexpr Rejection kStatementRepeated{
    19013, Code::already_exists, "STATEMENT_REPEATED",
    "Statements up to this day were imported before; nothing was done again."};
inline constexpr Rejection kStatementNotNext{19014, Code::failed_precondition, "STATEMENT_NOT_NEXT",
                                             "The statement does not begin with the balance at "
                                             "which the last one ended: one between them is "
                                             "missing, or one of the two was altered."};
inline constexpr Rejection kStatementOfAnotherAccount{
    19015, Code::failed_precondition, "STATEMENT_OF_ANOTHER_ACCOUNT",
    "The statement is of another bank account than the exchange's; import the right file."};
inline constexpr Rejection kBankEntryRepeated{19016, Code::already_exists, "BANK_ENTRY_REPEATED",
                                              "The entry stands in the statement twice, or came "
                                              "with an earlier one; fetch the statement from "
                                              "the bank again."};
inline constexpr Rejection kBankEntryNotFound{
    19017, Code::not_found, "BANK_ENTRY_NOT_FOUND",
    "No such entry waits to be explained; list them: penstock bank unmatched."};
inline constexpr Rejection kResolutionInvalid{19018, Code::invalid_argument, "RESOLUTION_INVALID",
                                              "The entry cannot be explained so; what came in and "
                                              "what went out have different explanations."};
inline constexpr Rejection kEntryAmountDiffers{19019, Code::failed_precondition,
                                               "ENTRY_AMOUNT_DIFFERS",
                                               "The amounts do not fit each other; look at both."};
inline constexpr Rejection kNotInTransit{
    19020, Code::not_found, "NOT_IN_TRANSIT",
    "No payment with this bank reference waits for its entry; look at the reconciliation."};
inline constexpr Rejection kPayeeInvalid{
    19021, Code::invalid_argument, "PAYEE_INVALID",
    "Say in 1 to 200 bytes on one line which account on file is meant, with six digits at most: "
    "its whole number does not belong here."};
inline constexpr Rejection kAmountNotPayable{
    19022, Code::invalid_argument, "AMOUNT_NOT_PAYABLE",
    "A bank pays whole fen; ask for an amount with two decimals at most."};

inline constexpr Rejection kCustodyModeFixed{
    19023, Code::failed_precondition, "CUSTODY_MODE_FIXED",
    "How money is kept is settled before the first statement comes; it stays as it is."};
inline constexpr Rejection kSubAccountsNotUsed{
    19024, Code::failed_precondition, "SUB_ACCOUNTS_NOT_USED",
    "The exchange keeps all money on one account; set it to sub-accounts first: penstock bank "
    "account --mode sub-accounts."};
inline constexpr Rejection kSubAccountInvalid{
    19025, Code::invalid_argument, "SUB_ACCOUNT_INVALID",
    "A sub-account's number has 1 to 40 letters, digits or hyphens; copy it from the bank."};
inline constexpr Rejection kSubAccountTaken{
    19026, Code::already_exists, "SUB_ACCOUNT_TAKEN",
    "Another party has this sub-account; look at the list: penstock bank sub-accounts."};
inline constexpr Rejection kSubAccountInUse{
    19027, Code::failed_precondition, "SUB_ACCOUNT_IN_USE",
    "The sub-account still has money on it or on the way, or an entry that nobody has explained; "
    "empty it and explain that before it changes."};
inline constexpr Rejection kSubAccountTooLow{
    19028, Code::failed_precondition, "SUB_ACCOUNT_TOO_LOW",
    "The party's sub-account does not hold so much yet; have the bank do the transfer instructions "
    "and import the statement that shows them."};
inline constexpr Rejection kInstructionNotFound{
    19029, Code::not_found, "INSTRUCTION_NOT_FOUND",
    "There is no such transfer instruction under way; list them: penstock bank instructions."};
inline constexpr Rejection kInstructionShown{
    19030, Code::failed_precondition, "INSTRUCTION_SHOWN",
    "A statement has shown one of the instruction's entries, so that the bank has done it; import "
    "or explain the other one."};

inline constexpr std::array kRejections{
    &kWithdrawalNotFound, &kWithdrawalState,     &kTooManyWithdrawals,
    &kNoteInvalid,        &kOfficerNeeded,       &kSecondOfficerNeeded,
    &kCustodyInvalid,     &kBankAccountFixed,    &kBankAccountNotSet,
    &kStatementInvalid,   &kStatementTooLong,    &kStatementSumWrong,
    &kStatementRepeated,  &kStatementNotNext,    &kStatementOfAnotherAccount,
    &kBankEntryRepeated,  &kBankEntryNotFound,   &kResolutionInvalid,
    &kEntryAmountDiffers, &kNotInTransit,        &kPayeeInvalid,
    &kAmountNotPayable,   &kCustodyModeFixed,    &kSubAccountsNotUsed,
    &kSubAccountInvalid,  &kSubAccountTaken,     &kSubAccountInUse,
    &kSubAccountTooLow,   &kInstructionNotFound, &kInstructionShown};

}  // namespace penstock::custody

#pragma once

#include "base/error.h"

namespace penstock::client {

inline constexpr Rejection kUsage{17001, Code::invalid_argument, "USAGE",
                                  "The command line is not complete or not consistent."};
inline constexpr Rejection kLocalFile{17002, Code::not_found, "LOCAL_FILE",
                                      "A file of this machine cannot be read or written."};
inline constexpr Rejection kStateFile{
    17003, Code::failed_precondition, "STATE_FILE",
    "The state file cannot be used; continue with the one of this run, or begin another run with a "
    "new file."};
inline constexpr Rejection kNoPlan{
    17004, Code::failed_precondition, "NO_PLAN",
    "No plan fits the task file as it is; `penstock plan` shows what stands in the way."};
inline constexpr Rejection kNotConfirmed{
    17005, Code::cancelled, "NOT_CONFIRMED",
    "Nothing was bought or begun; give --yes to go on without asking."};
inline constexpr Rejection kUnsafePath{
    17006, Code::data_loss, "UNSAFE_PATH",
    "An output's name would lead out of the folder, so nothing was written there."};
inline constexpr Rejection kDigestWrong{
    17007, Code::data_loss, "DIGEST_WRONG",
    "What arrived is not the file that was promised; fetch it again."};
inline constexpr Rejection kVerificationFailed{17008, Code::data_loss, "VERIFICATION_FAILED",
                                               "A check has failed; do not rely on the file."};
inline constexpr Rejection kNotTotal{
    17009, Code::internal, "LEDGER_NOT_BALANCED",
    "The two sides of the ledger are not equal; report it to the operator at once."};

inline constexpr Rejection kFilesAway{
    17010, Code::unavailable, "FILES_AWAY",
    "Not all files could be fetched. Name all servers of the exchange in --server, and fetch again "
    "when they answer."};
inline constexpr Rejection kJournalNotWhole{
    17011, Code::data_loss, "JOURNAL_NOT_WHOLE",
    "The journal that came is not whole, so nothing was written; ask again, and report it to the "
    "operator if it stays so."};
inline constexpr Rejection kUsageNotWhole{
    17012, Code::data_loss, "USAGE_NOT_WHOLE",
    "Not all attempts came, so nothing was written; ask again, and report it to the operator if it "
    "stays so."};
inline constexpr Rejection kNoResultUnit{
    17013, Code::invalid_argument, "NO_RESULT_UNIT",
    "The task file does not say what a result is, so nothing can be compared; give it `results` "
    "(docs/trial.md)."};
inline constexpr Rejection kTrialsGone{
    17014, Code::not_found, "TRIALS_GONE",
    "The exchange keeps none of these trials any longer, as they ended more than a day ago; try "
    "again."};

}  // namespace penstock::client

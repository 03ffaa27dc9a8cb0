#pragma once

#include "base/error.h"

namespace penstock::shell {

inline constexpr Rejection kNoSuchPage{14071, Code::not_found, "NO_SUCH_PAGE",
                                       "Nothing is served at this address; see /openapi.json."};
inline constexpr Rejection kDataFolderUnusable{
    14072, Code::unavailable, "DATA_FOLDER_UNUSABLE",
    "The data folder cannot be made or used; check the path, its owner and its mode."};
inline constexpr Rejection kOperatorKeyMissing{
    14073, Code::data_loss, "OPERATOR_KEY_DAMAGED",
    "The operator's key file is damaged and the exchange was not opened yet; remove the file and "
    "start again."};

inline constexpr Rejection kNothingToSeal{
    14076, Code::failed_precondition, "NOTHING_TO_SEAL",
    "To seal needs a seal key, and folders with the secrets of a server that has run."};

inline constexpr Rejection kMetricsTokenUnusable{
    14078, Code::failed_precondition, "METRICS_TOKEN_UNUSABLE",
    "The file of the metrics token needs one line of 16 to 256 printable characters; remove it to "
    "have another made."};
inline constexpr Rejection kMetricsTokenWrong{
    14079, Code::unauthenticated, "METRICS_TOKEN_WRONG",
    "Metrics need the header \"Authorization: Bearer TOKEN\", with the token of the file that "
    "--metrics-token-file names."};

inline constexpr Rejection kAddressUnknown{
    14075, Code::invalid_argument, "ADDRESS_UNKNOWN",
    "A server that listens on every address must say with --advertise at which the other servers "
    "reach it."};
inline constexpr Rejection kSecretsDiffer{
    14074, Code::failed_precondition, "SECRETS_DIFFER",
    "This server's secrets are not those of the exchange in the database; give it a copy of the "
    "first server's secrets with --secrets."};

inline constexpr Rejection kRestoreUnfinished{
    14077, Code::failed_precondition, "RESTORE_UNFINISHED",
    "A restore into this data folder was begun and not finished; run `penstock restore` again."};

inline constexpr Rejection kBackupRuns{
    14080, Code::failed_precondition, "BACKUP_RUNS",
    "A backup of this data folder is being made; try again when it is done."};
inline constexpr Rejection kSecretsChange{
    14081, Code::failed_precondition, "SECRETS_CHANGE",
    "The secrets of this server are being replaced; try again when that is done."};

inline constexpr Rejection kStatementPeriodInvalid{
    14082, Code::invalid_argument, "STATEMENT_PERIOD_INVALID",
    "A statement begins at an instant from 1970 on that is past, before it ends; its "
    "times are at most 840 minutes off UTC."};
inline constexpr Rejection kStatementTooLong{
    14083, Code::out_of_range, "STATEMENT_TOO_LONG",
    "A statement of account has up to 10,000 entries; ask for several shorter periods."};
inline constexpr Rejection kExportPeriodInvalid{
    14084, Code::invalid_argument, "EXPORT_PERIOD_INVALID",
    "An export begins at an instant from 1970 on that is past, before it ends."};

}  // namespace penstock::shell

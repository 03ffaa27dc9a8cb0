#pragma once

#include "base/error.h"

namespace penstock::backup {

inline constexpr Rejection kBackupDamaged{
    14701, Code::data_loss, "BACKUP_DAMAGED",
    "The backup is not what it was when it was made; use another one, and keep this for "
    "examination."};
inline constexpr Rejection kBackupFormat{
    14702, Code::failed_precondition, "BACKUP_FORMAT",
    "The backup is of another format; use the version of Penstock that made it."};
inline constexpr Rejection kBackupPlaceTaken{
    14703, Code::already_exists, "BACKUP_PLACE_TAKEN",
    "A backup is written to a place of its own, where nothing is yet, outside of the data folder."};
inline constexpr Rejection kNotABackup{
    14704, Code::not_found, "NOT_A_BACKUP",
    "There is no backup; name the folder that `penstock backup` made, with its manifest.json."};
inline constexpr Rejection kFolderNotEmpty{
    14705, Code::failed_precondition, "FOLDER_NOT_EMPTY",
    "A backup is restored into an empty folder only; move away what is there, or name another."};
inline constexpr Rejection kSecretsPlace{
    14706, Code::invalid_argument, "SECRETS_PLACE",
    "The backup's server had its secrets apart; say with --secrets where they go."};
inline constexpr Rejection kSecretsDiffer{
    14707, Code::failed_precondition, "SECRETS_IN_THE_WAY",
    "Other secrets than those of the backup lie at the place named by --secrets; name another."};
inline constexpr Rejection kNothingToBackUp{
    14708, Code::not_found, "NOTHING_TO_BACK_UP",
    "There is no exchange to back up; name the data folder of a server that has been started, and "
    "its journal."};
inline constexpr Rejection kStrangeFile{
    14709, Code::failed_precondition, "STRANGE_FILE",
    "Only files and folders are backed up, and links are neither; move away what is no file, and "
    "mount a folder that lies elsewhere instead of linking to it."};
inline constexpr Rejection kBackupUnderWay{
    14710, Code::failed_precondition, "BACKUP_UNDER_WAY",
    "Another backup is being written to this place; wait for it, or name another place."};

inline constexpr Rejection kSecretsMissing{
    14711, Code::failed_precondition, "SECRETS_MISSING",
    "No server starts without its secrets; say with --secrets where they lie, as the server was "
    "told."};

}  // namespace penstock::backup

#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "penstock/v1/backup.pb.h"

namespace penstock::backup {

inline constexpr std::uint32_t kFormat = 1;
inline constexpr const char* kManifestFile = "manifest.json";
/// What `sha256sum --check` reads, of the manifest.
inline constexpr const char* kManifestSum = "manifest.json.sha256";
inline constexpr const char* kJournalPath = "data/journal.db";
inline constexpr const char* kEvidencePath = "data/evidence";

/// Reads the text of a manifest, which anyone may have written.
/// @return A manifest of our format whose paths lead nowhere but below data/ and secrets/, each
///         once and in order.
/// @retval kBackupFormat, kBackupDamaged
Result<v1::BackupManifest> parse_manifest(std::string_view text);

/// Puts a manifest and its sum into the folder of a backup.
/// @retval kFileFault
Result<void> write_manifest(const std::filesystem::path& folder,
                            const v1::BackupManifest& manifest);

/// @retval kNotABackup, kBackupDamaged, kBackupFormat, kFileFault
Result<v1::BackupManifest> read_manifest(const std::filesystem::path& folder);

/// SHA-256 of a file in hexadecimal, read in pieces.
/// @retval kFileFault
Result<std::string> file_digest(const std::filesystem::path& file);

}  // namespace penstock::backup

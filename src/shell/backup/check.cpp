#include "shell/backup/check.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <system_error>
#include <utility>

#include "base/try.h"
#include "crypto/hex.h"
#include "shell/backup/error.h"
#include "shell/backup/folder_list.h"
#include "shell/backup/manifest.h"
#include "shell/evidence/log_copy.h"
#include "shell/journal/journal_file.h"

namespace penstock::backup {

namespace {

namespace fs = std::filesystem;

std::unexpected<Error> damaged(const std::string& path, const std::string& what) {
    return reject(kBackupDamaged, {}, path + ": " + what);
}

bool is_manifest(const std::string& path) {
    return path == kManifestFile || path == kManifestSum;
}

Result<void> check_files(const fs::path& folder, const v1::BackupManifest& manifest) {
    TRY_ASSIGN(const auto paths, list_files(folder, is_manifest));
    auto present = paths.begin();
    for (const v1::BackupFile& file : manifest.files()) {
        if (present == paths.end() || file.path() < *present)
            return damaged(file.path(), "the file is missing.");
        if (*present != file.path()) return damaged(*present, "the manifest does not have it.");
        ++present;
        const fs::path path = folder / file.path();
        std::error_code failed;
        const std::uint64_t bytes = fs::file_size(path, failed);
        if (failed || bytes != file.bytes())
            return damaged(file.path(), "it has " + std::to_string(bytes) + " bytes, not " +
                                            std::to_string(file.bytes()) + ".");
        TRY_ASSIGN(const std::string digest, file_digest(path));
        if (digest != file.sha256())
            return damaged(file.path(), "its SHA-256 is not that of the manifest.");
    }
    if (present != paths.end()) return damaged(*present, "the manifest does not have it.");
    return {};
}

Result<void> check_journal(const fs::path& folder, const v1::JournalHead& head) {
    const auto end = shell::read_journal_file(folder / kJournalPath);
    if (!end) return damaged(kJournalPath, end.error().message());
    if (end->sequence != head.sequence() || end->time.ns != head.time_ns() ||
        to_hex(end->rolling_hash) != head.rolling_hash() ||
        to_hex(end->chain_hash) != head.chain_hash())
        return damaged(kJournalPath, "it does not end where the manifest says.");
    return {};
}

Result<void> check_evidence(const fs::path& folder, const v1::BackupManifest& manifest) {
    const auto log = evidence::check_copy(folder / kEvidencePath);
    if (!log) return damaged(kEvidencePath, log.error().message());
    const v1::LogHead& head = manifest.evidence();
    if (log->head.size != head.size() || crypto::hex(log->head.root) != head.root())
        return damaged(kEvidencePath, "its checkpoint is not the manifest's.");
    if (log->applied_sequence > manifest.journal().sequence())
        return damaged(kEvidencePath, "it has records up to command " +
                                          std::to_string(log->applied_sequence) +
                                          ", which the journal has not.");
    return {};
}

}  // namespace

Result<v1::BackupManifest> check_backup(const fs::path& folder) {
    TRY_ASSIGN(v1::BackupManifest manifest, read_manifest(folder));
    TRY(check_files(folder, manifest));
    TRY(check_journal(folder, manifest.journal()));
    TRY(check_evidence(folder, manifest));
    return manifest;
}

Result<void> check_secrets(const v1::BackupManifest& manifest, const fs::path& elsewhere,
                           bool with_log_keys) {
    const auto has = [&](const std::string& path) {
        return std::ranges::any_of(manifest.files(),
                                   [&](const v1::BackupFile& file) { return file.path() == path; });
    };
    for (const auto& [folder, name] :
         {std::pair{"data/", "server.secret"}, std::pair{"data/evidence/", "log.key"},
          std::pair{"data/evidence/", "epoch-1.key"}}) {
        if (!with_log_keys && std::string_view(folder) != "data/") continue;
        std::error_code missing;
        if (!has(std::string(folder) + name) && !has(std::string("secrets/") + name) &&
            (elsewhere.empty() || !fs::exists(elsewhere / name, missing)))
            return reject(kSecretsMissing, {}, "There is no " + std::string(name) + ".");
    }
    return {};
}

}  // namespace penstock::backup

#include "shell/backup/backup.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/try.h"
#include "base/version.h"
#include "crypto/hex.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/folder.h"
#include "shell/artifacts/grants.h"
#include "shell/backup/check.h"
#include "shell/backup/error.h"
#include "shell/backup/folder_list.h"
#include "shell/backup/manifest.h"
#include "shell/backup/place_lock.h"
#include "shell/backup/vault_copy.h"
#include "shell/evidence/log_copy.h"
#include "shell/journal/error.h"
#include "shell/journal/journal_file.h"
#include "shell/journal/postgres_journal.h"
#include "shell/journal/wal_check.h"
#include "shell/server/data_folder.h"
#include "shell/sqlite/sqlite.h"

namespace penstock::backup {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 1U << 30;
constexpr const char* kVault = "vault.db";
constexpr const char* kGrants = "artifacts/artifacts.db";

/// What is made again from the rest, is copied in a way of its own, or is of this moment only. All
/// else is copied, so that a new part of the server is in the backup without anybody's thinking.
bool is_left_out(const std::string& path) {
    static const std::set<std::string, std::less<>> kPlaces{
        "artifacts/incoming", "evidence/evidence.db", "evidence/log", "journal.db", "projection.db",
        "snapshots",          shell::kRestoreMark,    "lost+found",   kVault};
    const auto ends = [&](std::string_view suffix) { return path.ends_with(suffix); };
    // Locks, what SQLite keeps beside its files, and drafts of files that replace others.
    return kPlaces.contains(path) || ends(".lock") || ends(".db-wal") || ends(".db-shm") ||
           ends(".db-journal") || path.find(".new.") != std::string::npos;
}

bool is_nothing(const std::string&) {
    return false;
}

Result<void> copy_database(const fs::path& from, const fs::path& to) {
    TRY_ASSIGN(const auto source, sqlite::Database::open_to_read(from));
    TRY(source.copy_to(to));
    if (::chmod(to.c_str(), 0600) != 0) return files::fault("cannot protect", to.native());
    return {};
}

/// It was no link when it was listed; should it be one by now, it is not followed either.
Result<void> copy_bytes(const fs::path& from, const fs::path& to) {
    const files::Descriptor source(
        ::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!source.is_open() && errno == ENOENT) return {};  // Removed since it was listed.
    if (!source.is_open() && errno == ELOOP) return reject(kStrangeFile, {}, from.string());
    struct stat about{};
    if (!source.is_open() || ::fstat(source.number(), &about) != 0)
        return files::fault("cannot open", from.native());
    if (!S_ISREG(about.st_mode)) return reject(kStrangeFile, {}, from.string());
    const files::Descriptor target(
        ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!target.is_open()) return files::fault("cannot create", to.native());
    ssize_t count = 0;
    do {
        count = ::sendfile(target.number(), source.number(), nullptr, kPieceBytes);
    } while (count > 0 || (count < 0 && errno == EINTR));
    if (count < 0 || ::fchmod(target.number(), about.st_mode & 0777) != 0)
        return files::fault("cannot copy", from.native());
    return {};
}

Result<void> copy_one(const fs::path& from, const fs::path& to) {
    TRY(files::ensure_folder(to.parent_path()));
    // By its name: opening another's database to look what it is would drop our locks on it.
    if (from.extension() == ".db") return copy_database(from, to);
    return copy_bytes(from, to);
}

Result<void> copy_folder(const fs::path& from, const fs::path& to) {
    TRY_ASSIGN(const auto paths, list_files(from, is_left_out));
    for (const std::string& path : paths) TRY(copy_one(from / path, to / path));
    return {};
}

/// A log that was damaged while no server ran must be seen before SQLite repairs it its own way.
Result<void> check_log_at_rest(const fs::path& data) {
    const auto lock = shell::lock_data_folder(data);
    if (!lock) {
        if (lock.error().number() == shell::kJournalInUse.number)
            return {};  // It is being written.
        return std::unexpected(lock.error());
    }
    return shell::check_write_ahead_log(data / "journal.db-wal");
}

/// @param when_settled  Called at once when it is fixed up to which command the copy goes.
Result<void> copy_journal(const BackupOptions& options, const fs::path& to,
                          const std::function<Result<void>()>& when_settled) {
    if (options.journal_url.empty()) {
        TRY(check_log_at_rest(options.data));
        TRY(copy_database(options.data / "journal.db", to));
        return when_settled();
    }
    TRY_ASSIGN(const auto journal,
               shell::PostgresJournal::open(
                   {.url = options.journal_url, .tables = postgres::Tables::leave}));
    TRY(when_settled());
    TRY_ASSIGN(auto writer, shell::JournalFileWriter::create(to));
    TRY(journal->read_from(1, [&](const shell::Batch& batch) { return writer.add(batch); }));
    TRY(writer.finish());
    if (::chmod(to.c_str(), 0600) != 0) return files::fault("cannot protect", to.native());
    return {};
}

Result<void> describe_files(const fs::path& folder, v1::BackupManifest& manifest) {
    TRY_ASSIGN(const auto paths, list_files(folder, is_nothing));
    for (const std::string& path : paths) {
        const fs::path file = folder / path;
        struct stat about{};
        if (::stat(file.c_str(), &about) != 0) return files::fault("cannot see", file.native());
        TRY_ASSIGN(std::string digest, file_digest(file));
        v1::BackupFile& entry = *manifest.add_files();
        entry.set_path(path);
        entry.set_bytes(static_cast<std::uint64_t>(about.st_size));
        entry.set_sha256(std::move(digest));
        entry.set_mode(about.st_mode & 0777);
    }
    return files::sync_file_system(folder);
}

Result<v1::BackupManifest> fill(const BackupOptions& options, const fs::path& folder) {
    const fs::path data = folder / "data";
    const fs::path early_vault = folder / "vault.early";
    const VaultPlace vault{options.data / kVault, options.journal_url};
    TRY(files::ensure_folder(data));
    // The log first: what it has is in the journal, whenever that is copied later. Then the
    // journal; what its commands name, secrets, personal data and files, was there before them. But
    // secrets that were replaced go when that is journaled: hence the vault once before, once
    // after.
    TRY_ASSIGN(const evidence::LogCopy log,
               evidence::copy_log(options.data / "evidence", folder / kEvidencePath));
    TRY(copy_vault(vault, early_vault));
    TRY(copy_journal(options, folder / kJournalPath, [&] {
        options.when_settled();
        return copy_vault(vault, data / kVault);
    }));
    TRY(unite_vaults(early_vault, data / kVault));
    TRY_ASSIGN(const shell::JournalEnd end, shell::read_journal_file(folder / kJournalPath));
    if (end.sequence == 0) return reject(kNothingToBackUp, {}, options.data.string());
    TRY(copy_folder(options.data, data));
    if (std::error_code missing; fs::exists(data / kGrants, missing))
        TRY(artifacts::Grants::set_back(data / kGrants, {end.sequence, end.rolling_hash}));
    if (!options.secrets.empty()) TRY(copy_folder(options.secrets, folder / "secrets"));

    v1::BackupManifest manifest;
    manifest.set_format(kFormat);
    manifest.set_version(kVersion);
    manifest.set_created_at_ns(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                   std::chrono::system_clock::now().time_since_epoch())
                                   .count());
    manifest.mutable_journal()->set_sequence(end.sequence);
    manifest.mutable_journal()->set_time_ns(end.time.ns);
    manifest.mutable_journal()->set_rolling_hash(to_hex(end.rolling_hash));
    manifest.mutable_journal()->set_chain_hash(to_hex(end.chain_hash));
    manifest.mutable_evidence()->set_size(log.head.size);
    manifest.mutable_evidence()->set_root(crypto::hex(log.head.root));
    TRY(describe_files(folder, manifest));
    TRY(write_manifest(folder, manifest));
    return manifest;
}

/// Whether `path` is `folder` or lies below it.
bool lies_in(const fs::path& path, const fs::path& folder) {
    std::error_code failed;
    const std::string inner = fs::weakly_canonical(path, failed).string() + "/";
    return inner.starts_with(fs::weakly_canonical(folder, failed).string() + "/");
}

Result<void> check_place(const BackupOptions& options) {
    std::error_code failed;
    if (options.journal_url.empty() && !fs::exists(options.data / "journal.db", failed))
        return reject(kNothingToBackUp, {}, options.data.string());
    if (!fs::exists(options.data / "evidence" / "evidence.db", failed))
        return reject(kNothingToBackUp, {}, options.data.string());
    for (const char* name : {"journal.db", "evidence", "evidence/evidence.db", "evidence/log"})
        if (fs::is_symlink(fs::symlink_status(options.data / name, failed)))
            return reject(kStrangeFile, {}, (options.data / name).string());
    const bool inside = lies_in(options.to, options.data) ||
                        (!options.secrets.empty() && lies_in(options.to, options.secrets));
    if (inside || fs::exists(fs::symlink_status(options.to, failed)))
        return reject(kBackupPlaceTaken, {}, options.to.string());
    return {};
}

}  // namespace

Result<v1::BackupManifest> make_backup(const BackupOptions& given) {
    BackupOptions options = given;
    if (!options.to.has_filename()) options.to = options.to.parent_path();  // "x/" is x.
    TRY(check_place(options));
    TRY_ASSIGN(const files::Descriptor secrets_stay, shell::lock_for_backup(options.data));
    if (options.to.has_parent_path()) TRY(files::ensure_folder(options.to.parent_path()));
    const fs::path draft = options.to.string() + ".unfinished";
    TRY_ASSIGN(const PlaceLock place, PlaceLock::take(draft));
    TRY(files::remove_folder(draft));  // Of one that was killed.
    TRY(files::ensure_folder(draft));
    auto made = fill(options, draft);
    if (made) {
        if (auto checked = check_backup(draft); !checked)
            made = std::unexpected(std::move(checked).error());
        else if (auto whole = check_secrets(*checked, {}, true); !whole)
            made = std::unexpected(std::move(whole).error());
    }
    if (made && ::rename(draft.c_str(), options.to.c_str()) != 0)
        made = files::fault("cannot name", options.to.native());
    if (!made) {
        static_cast<void>(files::remove_folder(draft));
        return made;
    }
    TRY(files::sync_name(options.to));
    return made;
}

}  // namespace penstock::backup

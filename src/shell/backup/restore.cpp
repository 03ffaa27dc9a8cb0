#include "shell/backup/restore.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/folder.h"
#include "files/whole_file.h"
#include "shell/backup/check.h"
#include "shell/backup/error.h"
#include "shell/backup/manifest.h"
#include "shell/journal/error.h"
#include "shell/journal/postgres_fill.h"
#include "shell/server/data_folder.h"
#include "shell/sqlite/sqlite.h"
#include "shell/vault/postgres_vault_store.h"
#include "shell/vault/sqlite_vault_store.h"

namespace penstock::backup {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = 1U << 20;
constexpr const char* kLock = "server.lock";

/// What lies in a folder and stands in the way of a restore.
Result<std::vector<fs::path>> obstacles(const fs::path& data) {
    std::error_code failed;
    std::vector<fs::path> present;
    for (fs::directory_iterator entry(data, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const fs::path name = entry->path().filename();
        if (name != kLock && name != shell::kRestoreMark && name != "lost+found")
            present.push_back(entry->path());
    }
    if (failed)
        return reject(files::kFileFault, {},
                      "cannot list " + data.string() + ": " + failed.message());
    return present;
}

/// Takes a folder that is empty, or that an earlier restore has marked; the latter is emptied.
Result<files::Descriptor> take_folder(const fs::path& data) {
    TRY(files::ensure_folder(data));
    TRY_ASSIGN(const auto before, obstacles(data));
    std::error_code failed;
    if (!before.empty() && !fs::exists(data / shell::kRestoreMark, failed))
        return reject(kFolderNotEmpty, {}, before.front().string());
    TRY_ASSIGN(files::Descriptor lock, shell::lock_data_folder(data, shell::LockFor::restore));
    TRY(files::write_durably(data / shell::kRestoreMark,
                             {"A backup is being restored into this folder.\n"}));
    for (const fs::path& path : before) TRY(files::remove_folder(path));
    return lock;
}

/// One restore under way.
class Restore {
  public:
    Restore(const RestoreOptions& options, const v1::BackupManifest& manifest)
        : options_(options), manifest_(manifest) {}

    Result<void> run() {
        struct stat about{};
        if (::stat(options_.data.c_str(), &about) != 0)
            return files::fault("cannot see", options_.data.native());
        owner_ = about.st_uid;
        group_ = about.st_gid;
        for (const v1::BackupFile& file : manifest_.files())
            if (is_wanted(file.path())) TRY(copy(file));
        for (const fs::path& folder : folders_) TRY(files::sync_name(folder / "."));
        if (options_.journal_url.empty()) return {};
        TRY(shell::fill_postgres_journal(options_.journal_url, options_.from / kJournalPath));
        return share_vault();
    }

  private:
    bool is_wanted(std::string_view path) const {
        if (path == kJournalPath) return options_.journal_url.empty();
        if (options_.log == LogAfter::same) return true;
        // Without its signing key, records and files the log begins anew; the key of the salts
        // stays, so that records keep their commitments.
        return path != "data/evidence/log.key" && path != "secrets/log.key" &&
               path != "data/evidence/evidence.db" && !path.starts_with("data/evidence/log/");
    }

    fs::path place_of(std::string_view path) const {
        const bool is_secret = path.starts_with("secrets/");
        const auto inner = path.substr(path.find('/') + 1);
        return (is_secret ? options_.secrets : options_.data) / inner;
    }

    Result<void> copy(const v1::BackupFile& file) {
        const fs::path to = place_of(file.path());
        if (file.path().starts_with("secrets/")) {
            std::error_code missing;
            if (fs::exists(to, missing)) return compare_secret(file, to);
        }
        TRY(make_folders(to.parent_path()));
        const fs::path from = options_.from / file.path();
        const files::Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
        if (!source.is_open()) return files::fault("cannot open", from.native());
        const files::Descriptor target(
            ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!target.is_open()) return files::fault("cannot create", to.native());
        TRY(copy_bytes(source.number(), target.number(), file));
        if (::fchmod(target.number(), file.mode()) != 0 || !give_away(target.number()) ||
            ::fsync(target.number()) != 0)
            return files::fault("cannot finish", to.native());
        folders_.insert(to.parent_path());
        return {};
    }

    /// What is written is what the manifest says, whatever happened to the backup since it was
    /// checked.
    Result<void> copy_bytes(int source, int target, const v1::BackupFile& file) {
        crypto::Sha256Stream hash;
        piece_.resize(kPieceBytes);
        while (true) {
            const auto count = files::read_all(source, piece_);
            if (!count) return files::fault("cannot read", file.path());
            const std::string_view bytes(piece_.data(), *count);
            hash.update(bytes);
            if (!files::write_all(target, bytes)) return files::fault("cannot write", file.path());
            if (*count < piece_.size()) break;
        }
        if (crypto::hex(hash.finish()) == file.sha256()) return {};
        return reject(kBackupDamaged, {}, file.path() + ": it changed while it was restored.");
    }

    static Result<void> compare_secret(const v1::BackupFile& file, const fs::path& present) {
        TRY_ASSIGN(const std::string digest, file_digest(present));
        if (digest != file.sha256()) return reject(kSecretsDiffer, {}, present.string());
        return {};
    }

    Result<void> make_folders(const fs::path& folder) {
        std::error_code missing;
        if (fs::is_directory(folder, missing)) return {};
        TRY(make_folders(folder.parent_path()));
        TRY(files::ensure_folder(folder));
        folders_.insert(folder.parent_path());
        const files::Descriptor made(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!made.is_open() || !give_away(made.number()))
            return files::fault("cannot give away", folder.native());
        return {};
    }

    /// Several servers have their vault beside the journal, and no file that would not forget.
    Result<void> share_vault() const {
        const fs::path path = options_.data / "vault.db";
        std::error_code missing;
        if (!fs::exists(path, missing)) return {};
        {
            TRY_ASSIGN(const auto file, vault::SqliteVaultStore::open_file(path));
            TRY_ASSIGN(const vault::Contents contents, file->contents());
            TRY_ASSIGN(const auto shared,
                       vault::PostgresVaultStore::open_url(options_.journal_url));
            TRY(shared->replace([&](const vault::Contents& before) -> Result<vault::Contents> {
                if (!before.check.empty() && before.check != contents.check)
                    return reject(shell::kJournalNotEmpty, {}, "It has another vault.");
                return contents;
            }));
        }
        sqlite::remove_database(path);
        return files::sync_name(path);
    }

    bool give_away(int descriptor) const {
        return ::geteuid() != 0 || ::fchown(descriptor, owner_, group_) == 0;
    }

    const RestoreOptions& options_;
    const v1::BackupManifest& manifest_;
    uid_t owner_ = 0;
    gid_t group_ = 0;
    std::set<fs::path> folders_;  ///< In which names were made.
    std::vector<char> piece_;
};

Result<void> check_places(const RestoreOptions& options, const v1::BackupManifest& manifest) {
    bool has_secrets = false;
    for (const v1::BackupFile& file : manifest.files())
        has_secrets = has_secrets || file.path().starts_with("secrets/");
    if (has_secrets == options.secrets.empty()) return reject(kSecretsPlace);
    std::error_code missing;
    const fs::path key = options.secrets / "log.key";
    if (has_secrets && options.log == LogAfter::renewed && fs::exists(key, missing))
        return reject(kSecretsDiffer, {}, key.string());
    return {};
}

}  // namespace

Result<v1::BackupManifest> restore_backup(const RestoreOptions& options) {
    TRY_ASSIGN(v1::BackupManifest manifest, check_backup(options.from));
    TRY(check_places(options, manifest));
    TRY_ASSIGN(const files::Descriptor lock, take_folder(options.data));
    if (!options.secrets.empty()) TRY(files::ensure_folder(options.secrets));
    TRY(Restore(options, manifest).run());
    const fs::path mark = options.data / shell::kRestoreMark;
    if (::unlink(mark.c_str()) != 0) return files::fault("cannot remove", mark.native());
    TRY(files::sync_name(mark));
    return manifest;
}

}  // namespace penstock::backup

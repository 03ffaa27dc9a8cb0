#include "shell/backup/restore.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
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
#include "shell/evidence/log_keys.h"
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
constexpr const char* kVault = "vault.db";
/// In every data folder that was used.
constexpr std::array<std::string_view, 4> kInNobodysWay{"server.lock", "backup.lock", "lost+found",
                                                        shell::kRestoreMark};
constexpr std::array<std::string_view, 4> kLogKeys{
    "data/evidence/log.key", "secrets/log.key", "data/evidence/epoch-1.key", "secrets/epoch-1.key"};
/// What servers that share an exchange have in --secrets, as one without --secrets has it.
constexpr std::array<std::string_view, 5> kShared{"data/server.secret", "data/vault.key",
                                                  "data/metrics.token", "data/evidence/log.key",
                                                  "data/evidence/epoch-1.key"};

bool has_secrets(const v1::BackupManifest& manifest) {
    return std::ranges::any_of(manifest.files(), [](const v1::BackupFile& file) {
        return file.path().starts_with("secrets/");
    });
}

/// What lies in a folder and stands in the way of a restore.
Result<std::vector<fs::path>> obstacles(const fs::path& data) {
    std::error_code failed;
    std::vector<fs::path> present;
    for (fs::directory_iterator entry(data, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const std::string name = entry->path().filename();
        if (std::ranges::find(kInNobodysWay, name) == kInNobodysWay.end())
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
        : options_(options), manifest_(manifest), has_secrets_(has_secrets(manifest)) {}

    Result<void> run() {
        struct stat about{};
        if (::stat(options_.data.c_str(), &about) != 0)
            return files::fault("cannot see", options_.data.native());
        owner_ = about.st_uid;
        group_ = about.st_gid;
        if (!options_.secrets.empty()) TRY(make_folders(options_.secrets));
        for (const v1::BackupFile& file : manifest_.files())
            if (is_wanted(file.path())) TRY(copy(file));
        if (!options_.secrets.empty()) TRY(files::sync_file_system(options_.secrets));
        TRY(files::sync_file_system(options_.data));
        if (options_.journal_url.empty()) return {};
        // Other servers know of no mark in our folder: whoever sees the journal has its vault.
        TRY(shell::fill_postgres_journal(options_.journal_url, options_.from / kJournalPath,
                                         [this] { return share_vault(); }));
        return remove_vault_file();
    }

  private:
    bool is_wanted(std::string_view path) const {
        if (path == kJournalPath) return options_.journal_url.empty();
        if (options_.log == LogAfter::same) return true;
        // Without its keys, records and files the log begins anew. The key of the salts goes, too:
        // what follows the backup would get the salts of what was lost, which its parties know.
        return std::ranges::find(kLogKeys, path) == kLogKeys.end() &&
               path != "data/evidence/evidence.db" && !path.starts_with("data/evidence/log/");
    }

    bool is_for_secrets(std::string_view path) const {
        if (path.starts_with("secrets/")) return true;
        return !has_secrets_ && !options_.secrets.empty() &&
               std::ranges::find(kShared, path) != kShared.end();
    }

    fs::path place_of(std::string_view path) const {
        const std::string_view within = path.substr(path.find('/') + 1);
        if (path.starts_with("secrets/")) return options_.secrets / within;
        if (is_for_secrets(path)) return options_.secrets / fs::path(path).filename();
        return options_.data / within;
    }

    Result<void> copy(const v1::BackupFile& file) {
        const fs::path to = place_of(file.path());
        if (!is_for_secrets(file.path())) return write(file, to);
        std::error_code missing;
        if (fs::exists(to, missing)) return compare_secret(file, to);
        // The mark does not guard this folder: what has its name is whole.
        const fs::path draft = files::draft_of(to);
        TRY(files::remove_drafts(to));
        TRY(write(file, draft));
        TRY(files::sync_file_system(options_.secrets));
        if (::rename(draft.c_str(), to.c_str()) != 0)
            return files::fault("cannot name", to.native());
        return {};
    }

    Result<void> write(const v1::BackupFile& file, const fs::path& to) {
        TRY(make_folders(to.parent_path()));
        const fs::path from = options_.from / file.path();
        const files::Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
        if (!source.is_open()) return files::fault("cannot open", from.native());
        const files::Descriptor target(
            ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!target.is_open()) return files::fault("cannot create", to.native());
        TRY(copy_bytes(source.number(), target.number(), file));
        if (::fchmod(target.number(), file.mode()) != 0 || !give_away(target.number()))
            return files::fault("cannot finish", to.native());
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
        if (folder.empty() || fs::is_directory(folder, missing)) return {};
        TRY(make_folders(folder.parent_path()));
        TRY(files::ensure_folder(folder));
        const files::Descriptor made(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!made.is_open() || !give_away(made.number()))
            return files::fault("cannot give away", folder.native());
        return {};
    }

    /// Several servers have their vault beside the journal.
    Result<void> share_vault() const {
        const fs::path path = options_.data / kVault;
        std::error_code missing;
        if (!fs::exists(path, missing)) return {};
        TRY_ASSIGN(const auto file, vault::SqliteVaultStore::open_file(path));
        TRY_ASSIGN(const vault::Contents contents, file->contents());
        TRY_ASSIGN(const auto shared, vault::PostgresVaultStore::open_url(options_.journal_url));
        return shared->replace([&](const vault::Contents& before) -> Result<vault::Contents> {
            if (!before.check.empty() && before.check != contents.check)
                return reject(shell::kJournalNotEmpty, {}, "It has another vault.");
            return contents;
        });
    }

    /// It would not forget whom the servers forget.
    Result<void> remove_vault_file() const {
        sqlite::remove_database(options_.data / kVault);
        return files::sync_name(options_.data / kVault);
    }

    bool give_away(int descriptor) const {
        return ::geteuid() != 0 || ::fchown(descriptor, owner_, group_) == 0;
    }

    const RestoreOptions& options_;
    const v1::BackupManifest& manifest_;
    const bool has_secrets_;
    uid_t owner_ = 0;
    gid_t group_ = 0;
    std::vector<char> piece_;
};

Result<void> check_places(const RestoreOptions& options, const v1::BackupManifest& manifest) {
    if (options.secrets.empty())
        return has_secrets(manifest) ? reject(kSecretsPlace) : Result<void>();
    std::error_code missing;
    if (options.log == LogAfter::same) return {};
    for (const char* name : {evidence::LogKeys::kSigner, evidence::LogKeys::kEpoch})
        if (const fs::path key = options.secrets / name; fs::exists(key, missing))
            return reject(kSecretsDiffer, {}, key.string());
    return {};
}

}  // namespace

Result<v1::BackupManifest> restore_backup(const RestoreOptions& options) {
    TRY_ASSIGN(v1::BackupManifest manifest, check_backup(options.from));
    TRY(check_places(options, manifest));
    TRY(check_secrets(manifest, options.secrets, options.log == LogAfter::same));
    TRY_ASSIGN(const files::Descriptor lock, take_folder(options.data));
    TRY(Restore(options, manifest).run());
    const fs::path mark = options.data / shell::kRestoreMark;
    if (::unlink(mark.c_str()) != 0) return files::fault("cannot remove", mark.native());
    TRY(files::sync_name(mark));
    return manifest;
}

}  // namespace penstock::backup

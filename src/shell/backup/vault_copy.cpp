#include "shell/backup/vault_copy.h"

#include <sys/stat.h>

#include <set>
#include <system_error>
#include <utility>

#include "base/try.h"
#include "files/error.h"
#include "shell/backup/error.h"
#include "shell/server/error.h"
#include "shell/sqlite/sqlite.h"
#include "shell/vault/postgres_vault_store.h"
#include "shell/vault/sqlite_vault_store.h"

namespace penstock::backup {

namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
    std::error_code missing;
    return fs::exists(path, missing);
}

/// The vault of several servers becomes the file of a single one.
Result<void> write_shared(const std::string& url, const fs::path& to) {
    TRY_ASSIGN(const auto shared,
               vault::PostgresVaultStore::open_url(url, postgres::Tables::leave));
    TRY_ASSIGN(const vault::Contents contents, shared->contents());
    if (contents.check.empty()) return {};
    TRY_ASSIGN(const auto file, vault::SqliteVaultStore::open_file(to));
    return file->replace([&](const vault::Contents&) { return contents; });
}

vault::Contents unite(const vault::Contents& earlier, vault::Contents later) {
    std::set<vault::Ref> people;
    std::set<crypto::Sha256> indexes;
    std::set<vault::Ref> secrets;
    for (const auto& row : later.profiles) {
        people.insert(row.ref);
        indexes.insert(row.email_index);
    }
    for (const auto& row : later.subjects) indexes.insert(row.index);
    for (const auto& row : later.secrets) secrets.insert(row.ref);
    for (const auto& row : earlier.profiles)
        if (!people.contains(row.ref) && indexes.insert(row.email_index).second) {
            people.insert(row.ref);
            later.profiles.push_back(row);
        }
    for (const auto& row : earlier.subjects)
        if (people.contains(row.profile) && indexes.insert(row.index).second)
            later.subjects.push_back(row);
    for (const auto& row : earlier.secrets)
        if (secrets.insert(row.ref).second) later.secrets.push_back(row);
    return later;
}

}  // namespace

Result<void> copy_vault(const VaultPlace& from, const fs::path& to) {
    std::error_code missing;
    if (!from.journal_url.empty()) {
        TRY(write_shared(from.journal_url, to));
    } else if (const auto status = fs::symlink_status(from.file, missing);
               fs::is_regular_file(status)) {
        TRY_ASSIGN(const auto source, sqlite::Database::open_to_read(from.file));
        TRY(source.copy_to(to));
    } else if (fs::exists(status)) {
        return reject(kStrangeFile, {}, from.file.string());
    }
    if (is_there(to) && ::chmod(to.c_str(), 0600) != 0)
        return files::fault("cannot protect", to.native());
    return {};
}

Result<void> unite_vaults(const fs::path& earlier, const fs::path& later) {
    if (!is_there(earlier)) return {};
    if (!is_there(later)) return reject(shell::kSecretsChange);
    {
        TRY_ASSIGN(const auto before, vault::SqliteVaultStore::open_file(earlier));
        TRY_ASSIGN(const vault::Contents contents, before->contents());
        TRY_ASSIGN(const auto after, vault::SqliteVaultStore::open_file(later));
        TRY(after->replace([&](const vault::Contents& all) -> Result<vault::Contents> {
            // An empty vault has no key yet.
            if (contents.check.empty()) return all;
            if (contents.check != all.check) return reject(shell::kSecretsChange);
            return unite(contents, all);
        }));
    }
    sqlite::remove_database(earlier);
    return {};
}

}  // namespace penstock::backup

#include "shell/server/secret_places.h"

#include <string>
#include <system_error>

#include "base/try.h"
#include "crypto/secret_files.h"
#include "files/descriptor.h"
#include "files/whole_file.h"
#include "shell/api/secrets.h"
#include "shell/evidence/log_keys.h"
#include "shell/server/data_folder.h"
#include "shell/server/error.h"
#include "shell/server/opening.h"
#include "shell/vault/error.h"
#include "shell/vault/postgres_vault_store.h"
#include "shell/vault/sqlite_vault_store.h"
#include "shell/vault/vault.h"

namespace penstock::shell {

namespace {

/// What keeps out whoever would read or write secrets while they are replaced.
struct SecretsLock {
    files::Descriptor server;
    files::Descriptor backups;
};

/// Makes sure that nobody uses the secrets, and removes what killed writers left of them: drafts
/// that would outlive the key they were made under.
Result<SecretsLock> take_secrets(const ServerOptions& options) {
    SecretsLock lock;
    TRY_ASSIGN(lock.server, lock_data_folder(options.data));
    TRY_ASSIGN(lock.backups, lock_against_backups(options.data));
    for (const SecretPlace& place : secret_places(options)) TRY(files::remove_drafts(place.file));
    return lock;
}

}  // namespace

std::filesystem::path server_secret_file(const ServerOptions& options) {
    return (options.secrets.empty() ? options.data : options.secrets) / "server.secret";
}

std::filesystem::path log_keys_folder(const ServerOptions& options) {
    return options.secrets.empty() ? options.data / "evidence" : options.secrets;
}

std::filesystem::path vault_key_file(const ServerOptions& options) {
    if (!options.vault_key_file.empty()) return options.vault_key_file;
    return (options.secrets.empty() ? options.data : options.secrets) / "vault.key";
}

std::filesystem::path operator_key_file(const ServerOptions& options) {
    return options.data / "operator.key";
}

Result<std::unique_ptr<vault::VaultStore>> open_vault_store(const ServerOptions& options) {
    if (!options.journal_url.empty())
        return vault::PostgresVaultStore::open_url(options.journal_url);
    return vault::SqliteVaultStore::open_file(options.data / "vault.db");
}

std::filesystem::path metrics_token_file(const ServerOptions& options) {
    if (!options.metrics_token_file.empty()) return options.metrics_token_file;
    return (options.secrets.empty() ? options.data : options.secrets) / "metrics.token";
}

std::vector<SecretPlace> secret_places(const ServerOptions& options) {
    using evidence::LogKeys;
    return {{server_secret_file(options), SecretMaker::kRole},
            {log_keys_folder(options) / LogKeys::kSigner, LogKeys::kSigner},
            {log_keys_folder(options) / LogKeys::kEpoch, LogKeys::kEpoch},
            {vault_key_file(options), vault::VaultKeyFile::kRole},
            {operator_key_file(options), kOperatorKeyRole}};
}

Result<std::string> operator_key(const ServerOptions& options) {
    TRY_ASSIGN(const auto files, crypto::SecretFiles::open(options.seal_keys));
    TRY_ASSIGN(std::string text, files.read(operator_key_file(options), kOperatorKeyRole));
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

Result<void> replace_vault_key(const ServerOptions& options) {
    TRY_ASSIGN(const auto files, crypto::SecretFiles::open(options.seal_keys));
    const vault::VaultKeyFile key_file(vault_key_file(options), files);
    if (!key_file.exists()) return reject(vault::kVaultKeyMissing, {}, key_file.path().string());
    TRY_ASSIGN(const SecretsLock lock, take_secrets(options));
    TRY_ASSIGN(const auto store, open_vault_store(options));
    return vault::Vault::replace_key(*store, key_file);
}

Result<std::vector<std::filesystem::path>> reseal_secrets(
    const ServerOptions& options,
    const std::function<void(const std::filesystem::path&)>& before_each) {
    TRY_ASSIGN(const auto files, crypto::SecretFiles::open(options.seal_keys));
    std::error_code ignored;
    if (!files.seals()) return reject(kNothingToSeal, "seal_key", "No --seal-key is given.");
    if (!std::filesystem::exists(server_secret_file(options), ignored))
        return reject(kNothingToSeal, {}, server_secret_file(options).string());
    TRY_ASSIGN(const SecretsLock lock, take_secrets(options));
    std::vector<std::filesystem::path> written;
    for (const SecretPlace& place : secret_places(options)) {
        if (!std::filesystem::exists(place.file, ignored)) continue;
        if (before_each) before_each(place.file);
        TRY_ASSIGN(const bool is_new, files.reseal(place.file, place.role));
        if (is_new) written.push_back(place.file);
    }
    return written;
}

}  // namespace penstock::shell

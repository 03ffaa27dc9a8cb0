#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "shell/sqlite/sqlite.h"
#include "shell/vault/vault_key.h"

namespace penstock::vault {

/// Names a record; drawn, so that it tells nothing.
using Ref = std::array<std::uint8_t, 16>;

/// Who a user is.
struct Profile {
    std::string email;  ///< As it is compared: lower case.
    std::string name;
    bool operator==(const Profile&) const = default;
};

/// Keeps what is personal and what is secret where it can be erased. Thread-safe; waits for a disk.
class Vault {
  public:
    /// @param key_file  Made when neither it nor the vault is there.
    /// @param files     How it lies there.
    /// @retval kVaultKeyMissing, kVaultKeyWrong, and what the files say
    static Result<std::unique_ptr<Vault>> open(const std::filesystem::path& file,
                                               const std::filesystem::path& key_file,
                                               const crypto::SecretFiles& files = {});

    /// Keeps a profile. The same once more is no error.
    /// @retval kEmailInUse
    Result<void> put_profile(const Ref& ref, const Profile& profile);
    Result<std::optional<Profile>> profile(const Ref& ref);
    Result<std::optional<Ref>> find_email(std::string_view email);

    /// Remembers by which account an identity provider knows the person, once and for all.
    /// @retval kSubjectInUse
    Result<void> bind_subject(const Ref& profile, std::string_view issuer,
                              std::string_view subject);
    Result<std::optional<Ref>> find_subject(std::string_view issuer, std::string_view subject);

    /// Keeps a secret of a profile; one that is there already stays as it is.
    Result<void> put_secret(const Ref& ref, const Ref& profile, std::string_view secret);
    Result<std::optional<std::string>> secret(const Ref& ref);

    /// Forgets a profile with all its secrets and subjects, beyond recovery from this file.
    Result<void> erase_profile(const Ref& ref);
    Result<void> erase_secret(const Ref& ref);
    /// Forgets all secrets of a profile.
    Result<void> erase_secrets_of(const Ref& profile);
    /// Forgets all records but these.
    Result<void> keep_only(const std::set<Ref>& profiles, const std::set<Ref>& secrets);

  private:
    Vault(sqlite::Database database, VaultKey key)
        : database_(std::move(database)), key_(std::move(key)) {}

    Result<void> check_key();
    Result<std::optional<Ref>> find(const char* sql, const crypto::Sha256& index);
    Result<void> erase_where(const char* table, const char* column, const Ref& ref);
    Result<std::set<Ref>> refs(const char* table);
    /// Cuts the write-ahead log, where what was erased may still stand.
    Result<void> settle();

    std::mutex mutex_;
    sqlite::Database database_;
    const VaultKey key_;
};

}  // namespace penstock::vault

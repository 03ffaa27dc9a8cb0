#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "shell/vault/vault_key.h"
#include "shell/vault/vault_store.h"

namespace penstock::vault {

/// Who a user is.
struct Profile {
    std::string email;  ///< As it is compared: lower case.
    std::string name;
    bool operator==(const Profile&) const = default;
};

/// Keeps what is personal and what is secret where it can be erased. Thread-safe; waits for a disk.
class Vault {
  public:
    /// @param key_file  Made when neither it nor anything in the store is there.
    /// @retval kVaultKeyMissing, kVaultKeyWrong, and what store and files say
    static Result<std::unique_ptr<Vault>> open(std::unique_ptr<VaultStore> store,
                                               const VaultKeyFile& key_file);

    /// Seals everything under a key that is drawn, and forgets the one before. No server may have
    /// the vault open. After a death the same call goes on; until then the vault opens.
    /// @retval kVaultKeyMissing, kVaultKeyWrong, and what store and files say
    static Result<void> replace_key(VaultStore& store, const VaultKeyFile& key_file);

    /// Keeps a profile. The same once more is no error.
    /// @retval kEmailInUse, kVaultKeyWrong
    Result<void> put_profile(const Ref& ref, const Profile& profile);
    Result<std::optional<Profile>> profile(const Ref& ref);
    Result<std::optional<Ref>> find_email(std::string_view email);

    /// Remembers by which account an identity provider knows the person, once and for all.
    /// @retval kSubjectInUse, kVaultKeyWrong
    Result<void> bind_subject(const Ref& profile, std::string_view issuer,
                              std::string_view subject);
    Result<std::optional<Ref>> find_subject(std::string_view issuer, std::string_view subject);

    /// Keeps a secret of a profile; one that is there already stays as it is.
    /// @retval kVaultKeyWrong
    Result<void> put_secret(const Ref& ref, const Ref& profile, std::string_view secret);
    Result<std::optional<std::string>> secret(const Ref& ref);

    /// Forgets a profile with all its secrets and subjects.
    Result<void> erase_profile(const Ref& ref) { return store_->erase_profile(ref); }
    Result<void> erase_secret(const Ref& ref) { return store_->erase_secret(ref); }
    /// Forgets all secrets of a profile but these.
    Result<void> keep_secrets(const Ref& profile, const std::set<Ref>& secrets);
    /// Forgets all records but these.
    Result<void> keep_only(const std::set<Ref>& profiles, const std::set<Ref>& secrets);

  private:
    Vault(std::unique_ptr<VaultStore> store, VaultKey key)
        : store_(std::move(store)), key_(std::move(key)) {}

    const std::unique_ptr<VaultStore> store_;
    const VaultKey key_;
};

}  // namespace penstock::vault

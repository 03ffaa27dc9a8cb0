#pragma once

#include <cstdint>
#include <functional>
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

/// What of a vault the exchange knows, and by whose word.
struct InForce {
    std::set<Ref> profiles;
    std::set<Ref> secrets;
    std::uint64_t epoch = 0;  ///< In which the server leads that says so.
};
using AskInForce = std::function<Result<InForce>()>;

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

    // What is erased is asked for when the records to choose from are known: one that another
    // server adds meanwhile, because it leads by now, is not among them.

    /// Forgets a profile with all its secrets and subjects, unless it is in force.
    /// @retval kErasureFenced, and what `ask` says: all is as it was, or some of it is erased.
    Result<void> forget(const Ref& profile, const AskInForce& ask);
    /// Forgets all secrets of a profile that are not in force.
    Result<void> forget_secrets(const Ref& profile, const AskInForce& ask);
    /// Forgets all records that are not in force.
    Result<void> forget_all(const AskInForce& ask);

  private:
    Vault(std::unique_ptr<VaultStore> store, VaultKey key)
        : store_(std::move(store)), key_(std::move(key)) {}

    const std::unique_ptr<VaultStore> store_;
    const VaultKey key_;
};

}  // namespace penstock::vault

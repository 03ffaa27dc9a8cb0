#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/sha256.h"

namespace penstock::vault {

/// Names a record; drawn, so that it tells nothing.
using Ref = std::array<std::uint8_t, 16>;

// Records as they lie in a store. All texts are sealed, and what is looked up is an HMAC.
struct ProfileRow {
    Ref ref{};
    crypto::Sha256 email_index{};
    std::string email;
    std::string name;
};
struct SubjectRow {
    crypto::Sha256 index{};
    Ref profile{};
    std::string subject;
};
struct SecretRow {
    Ref ref{};
    Ref profile{};
    std::string secret;
};

/// All that a store has.
struct Contents {
    std::string check;  ///< By which the key is known that sealed the rest.
    std::vector<ProfileRow> profiles;
    std::vector<SubjectRow> subjects;
    std::vector<SecretRow> secrets;
};

/// Where a vault's sealed records lie. Thread-safe; waits for a disk. Whatever is asked twice is
/// done once.
class VaultStore {
  public:
    virtual ~VaultStore() = default;

    /// Puts the check value down unless there is one. Additions hold only while it stays the same.
    /// @param check  Empty: only looks.
    /// @return The one that is there; empty when there is none.
    virtual Result<std::string> open(std::string_view check) = 0;

    /// Adds a record unless its key, or what is looked up, is there.
    /// @return Whether it was added.
    virtual Result<bool> add(const ProfileRow& row) = 0;
    virtual Result<bool> add(const SubjectRow& row) = 0;
    virtual Result<bool> add(const SecretRow& row) = 0;

    virtual Result<std::optional<ProfileRow>> profile(const Ref& ref) = 0;
    virtual Result<std::optional<Ref>> find_email(const crypto::Sha256& index) = 0;
    virtual Result<std::optional<Ref>> find_subject(const crypto::Sha256& index) = 0;
    virtual Result<std::optional<std::string>> secret(const Ref& ref) = 0;

    virtual Result<std::vector<Ref>> profiles() = 0;
    /// Of one profile, or of all.
    virtual Result<std::vector<Ref>> secrets(const std::optional<Ref>& profile) = 0;

    /// Removes a profile with its subjects and secrets, at once or not at all.
    /// @param epoch  In which this server leads. A store of several servers asserts that it is the
    ///               newest one, as the journal does with appends.
    /// @retval kErasureFenced  Nothing is erased.
    virtual Result<void> erase_profile(const Ref& ref, std::uint64_t epoch) = 0;
    virtual Result<void> erase_secret(const Ref& ref, std::uint64_t epoch) = 0;

    /// Everything, as it was at one instant.
    virtual Result<Contents> contents() = 0;
    /// Puts what `rewrite` makes of all records in their place, at once or not at all.
    virtual Result<void> replace(
        const std::function<Result<Contents>(const Contents&)>& rewrite) = 0;
};

}  // namespace penstock::vault

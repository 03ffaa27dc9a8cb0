#include "shell/vault/vault.h"

#include <utility>
#include <vector>

#include "base/try.h"
#include "crypto/bytes.h"
#include "shell/vault/error.h"

namespace penstock::vault {

namespace {

constexpr std::string_view kCheck = "penstock-vault/v2";

/// What a sealed value is bound to: where it stands.
std::string place(std::string_view column, crypto::ByteView key) {
    return std::string(column) + '\0' + std::string(crypto::text_of(key));
}

std::string subject_text(std::string_view issuer, std::string_view subject) {
    return std::string(issuer) + '\0' + std::string(subject);
}

std::string seal_check(const VaultKey& key) {
    return crypto::seal(key.seal_key(), kCheck, kCheck);
}

/// The key that sealed the check value.
const VaultKey* find_key(const std::vector<VaultKey>& keys, std::string_view check) {
    for (const VaultKey& key : keys)
        if (crypto::unseal(key.seal_key(), check, kCheck)) return &key;
    return nullptr;
}

ProfileRow seal_profile(const VaultKey& key, const Ref& ref, const Profile& profile) {
    return {ref, key.index("email", profile.email),
            crypto::seal(key.seal_key(), profile.email, place("email", ref)),
            crypto::seal(key.seal_key(), profile.name, place("name", ref))};
}

Result<Profile> open_profile(const VaultKey& key, const ProfileRow& row) {
    Profile profile;
    TRY_ASSIGN(profile.email, crypto::unseal(key.seal_key(), row.email, place("email", row.ref)));
    TRY_ASSIGN(profile.name, crypto::unseal(key.seal_key(), row.name, place("name", row.ref)));
    return profile;
}

SubjectRow seal_subject(const VaultKey& key, const Ref& profile, const std::string& subject) {
    const crypto::Sha256 index = key.index("subject", subject);
    return {index, profile, crypto::seal(key.seal_key(), subject, place("subject", index))};
}

SecretRow seal_secret(const VaultKey& key, const Ref& ref, const Ref& profile,
                      std::string_view secret) {
    return {ref, profile, crypto::seal(key.seal_key(), secret, place("secret", ref))};
}

/// The same records under another key.
Result<Contents> reseal(const Contents& all, const VaultKey& from, const VaultKey& to) {
    Contents after;
    after.check = seal_check(to);
    for (const ProfileRow& row : all.profiles) {
        TRY_ASSIGN(const Profile profile, open_profile(from, row));
        after.profiles.push_back(seal_profile(to, row.ref, profile));
    }
    for (const SubjectRow& row : all.subjects) {
        TRY_ASSIGN(const std::string subject,
                   crypto::unseal(from.seal_key(), row.subject, place("subject", row.index)));
        after.subjects.push_back(seal_subject(to, row.profile, subject));
    }
    for (const SecretRow& row : all.secrets) {
        TRY_ASSIGN(const std::string secret,
                   crypto::unseal(from.seal_key(), row.secret, place("secret", row.ref)));
        after.secrets.push_back(seal_secret(to, row.ref, row.profile, secret));
    }
    return after;
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(std::unique_ptr<VaultStore> store,
                                           const VaultKeyFile& key_file) {
    TRY_ASSIGN(const std::string check, store->open({}));
    if (!key_file.exists()) {
        if (!check.empty()) return reject(kVaultKeyMissing, {}, key_file.path().string());
        TRY(key_file.write({VaultKey::draw()}));
    }
    TRY_ASSIGN(const std::vector<VaultKey> keys, key_file.read());
    // Another server may be first with a key of its own, which then holds.
    TRY_ASSIGN(const std::string kept,
               store->open(check.empty() ? seal_check(keys.front()) : std::string()));
    const VaultKey* key = find_key(keys, kept);
    if (key == nullptr) return reject(kVaultKeyWrong, {}, key_file.path().string());
    return std::unique_ptr<Vault>(new Vault(std::move(store), *key));
}

Result<void> Vault::replace_key(VaultStore& store, const VaultKeyFile& key_file) {
    TRY_ASSIGN(const std::string check, store.open({}));
    if (!key_file.exists()) return reject(kVaultKeyMissing, {}, key_file.path().string());
    TRY_ASSIGN(const std::vector<VaultKey> keys, key_file.read());
    const VaultKey* in_force = find_key(keys, check);
    if (in_force == nullptr) return reject(kVaultKeyWrong, {}, key_file.path().string());
    // Two keys: whoever was at it before us died. If all is sealed under the newer one, only the
    // file is left to do.
    const bool is_done = keys.size() > 1 && in_force == &keys.front();
    const VaultKey next = keys.size() > 1 ? keys.front() : VaultKey::draw();
    if (!is_done) {
        const VaultKey before = *in_force;
        TRY(key_file.write({next, before}));
        TRY(store.replace([&](const Contents& all) -> Result<Contents> {
            // Asked again after an answer that was lost.
            if (find_key({next}, all.check) != nullptr) return all;
            return reseal(all, before, next);
        }));
    }
    return key_file.write({next});
}

Result<void> Vault::put_profile(const Ref& ref, const Profile& profile) {
    const ProfileRow row = seal_profile(key_, ref, profile);
    TRY(store_->add(row));
    TRY_ASSIGN(const auto holder, store_->find_email(row.email_index));
    if (holder == ref) return {};
    return holder ? reject(kEmailInUse, "email") : reject(kVaultKeyWrong);
}

Result<std::optional<Profile>> Vault::profile(const Ref& ref) {
    TRY_ASSIGN(const auto row, store_->profile(ref));
    if (!row) return std::nullopt;
    TRY_ASSIGN(Profile profile, open_profile(key_, *row));
    return profile;
}

Result<std::optional<Ref>> Vault::find_email(std::string_view email) {
    return store_->find_email(key_.index("email", email));
}

Result<void> Vault::bind_subject(const Ref& profile, std::string_view issuer,
                                 std::string_view subject) {
    const SubjectRow row = seal_subject(key_, profile, subject_text(issuer, subject));
    TRY(store_->add(row));
    TRY_ASSIGN(const auto holder, store_->find_subject(row.index));
    if (holder == profile) return {};
    return holder ? reject(kSubjectInUse) : reject(kVaultKeyWrong);
}

Result<std::optional<Ref>> Vault::find_subject(std::string_view issuer, std::string_view subject) {
    return store_->find_subject(key_.index("subject", subject_text(issuer, subject)));
}

Result<void> Vault::put_secret(const Ref& ref, const Ref& profile, std::string_view secret) {
    TRY_ASSIGN(const bool added, store_->add(seal_secret(key_, ref, profile, secret)));
    if (added) return {};
    TRY_ASSIGN(const auto kept, store_->secret(ref));
    return kept ? Result<void>() : reject(kVaultKeyWrong);
}

Result<std::optional<std::string>> Vault::secret(const Ref& ref) {
    TRY_ASSIGN(const auto sealed, store_->secret(ref));
    if (!sealed) return std::nullopt;
    TRY_ASSIGN(std::string text, crypto::unseal(key_.seal_key(), *sealed, place("secret", ref)));
    return text;
}

Result<void> Vault::forget(const Ref& profile, const AskInForce& ask) {
    TRY_ASSIGN(const InForce in_force, ask());
    if (in_force.profiles.contains(profile)) return {};
    return store_->erase_profile(profile, in_force.epoch);
}

Result<void> Vault::forget_secrets(const Ref& profile, const AskInForce& ask) {
    TRY_ASSIGN(const auto known, store_->secrets(profile));
    TRY_ASSIGN(const InForce in_force, ask());
    for (const Ref& ref : known)
        if (!in_force.secrets.contains(ref)) TRY(store_->erase_secret(ref, in_force.epoch));
    return {};
}

Result<void> Vault::forget_all(const AskInForce& ask) {
    TRY_ASSIGN(const auto profiles, store_->profiles());
    TRY_ASSIGN(const auto secrets, store_->secrets({}));
    TRY_ASSIGN(const InForce in_force, ask());
    for (const Ref& ref : profiles)
        if (!in_force.profiles.contains(ref)) TRY(store_->erase_profile(ref, in_force.epoch));
    for (const Ref& ref : secrets)
        if (!in_force.secrets.contains(ref)) TRY(store_->erase_secret(ref, in_force.epoch));
    return {};
}

}  // namespace penstock::vault

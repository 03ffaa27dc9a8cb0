#include "shell/vault/vault.h"

#include <algorithm>
#include <utility>

#include "base/try.h"
#include "crypto/bytes.h"
#include "shell/sqlite/error.h"
#include "shell/vault/error.h"

namespace penstock::vault {

namespace {

constexpr std::int64_t kFormat = 1;
constexpr const char* kSchema =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE check_value(sealed BLOB);"
    "CREATE TABLE profiles(ref BLOB PRIMARY KEY, email_index BLOB UNIQUE, email BLOB, name BLOB)"
    " WITHOUT ROWID;"
    "CREATE TABLE subjects(subject_index BLOB PRIMARY KEY, profile BLOB) WITHOUT ROWID;"
    "CREATE TABLE secrets(ref BLOB PRIMARY KEY, profile BLOB, sealed BLOB) WITHOUT ROWID;"
    "CREATE INDEX secrets_profile ON secrets(profile);"
    "CREATE INDEX subjects_profile ON subjects(profile);"
    "PRAGMA user_version=1;"
    "COMMIT;";
constexpr std::string_view kCheck = "penstock-vault/v1";

/// What a sealed value is bound to: where it stands.
std::string place(std::string_view column, const Ref& ref) {
    return std::string(column) + '\0' + std::string(crypto::text_of(ref));
}

std::string subject_text(std::string_view issuer, std::string_view subject) {
    return std::string(issuer) + '\0' + std::string(subject);
}

Ref ref_of(std::string_view blob) {
    Ref ref{};
    std::copy_n(blob.begin(), std::min(blob.size(), ref.size()), ref.begin());
    return ref;
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(const std::filesystem::path& file,
                                           const std::filesystem::path& key_file,
                                           const crypto::SecretFiles& files) {
    std::error_code ignored;
    const bool is_new = !std::filesystem::exists(file, ignored);
    TRY_ASSIGN(
        VaultKey key,
        VaultKey::open(key_file, is_new ? VaultKey::IfMissing::create : VaultKey::IfMissing::refuse,
                       files));
    TRY_ASSIGN(sqlite::Database database, sqlite::Database::open(file, sqlite::Durability::full));
    TRY(database.run("PRAGMA secure_delete=ON"));
    TRY_ASSIGN(const std::int64_t format, database.format_version());
    if (format == 0) TRY(database.run(kSchema));
    if (format != 0 && format != kFormat)
        return reject(sqlite::kSqliteDamaged, {}, file.string() + " is of another format.");
    std::unique_ptr<Vault> vault(new Vault(std::move(database), std::move(key)));
    TRY(vault->check_key());
    return vault;
}

Result<void> Vault::check_key() {
    TRY_ASSIGN(auto row, database_.prepare("SELECT sealed FROM check_value"));
    TRY_ASSIGN(const bool found, row.step());
    if (found) {
        if (!crypto::unseal(key_.seal_key(), row.blob(0), kCheck)) return reject(kVaultKeyWrong);
        return {};
    }
    row.reset();
    TRY_ASSIGN(auto insert, database_.prepare("INSERT INTO check_value VALUES(?)"));
    insert.bind_blob(1, crypto::seal(key_.seal_key(), kCheck, kCheck));
    return insert.run();
}

Result<void> Vault::put_profile(const Ref& ref, const Profile& profile) {
    const crypto::Sha256 index = key_.index("email", profile.email);
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(const auto taken, find("SELECT ref FROM profiles WHERE email_index=?", index));
    if (taken == ref) return {};
    if (taken) return reject(kEmailInUse, "email");
    TRY_ASSIGN(auto insert, database_.prepare("INSERT OR REPLACE INTO profiles VALUES(?,?,?,?)"));
    insert.bind_blob(1, ref)
        .bind_blob(2, index)
        .bind_blob(3, crypto::seal(key_.seal_key(), profile.email, place("email", ref)))
        .bind_blob(4, crypto::seal(key_.seal_key(), profile.name, place("name", ref)));
    return insert.run();
}

Result<std::optional<Profile>> Vault::profile(const Ref& ref) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto row, database_.prepare("SELECT email, name FROM profiles WHERE ref=?"));
    row.bind_blob(1, ref);
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return std::nullopt;
    Profile profile;
    TRY_ASSIGN(profile.email, crypto::unseal(key_.seal_key(), row.blob(0), place("email", ref)));
    TRY_ASSIGN(profile.name, crypto::unseal(key_.seal_key(), row.blob(1), place("name", ref)));
    return profile;
}

Result<std::optional<Ref>> Vault::find(const char* sql, const crypto::Sha256& index) {
    TRY_ASSIGN(auto row, database_.prepare(sql));
    row.bind_blob(1, index);
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return std::nullopt;
    return ref_of(row.blob(0));
}

Result<std::optional<Ref>> Vault::find_email(std::string_view email) {
    const std::scoped_lock lock(mutex_);
    return find("SELECT ref FROM profiles WHERE email_index=?", key_.index("email", email));
}

Result<void> Vault::bind_subject(const Ref& profile, std::string_view issuer,
                                 std::string_view subject) {
    const crypto::Sha256 index = key_.index("subject", subject_text(issuer, subject));
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(const auto bound, find("SELECT profile FROM subjects WHERE subject_index=?", index));
    if (bound == profile) return {};
    if (bound) return reject(kSubjectInUse);
    TRY_ASSIGN(auto insert, database_.prepare("INSERT INTO subjects VALUES(?,?)"));
    insert.bind_blob(1, index).bind_blob(2, profile);
    return insert.run();
}

Result<std::optional<Ref>> Vault::find_subject(std::string_view issuer, std::string_view subject) {
    const std::scoped_lock lock(mutex_);
    return find("SELECT profile FROM subjects WHERE subject_index=?",
                key_.index("subject", subject_text(issuer, subject)));
}

Result<void> Vault::put_secret(const Ref& ref, const Ref& profile, std::string_view secret) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto insert, database_.prepare("INSERT OR IGNORE INTO secrets VALUES(?,?,?)"));
    insert.bind_blob(1, ref)
        .bind_blob(2, profile)
        .bind_blob(3, crypto::seal(key_.seal_key(), secret, place("secret", ref)));
    return insert.run();
}

Result<std::optional<std::string>> Vault::secret(const Ref& ref) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto row, database_.prepare("SELECT sealed FROM secrets WHERE ref=?"));
    row.bind_blob(1, ref);
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return std::nullopt;
    TRY_ASSIGN(std::string text,
               crypto::unseal(key_.seal_key(), row.blob(0), place("secret", ref)));
    return text;
}

Result<void> Vault::erase_where(const char* table, const char* column, const Ref& ref) {
    TRY_ASSIGN(auto remove,
               database_.prepare(std::string("DELETE FROM ") + table + " WHERE " + column + "=?"));
    remove.bind_blob(1, ref);
    return remove.run();
}

Result<void> Vault::settle() {
    return database_.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<void> Vault::erase_profile(const Ref& ref) {
    const std::scoped_lock lock(mutex_);
    TRY(database_.run("BEGIN IMMEDIATE"));
    const auto erase = [&]() -> Result<void> {
        TRY(erase_where("secrets", "profile", ref));
        TRY(erase_where("subjects", "profile", ref));
        return erase_where("profiles", "ref", ref);
    };
    auto erased = erase();
    TRY(database_.run(erased ? "COMMIT" : "ROLLBACK"));
    TRY(erased);
    return settle();
}

Result<void> Vault::erase_secret(const Ref& ref) {
    const std::scoped_lock lock(mutex_);
    TRY(erase_where("secrets", "ref", ref));
    return settle();
}

Result<void> Vault::erase_secrets_of(const Ref& profile) {
    const std::scoped_lock lock(mutex_);
    TRY(erase_where("secrets", "profile", profile));
    return settle();
}

Result<std::set<Ref>> Vault::refs(const char* table) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto rows, database_.prepare(std::string("SELECT ref FROM ") + table));
    std::set<Ref> found;
    while (true) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more) return found;
        found.insert(ref_of(rows.blob(0)));
    }
}

Result<void> Vault::keep_only(const std::set<Ref>& profiles, const std::set<Ref>& secrets) {
    TRY_ASSIGN(const auto known_profiles, refs("profiles"));
    for (const Ref& ref : known_profiles) {
        if (!profiles.contains(ref)) TRY(erase_profile(ref));
    }
    TRY_ASSIGN(const auto known_secrets, refs("secrets"));
    for (const Ref& ref : known_secrets) {
        if (!secrets.contains(ref)) TRY(erase_secret(ref));
    }
    return {};
}

}  // namespace penstock::vault

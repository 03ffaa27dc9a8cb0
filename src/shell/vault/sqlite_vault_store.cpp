#include "shell/vault/sqlite_vault_store.h"

#include <algorithm>
#include <utility>

#include "base/try.h"
#include "shell/sqlite/error.h"

namespace penstock::vault {

namespace {

constexpr std::int64_t kFormat = 2;
constexpr const char* kSchema =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE check_value(id INTEGER PRIMARY KEY CHECK(id = 1), sealed BLOB);"
    "CREATE TABLE profiles(ref BLOB PRIMARY KEY, email_index BLOB UNIQUE, email BLOB, name BLOB)"
    " WITHOUT ROWID;"
    "CREATE TABLE subjects(subject_index BLOB PRIMARY KEY, profile BLOB, subject BLOB)"
    " WITHOUT ROWID;"
    "CREATE TABLE secrets(ref BLOB PRIMARY KEY, profile BLOB, sealed BLOB) WITHOUT ROWID;"
    "CREATE INDEX secrets_profile ON secrets(profile);"
    "CREATE INDEX subjects_profile ON subjects(profile);"
    "PRAGMA user_version=2;"
    "COMMIT;";

template <class Bytes>
Bytes bytes_of(std::string_view blob) {
    Bytes bytes{};
    std::copy_n(blob.begin(), std::min(blob.size(), bytes.size()), bytes.begin());
    return bytes;
}

Ref ref_of(std::string_view blob) {
    return bytes_of<Ref>(blob);
}

/// The references in the only column of what a query finds.
Result<std::vector<Ref>> refs_of(sqlite::Statement& rows) {
    std::vector<Ref> found;
    TRY_ASSIGN(bool more, rows.step());
    while (more) {
        found.push_back(ref_of(rows.blob(0)));
        TRY_ASSIGN(more, rows.step());
    }
    return found;
}

}  // namespace

Result<std::unique_ptr<SqliteVaultStore>> SqliteVaultStore::open_file(
    const std::filesystem::path& file) {
    TRY_ASSIGN(sqlite::Database database, sqlite::Database::open(file, sqlite::Durability::full));
    TRY(database.run("PRAGMA secure_delete=ON"));
    TRY_ASSIGN(const std::int64_t format, database.format_version());
    if (format == 0) TRY(database.run(kSchema));
    if (format != 0 && format != kFormat)
        return reject(sqlite::kSqliteDamaged, {}, file.string() + " is of another format.");
    return std::unique_ptr<SqliteVaultStore>(new SqliteVaultStore(std::move(database)));
}

Result<std::string> SqliteVaultStore::open(std::string_view check) {
    const std::scoped_lock lock(mutex_);
    if (!check.empty()) {
        TRY_ASSIGN(auto insert, database_.prepare("INSERT OR IGNORE INTO check_value VALUES(1,?)"));
        insert.bind_blob(1, check);
        TRY(insert.run());
    }
    TRY_ASSIGN(auto row, database_.prepare("SELECT sealed FROM check_value"));
    TRY_ASSIGN(const bool found, row.step());
    return found ? std::string(row.blob(0)) : std::string();
}

Result<bool> SqliteVaultStore::insert(sqlite::Statement statement) {
    TRY(statement.run());
    return database_.changes() == 1;
}

Result<bool> SqliteVaultStore::add(const ProfileRow& row) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto statement, database_.prepare("INSERT OR IGNORE INTO profiles VALUES(?,?,?,?)"));
    statement.bind_blob(1, row.ref)
        .bind_blob(2, row.email_index)
        .bind_blob(3, row.email)
        .bind_blob(4, row.name);
    return insert(std::move(statement));
}

Result<bool> SqliteVaultStore::add(const SubjectRow& row) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto statement, database_.prepare("INSERT OR IGNORE INTO subjects VALUES(?,?,?)"));
    statement.bind_blob(1, row.index).bind_blob(2, row.profile).bind_blob(3, row.subject);
    return insert(std::move(statement));
}

Result<bool> SqliteVaultStore::add(const SecretRow& row) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto statement, database_.prepare("INSERT OR IGNORE INTO secrets VALUES(?,?,?)"));
    statement.bind_blob(1, row.ref).bind_blob(2, row.profile).bind_blob(3, row.secret);
    return insert(std::move(statement));
}

Result<std::optional<ProfileRow>> SqliteVaultStore::profile(const Ref& ref) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto row, database_.prepare("SELECT email_index,email,name FROM profiles"
                                           " WHERE ref=?"));
    row.bind_blob(1, ref);
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return std::nullopt;
    return ProfileRow{ref, bytes_of<crypto::Sha256>(row.blob(0)), std::string(row.blob(1)),
                      std::string(row.blob(2))};
}

Result<std::optional<Ref>> SqliteVaultStore::find(const char* sql, const crypto::Sha256& index) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto row, database_.prepare(sql));
    row.bind_blob(1, index);
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return std::nullopt;
    return ref_of(row.blob(0));
}

Result<std::optional<Ref>> SqliteVaultStore::find_email(const crypto::Sha256& index) {
    return find("SELECT ref FROM profiles WHERE email_index=?", index);
}

Result<std::optional<Ref>> SqliteVaultStore::find_subject(const crypto::Sha256& index) {
    return find("SELECT profile FROM subjects WHERE subject_index=?", index);
}

Result<std::optional<std::string>> SqliteVaultStore::secret(const Ref& ref) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto row, database_.prepare("SELECT sealed FROM secrets WHERE ref=?"));
    row.bind_blob(1, ref);
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return std::nullopt;
    return std::string(row.blob(0));
}

Result<std::vector<Ref>> SqliteVaultStore::profiles() {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto rows, database_.prepare("SELECT ref FROM profiles"));
    return refs_of(rows);
}

Result<std::vector<Ref>> SqliteVaultStore::secrets(const std::optional<Ref>& profile) {
    const std::scoped_lock lock(mutex_);
    TRY_ASSIGN(auto rows, database_.prepare(profile ? "SELECT ref FROM secrets WHERE profile=?"
                                                    : "SELECT ref FROM secrets"));
    if (profile) rows.bind_blob(1, *profile);
    return refs_of(rows);
}

Result<void> SqliteVaultStore::erase(const char* sql, const Ref& ref) {
    TRY_ASSIGN(auto remove, database_.prepare(sql));
    remove.bind_blob(1, ref);
    return remove.run();
}

Result<void> SqliteVaultStore::settle(const std::function<Result<void>()>& work) {
    const std::scoped_lock lock(mutex_);
    TRY(database_.run("BEGIN IMMEDIATE"));
    auto done = work();
    TRY(database_.run(done ? "COMMIT" : "ROLLBACK"));
    TRY(done);
    return database_.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<void> SqliteVaultStore::erase_profile(const Ref& ref, std::uint64_t) {
    return settle([&]() -> Result<void> {
        TRY(erase("DELETE FROM secrets WHERE profile=?", ref));
        TRY(erase("DELETE FROM subjects WHERE profile=?", ref));
        return erase("DELETE FROM profiles WHERE ref=?", ref);
    });
}

Result<void> SqliteVaultStore::erase_secret(const Ref& ref, std::uint64_t) {
    return settle([&] { return erase("DELETE FROM secrets WHERE ref=?", ref); });
}

Result<Contents> SqliteVaultStore::read_all() {
    Contents all;
    TRY_ASSIGN(auto check, database_.prepare("SELECT sealed FROM check_value"));
    TRY_ASSIGN(const bool found, check.step());
    if (found) all.check = check.blob(0);
    TRY_ASSIGN(auto profiles, database_.prepare("SELECT ref,email_index,email,name FROM profiles"));
    TRY_ASSIGN(bool more, profiles.step());
    while (more) {
        all.profiles.push_back({ref_of(profiles.blob(0)),
                                bytes_of<crypto::Sha256>(profiles.blob(1)),
                                std::string(profiles.blob(2)), std::string(profiles.blob(3))});
        TRY_ASSIGN(more, profiles.step());
    }
    TRY_ASSIGN(auto subjects,
               database_.prepare("SELECT subject_index,profile,subject FROM subjects"));
    TRY_ASSIGN(more, subjects.step());
    while (more) {
        all.subjects.push_back({bytes_of<crypto::Sha256>(subjects.blob(0)),
                                ref_of(subjects.blob(1)), std::string(subjects.blob(2))});
        TRY_ASSIGN(more, subjects.step());
    }
    TRY_ASSIGN(auto secrets, database_.prepare("SELECT ref,profile,sealed FROM secrets"));
    TRY_ASSIGN(more, secrets.step());
    while (more) {
        all.secrets.push_back(
            {ref_of(secrets.blob(0)), ref_of(secrets.blob(1)), std::string(secrets.blob(2))});
        TRY_ASSIGN(more, secrets.step());
    }
    return all;
}

Result<Contents> SqliteVaultStore::contents() {
    const std::scoped_lock lock(mutex_);
    TRY(database_.run("BEGIN"));
    auto all = read_all();
    TRY(database_.run("COMMIT"));
    return all;
}

Result<void> SqliteVaultStore::put(const Contents& contents) {
    TRY(
        database_.run("DELETE FROM check_value; DELETE FROM profiles; DELETE FROM subjects;"
                      "DELETE FROM secrets;"));
    TRY_ASSIGN(auto check, database_.prepare("INSERT INTO check_value VALUES(1,?)"));
    check.bind_blob(1, contents.check);
    TRY(check.run());
    TRY_ASSIGN(auto profile, database_.prepare("INSERT INTO profiles VALUES(?,?,?,?)"));
    for (const ProfileRow& row : contents.profiles) {
        profile.bind_blob(1, row.ref)
            .bind_blob(2, row.email_index)
            .bind_blob(3, row.email)
            .bind_blob(4, row.name);
        TRY(profile.run());
    }
    TRY_ASSIGN(auto subject, database_.prepare("INSERT INTO subjects VALUES(?,?,?)"));
    for (const SubjectRow& row : contents.subjects) {
        subject.bind_blob(1, row.index).bind_blob(2, row.profile).bind_blob(3, row.subject);
        TRY(subject.run());
    }
    TRY_ASSIGN(auto secret, database_.prepare("INSERT INTO secrets VALUES(?,?,?)"));
    for (const SecretRow& row : contents.secrets) {
        secret.bind_blob(1, row.ref).bind_blob(2, row.profile).bind_blob(3, row.secret);
        TRY(secret.run());
    }
    return {};
}

Result<void> SqliteVaultStore::replace(
    const std::function<Result<Contents>(const Contents&)>& rewrite) {
    return settle([&]() -> Result<void> {
        TRY_ASSIGN(const Contents before, read_all());
        TRY_ASSIGN(const Contents after, rewrite(before));
        return put(after);
    });
}

}  // namespace penstock::vault

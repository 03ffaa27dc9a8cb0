#include "shell/vault/postgres_vault_store.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/try.h"
#include "crypto/bytes.h"
#include "log/line.h"
#include "shell/postgres/error.h"
#include "shell/postgres/migrate.h"
#include "shell/vault/error.h"

namespace penstock::vault {

namespace {

using postgres::Connection;
using postgres::Rows;
using postgres::Value;

constexpr std::chrono::seconds kPatience{5};

constexpr std::array kMigrations{postgres::Migration{
    "vault",
    "CREATE TABLE vault_check (id bigint PRIMARY KEY CHECK (id = 1), sealed bytea NOT NULL);"
    "CREATE TABLE vault_profile (ref bytea PRIMARY KEY, email_index bytea NOT NULL UNIQUE,"
    " email bytea NOT NULL, name bytea NOT NULL);"
    "CREATE TABLE vault_subject (subject_index bytea PRIMARY KEY, profile bytea NOT NULL,"
    " subject bytea NOT NULL);"
    "CREATE TABLE vault_secret (ref bytea PRIMARY KEY, profile bytea NOT NULL,"
    " sealed bytea NOT NULL);"
    "CREATE INDEX vault_subject_profile ON vault_subject (profile);"
    "CREATE INDEX vault_secret_profile ON vault_secret (profile)"}};

/// Nothing is added once the key was replaced: its maker would seal under the old one.
constexpr const char* kWhileTheKeyHolds =
    " WHERE EXISTS (SELECT 1 FROM vault_check WHERE sealed = $1) ON CONFLICT DO NOTHING";

/// Around what is erased. The lock of the row holds up who takes the lead until the erasure is
/// done; whoever waits for that one finds another epoch then.
const std::string kLeader =
    "WITH leader AS MATERIALIZED"
    " (SELECT epoch FROM leadership WHERE id = 1 AND epoch = $2 AND epoch > 0 FOR SHARE)";
const std::string kIsLeader = " SELECT epoch FROM leader";

Value blob(std::string_view bytes) {
    return Value::blob(bytes);
}
Value blob(crypto::ByteView bytes) {
    return Value::blob(crypto::text_of(bytes));
}

template <class Bytes>
Bytes bytes_of(std::string_view blob) {
    Bytes bytes{};
    std::copy_n(blob.begin(), std::min(blob.size(), bytes.size()), bytes.begin());
    return bytes;
}

std::string text_of(const Rows& rows, int row, int column) {
    return std::string(rows.bytes(row, column));
}

Result<Contents> read_all(Connection& connection) {
    Contents all;
    TRY_ASSIGN(const Rows check, connection.execute("SELECT sealed FROM vault_check"));
    if (check.size() > 0) all.check = text_of(check, 0, 0);
    TRY_ASSIGN(const Rows profiles,
               connection.execute("SELECT ref, email_index, email, name FROM vault_profile"));
    for (int i = 0; i < profiles.size(); ++i)
        all.profiles.push_back({bytes_of<Ref>(profiles.bytes(i, 0)),
                                bytes_of<crypto::Sha256>(profiles.bytes(i, 1)),
                                text_of(profiles, i, 2), text_of(profiles, i, 3)});
    TRY_ASSIGN(const Rows subjects,
               connection.execute("SELECT subject_index, profile, subject FROM vault_subject"));
    for (int i = 0; i < subjects.size(); ++i)
        all.subjects.push_back({bytes_of<crypto::Sha256>(subjects.bytes(i, 0)),
                                bytes_of<Ref>(subjects.bytes(i, 1)), text_of(subjects, i, 2)});
    TRY_ASSIGN(const Rows secrets,
               connection.execute("SELECT ref, profile, sealed FROM vault_secret"));
    for (int i = 0; i < secrets.size(); ++i)
        all.secrets.push_back({bytes_of<Ref>(secrets.bytes(i, 0)),
                               bytes_of<Ref>(secrets.bytes(i, 1)), text_of(secrets, i, 2)});
    return all;
}

Result<void> write_all(Connection& connection, const Contents& all) {
    TRY(
        connection.run("DELETE FROM vault_check; DELETE FROM vault_profile;"
                       "DELETE FROM vault_subject; DELETE FROM vault_secret"));
    const std::array check{blob(all.check)};
    TRY(connection.execute("INSERT INTO vault_check VALUES (1, $1)", check));
    for (const ProfileRow& row : all.profiles) {
        const std::array values{blob(row.ref), blob(row.email_index), blob(row.email),
                                blob(row.name)};
        TRY(connection.execute("INSERT INTO vault_profile VALUES ($1, $2, $3, $4)", values));
    }
    for (const SubjectRow& row : all.subjects) {
        const std::array values{blob(row.index), blob(row.profile), blob(row.subject)};
        TRY(connection.execute("INSERT INTO vault_subject VALUES ($1, $2, $3)", values));
    }
    for (const SecretRow& row : all.secrets) {
        const std::array values{blob(row.ref), blob(row.profile), blob(row.secret)};
        TRY(connection.execute("INSERT INTO vault_secret VALUES ($1, $2, $3)", values));
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<PostgresVaultStore>> PostgresVaultStore::open_url(std::string url,
                                                                         postgres::Tables tables) {
    std::unique_ptr<PostgresVaultStore> store(new PostgresVaultStore(std::move(url)));
    TRY(store->attempt([tables](Connection& connection) {
        return postgres::prepare(connection, "vault", kMigrations, tables);
    }));
    return store;
}

Result<void> PostgresVaultStore::attempt(const std::function<Result<void>(Connection&)>& work) {
    const std::scoped_lock lock(mutex_);
    const auto once = [&]() -> Result<void> {
        if (!connection_.is_open()) {
            TRY_ASSIGN(connection_, Connection::open(url_, kPatience));
        }
        return work(connection_);
    };
    auto done = once();
    if (!done && done.error().number() != postgres::kPostgresForeign.number) {
        // The primary may be another one by now.
        connection_ = {};
        done = once();
    }
    if (done) return {};
    connection_ = {};
    if (done.error().number() == postgres::kPostgresForeign.number) return done;
    return reject(kVaultFault, {}, done.error().message());
}

Result<Rows> PostgresVaultStore::ask(const std::string& sql, const Values& values) {
    std::optional<Rows> rows;
    auto done = attempt([&](Connection& connection) -> Result<void> {
        TRY_ASSIGN(rows, connection.execute(sql, values));
        return {};
    });
    if (done) return *std::move(rows);
    // The answer may go to anybody; what the database says of itself is for its operator.
    log::Line(log::Level::error, "vault_fault").add("remark", done.error().message());
    return std::unexpected(Error(done.error().rejection()));
}

Result<std::string> PostgresVaultStore::open(std::string_view check) {
    if (!check.empty())
        TRY(ask("INSERT INTO vault_check VALUES (1, $1) ON CONFLICT DO NOTHING", {blob(check)}));
    TRY_ASSIGN(const Rows rows, ask("SELECT sealed FROM vault_check", {}));
    check_ = rows.size() > 0 ? text_of(rows, 0, 0) : std::string();
    return check_;
}

Result<bool> PostgresVaultStore::insert(const std::string& sql, Values values) {
    values.insert(values.begin(), blob(check_));
    TRY_ASSIGN(const Rows rows, ask(sql + kWhileTheKeyHolds, values));
    return rows.affected() == 1;
}

Result<bool> PostgresVaultStore::add(const ProfileRow& row) {
    return insert("INSERT INTO vault_profile SELECT $2, $3, $4, $5",
                  {blob(row.ref), blob(row.email_index), blob(row.email), blob(row.name)});
}

Result<bool> PostgresVaultStore::add(const SubjectRow& row) {
    return insert("INSERT INTO vault_subject SELECT $2, $3, $4",
                  {blob(row.index), blob(row.profile), blob(row.subject)});
}

Result<bool> PostgresVaultStore::add(const SecretRow& row) {
    return insert("INSERT INTO vault_secret SELECT $2, $3, $4",
                  {blob(row.ref), blob(row.profile), blob(row.secret)});
}

Result<std::optional<ProfileRow>> PostgresVaultStore::profile(const Ref& ref) {
    TRY_ASSIGN(
        const Rows rows,
        ask("SELECT email_index, email, name FROM vault_profile WHERE ref = $1", {blob(ref)}));
    if (rows.size() == 0) return std::nullopt;
    return ProfileRow{ref, bytes_of<crypto::Sha256>(rows.bytes(0, 0)), text_of(rows, 0, 1),
                      text_of(rows, 0, 2)};
}

Result<std::optional<Ref>> PostgresVaultStore::find(const std::string& sql,
                                                    const crypto::Sha256& index) {
    TRY_ASSIGN(const auto found, list(sql, {blob(index)}));
    if (found.empty()) return std::nullopt;
    return found.front();
}

Result<std::optional<Ref>> PostgresVaultStore::find_email(const crypto::Sha256& index) {
    return find("SELECT ref FROM vault_profile WHERE email_index = $1", index);
}

Result<std::optional<Ref>> PostgresVaultStore::find_subject(const crypto::Sha256& index) {
    return find("SELECT profile FROM vault_subject WHERE subject_index = $1", index);
}

Result<std::optional<std::string>> PostgresVaultStore::secret(const Ref& ref) {
    TRY_ASSIGN(const Rows rows, ask("SELECT sealed FROM vault_secret WHERE ref = $1", {blob(ref)}));
    if (rows.size() == 0) return std::nullopt;
    return text_of(rows, 0, 0);
}

Result<std::vector<Ref>> PostgresVaultStore::list(const std::string& sql, const Values& values) {
    TRY_ASSIGN(const Rows rows, ask(sql, values));
    std::vector<Ref> found;
    for (int i = 0; i < rows.size(); ++i) found.push_back(bytes_of<Ref>(rows.bytes(i, 0)));
    return found;
}

Result<std::vector<Ref>> PostgresVaultStore::profiles() {
    return list("SELECT ref FROM vault_profile", {});
}

Result<std::vector<Ref>> PostgresVaultStore::secrets(const std::optional<Ref>& profile) {
    if (!profile) return list("SELECT ref FROM vault_secret", {});
    return list("SELECT ref FROM vault_secret WHERE profile = $1", {blob(*profile)});
}

Result<void> PostgresVaultStore::erase(const std::string& erasures, const Ref& ref,
                                       std::uint64_t epoch) {
    TRY_ASSIGN(const Rows rows, ask(kLeader + erasures + kIsLeader, {blob(ref), Value(epoch)}));
    if (rows.size() == 0) return reject(kErasureFenced);
    return {};
}

Result<void> PostgresVaultStore::erase_profile(const Ref& ref, std::uint64_t epoch) {
    return erase(
        ", secrets AS (DELETE FROM vault_secret WHERE profile = $1 AND EXISTS (TABLE leader)),"
        " subjects AS (DELETE FROM vault_subject WHERE profile = $1 AND EXISTS (TABLE leader)),"
        " profiles AS (DELETE FROM vault_profile WHERE ref = $1 AND EXISTS (TABLE leader))",
        ref, epoch);
}

Result<void> PostgresVaultStore::erase_secret(const Ref& ref, std::uint64_t epoch) {
    return erase(", secrets AS (DELETE FROM vault_secret WHERE ref = $1 AND EXISTS (TABLE leader))",
                 ref, epoch);
}

Result<Contents> PostgresVaultStore::contents() {
    Contents all;
    const auto read = attempt([&](Connection& connection) -> Result<void> {
        TRY(connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        TRY_ASSIGN(all, read_all(connection));
        return connection.run("COMMIT");
    });
    TRY(read);
    return all;
}

Result<void> PostgresVaultStore::replace(
    const std::function<Result<Contents>(const Contents&)>& rewrite) {
    return attempt([&](Connection& connection) -> Result<void> {
        // A failure closes the connection, which takes all of it back.
        TRY(connection.run("BEGIN"));
        TRY(
            connection.run("LOCK TABLE vault_check, vault_profile, vault_subject, vault_secret"
                           " IN ACCESS EXCLUSIVE MODE"));
        TRY_ASSIGN(const Contents before, read_all(connection));
        TRY_ASSIGN(const Contents after, rewrite(before));
        TRY(write_all(connection, after));
        return connection.run("COMMIT");
    });
}

}  // namespace penstock::vault

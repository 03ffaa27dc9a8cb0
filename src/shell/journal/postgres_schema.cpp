#include "shell/journal/postgres_schema.h"

#include <array>
#include <chrono>
#include <string>

#include "base/try.h"
#include "shell/journal/error.h"
#include "shell/postgres/error.h"
#include "shell/postgres/migrate.h"

namespace penstock::shell {

namespace {

// A body is stored as it is: it is written once and read seldom, and must not cost the leader time.
constexpr std::array kMigrations{postgres::Migration{
    "journal and leadership",
    "CREATE TABLE batch (first_sequence bigint PRIMARY KEY, last_sequence bigint NOT NULL,"
    " time_ns bigint NOT NULL, epoch bigint NOT NULL, body bytea NOT NULL,"
    " rolling_hash bytea NOT NULL, chain_hash bytea NOT NULL);"
    "ALTER TABLE batch ALTER body SET STORAGE EXTERNAL;"
    "CREATE TABLE leadership (id bigint PRIMARY KEY CHECK (id = 1), epoch bigint NOT NULL,"
    " holder text NOT NULL, address text NOT NULL, is_free boolean NOT NULL,"
    " renewals bigint NOT NULL,"
    " probes bigint NOT NULL);"
    "INSERT INTO leadership VALUES (1, 0, '', '', true, 0, 0);"
    "CREATE TABLE shared_value (name text PRIMARY KEY, value text NOT NULL)"}};

}  // namespace

Error journal_error(const Error& error, const char* doing) {
    std::string detail = "While " + std::string(doing) + ": " + error.message();
    const bool foreign = error.number() == postgres::kPostgresForeign.number;
    return Error(foreign ? kJournalForeign : kJournalFault, {}, std::move(detail));
}

Result<void> ensure_journal_schema(postgres::Connection& connection, postgres::Tables tables) {
    auto done = postgres::prepare(connection, "journal", kMigrations, tables);
    const std::string doing = "preparing the tables of " + connection.place();
    if (!done) return std::unexpected(journal_error(done.error(), doing.c_str()));
    return {};
}

Result<std::string> share_value(const std::string& url, std::string_view name,
                                std::string_view value) {
    constexpr std::chrono::seconds kPatience{5};
    const auto failed = [](const Error& error) {
        return std::unexpected(journal_error(error, "comparing with the other servers"));
    };
    auto connection = postgres::Connection::open(url, kPatience);
    if (!connection) return failed(connection.error());
    TRY(ensure_journal_schema(*connection));
    const std::array values{postgres::Value::text(name), postgres::Value::text(value)};
    const auto put = connection->execute(
        "INSERT INTO shared_value VALUES ($1, $2) ON CONFLICT DO NOTHING", values);
    if (!put) return failed(put.error());
    const auto kept =
        connection->execute("SELECT value FROM shared_value WHERE name = $1", {values.data(), 1});
    if (!kept) return failed(kept.error());
    return std::string(kept->bytes(0, 0));
}

}  // namespace penstock::shell

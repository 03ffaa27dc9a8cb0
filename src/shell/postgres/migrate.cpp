#include "shell/postgres/migrate.h"

#include <array>

#include "base/try.h"
#include "shell/postgres/error.h"

namespace penstock::postgres {

namespace {

/// Of the advisory lock that migrations hold: "PENSTOCK" as a number.
constexpr std::string_view kLock = "5784094330963280715";

std::string quoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text) result.append(c == '\'' ? 2 : 1, c);
    return result + "'";
}

Result<std::size_t> done_so_far(Connection& connection, std::string_view part) {
    const std::array values{Value::text(part)};
    TRY_ASSIGN(const Rows rows,
               connection.execute("SELECT count(*) FROM penstock_schema WHERE part = $1", values));
    return static_cast<std::size_t>(rows.unsigned_integer(0, 0));
}

std::unexpected<Error> foreign(std::string_view part, std::size_t done, std::size_t known) {
    return reject(kPostgresForeign, {},
                  "The " + std::string(part) + " has had " + std::to_string(done) +
                      " migrations; known are " + std::to_string(known) + ".");
}

}  // namespace

Result<void> migrate(Connection& connection, std::string_view part,
                     std::span<const Migration> migrations) {
    const std::string lock = "SELECT pg_advisory_xact_lock(" + std::string(kLock) + ");";
    TRY(connection.run("BEGIN;" + lock +
                       "CREATE TABLE IF NOT EXISTS penstock_schema (part text NOT NULL, number "
                       "bigint NOT NULL, name text NOT NULL, applied_at timestamptz NOT NULL "
                       "DEFAULT now(), PRIMARY KEY (part, number)); COMMIT;"));
    for (;;) {
        TRY_ASSIGN(const std::size_t done, done_so_far(connection, part));
        if (done > migrations.size()) return foreign(part, done, migrations.size());
        if (done == migrations.size()) return {};
        const Migration& next = migrations[done];
        auto applied = connection.run(
            "BEGIN;" + lock + "INSERT INTO penstock_schema (part, number, name) VALUES (" +
            quoted(part) + "," + std::to_string(done + 1) + "," + quoted(next.name) + ");" +
            std::string(next.sql) + "; COMMIT;");
        if (applied) continue;
        // Another server was first: its note stands where ours would.
        if (connection.is_open()) TRY(connection.run("ROLLBACK"));
        if (applied.error().number() != kPostgresNotUnique.number) return applied;
    }
}

Result<void> compare(Connection& connection, std::string_view part,
                     std::span<const Migration> migrations) {
    TRY_ASSIGN(const Rows noted,
               connection.execute("SELECT to_regclass('penstock_schema') IS NOT NULL"));
    std::size_t done = 0;
    if (noted.boolean(0, 0)) {
        TRY_ASSIGN(done, done_so_far(connection, part));
    }
    if (done != migrations.size()) return foreign(part, done, migrations.size());
    return {};
}

Result<void> prepare(Connection& connection, std::string_view part,
                     std::span<const Migration> migrations, Tables tables) {
    return tables == Tables::make ? migrate(connection, part, migrations)
                                  : compare(connection, part, migrations);
}

}  // namespace penstock::postgres

#include "app/doctor/postgres_checks.h"

#include <fmt/core.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/try.h"
#include "shell/postgres/connection.h"

namespace penstock::doctor {

namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::int64_t kVersionMin = 150'000;
constexpr const char* kReplicate =
    "Set up synchronous replication, for instance with Patroni, as the guide "
    "docs/several-servers.md says.";

Result<std::string> text(postgres::Connection& connection, const std::string& sql) {
    TRY_ASSIGN(const postgres::Rows rows, connection.execute(sql));
    return rows.size() == 0 || rows.is_null(0, 0) ? std::string() : std::string(rows.bytes(0, 0));
}

Result<std::int64_t> number(postgres::Connection& connection, const std::string& sql) {
    TRY_ASSIGN(const postgres::Rows rows, connection.execute(sql));
    return rows.size() == 0 ? 0 : rows.integer(0, 0);
}

Result<std::string> setting(postgres::Connection& connection, const char* name) {
    return text(connection, fmt::format("SELECT current_setting('{}')::text", name));
}

/// Commits that are answered before they are on a disk are lost with it.
Result<void> check_durability(postgres::Connection& connection, Report& report) {
    for (const char* name : {"fsync", "full_page_writes"}) {
        TRY_ASSIGN(const std::string value, setting(connection, name));
        if (value == "on")
            report.ok("postgres", fmt::format("{} is on", name));
        else
            report.fail("postgres", fmt::format("{} is {}", name, value),
                        fmt::format("Set {} = on: a power cut loses what was acknowledged.", name));
    }
    TRY_ASSIGN(const std::string commits, setting(connection, "synchronous_commit"));
    if (commits == "on" || commits == "remote_apply")
        report.ok("postgres", fmt::format("synchronous_commit is {}", commits));
    else
        report.fail("postgres", fmt::format("synchronous_commit is {}", commits),
                    "Set synchronous_commit = on: what was acknowledged may be lost.");
    return {};
}

Result<void> check_replication(postgres::Connection& connection, Report& report) {
    TRY_ASSIGN(const std::string wanted, setting(connection, "synchronous_standby_names"));
    TRY_ASSIGN(const std::int64_t standbys,
               number(connection, "SELECT count(*) FROM pg_stat_replication"));
    TRY_ASSIGN(
        const std::int64_t synchronous,
        number(connection, "SELECT count(*) FROM pg_stat_replication WHERE sync_state <> 'async'"));
    const std::string seen =
        fmt::format("{} of {} standbys are synchronous", synchronous, standbys);
    if (wanted.empty())
        report.warn("replication", "no commit waits for a second machine; " + seen, kReplicate);
    else if (synchronous == 0)
        report.warn("replication", "commits wait for a standby, and " + seen,
                    "Bring a standby back; until then commands may wait or be unsafe.");
    else
        report.ok("replication", seen);
    return {};
}

/// @return Whether there is a journal.
Result<bool> check_all(postgres::Connection& connection, Report& report) {
    TRY_ASSIGN(const std::string version_text, setting(connection, "server_version"));
    TRY_ASSIGN(const std::int64_t version,
               number(connection, "SELECT current_setting('server_version_num')::bigint"));
    if (version < kVersionMin)
        report.fail("postgres", "its version is " + version_text, "Use PostgreSQL 15 or later.");
    else
        report.ok("postgres", "its version is " + version_text);
    TRY_ASSIGN(const std::string standby, text(connection, "SELECT pg_is_in_recovery()::text"));
    if (standby == "true")
        report.fail("postgres", "this is a standby, which takes no commands",
                    "Name the primary, or all with target_session_attrs=read-write.");
    TRY(check_durability(connection, report));
    TRY(check_replication(connection, report));
    TRY_ASSIGN(const std::string table,
               text(connection, "SELECT coalesce(to_regclass('batch')::text, '')"));
    if (table.empty())
        report.fail("journal", "the database has none",
                    "Name the database of the server's --journal.");
    return !table.empty();
}

}  // namespace

bool check_postgres(const std::string& url, Report& report) {
    auto connection = postgres::Connection::open(url, kPatience);
    if (!connection) {
        report.fail("postgres", connection.error());
        return false;
    }
    const auto checked = check_all(*connection, report);
    if (!checked) report.fail("postgres", checked.error());
    return checked && *checked;
}

}  // namespace penstock::doctor

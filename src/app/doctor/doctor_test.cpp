#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "app/doctor/agent_checks.h"
#include "app/doctor/exchange_checks.h"
#include "app/doctor/folder_checks.h"
#include "app/doctor/postgres_checks.h"
#include "app/doctor/report.h"
#include "app/doctor/server_checks.h"
#include "shell/postgres/connection.h"
#include "shell/server/server_fixture.h"
#include "shell/sqlite/sqlite.h"

namespace penstock::doctor {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;

auto finding(Grade grade, const std::string& check, const std::string& text) {
    return Contains(AllOf(Field(&Finding::grade, grade), Field(&Finding::check, check),
                          Field(&Finding::text, HasSubstr(text))));
}

class Doctor : public shell::ServerFixture {
  protected:
    Report examine(Depth depth = Depth::files) {
        Report report;
        check_exchange({.data = options_.data,
                        .secrets = options_.secrets,
                        .journal_url = options_.journal_url,
                        .depth = depth},
                       report);
        return report;
    }
    void write(const std::string& name, const std::string& text) {
        fs::create_directories((options_.data / name).parent_path());
        std::ofstream(options_.data / name, std::ios::binary) << text;
        fs::permissions(options_.data / name, fs::perms::owner_read | fs::perms::owner_write);
    }
    std::vector<std::string> party_names() const {
        const auto page = client(operator_key())
                              .call<v1::ListPartiesResponse>("PartyService/ListParties",
                                                             v1::ListPartiesRequest());
        std::vector<std::string> names;
        for (const v1::Party& party : page.value().parties()) names.push_back(party.name());
        return names;
    }
    void stop() {
        server_->stop();
        server_.reset();
    }
};

TEST_F(Doctor, finds_a_running_and_a_stopped_exchange_well) {
    start();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(sign_up("Party", v1::ROLE_BUYER));
    const Report running = examine(Depth::replay);
    EXPECT_EQ(running.count(Grade::fail), 0u) << running.text();
    EXPECT_THAT(running.findings(), finding(Grade::ok, "server", "one runs"));
    EXPECT_THAT(running.findings(), finding(Grade::ok, "replay", "every command"));
    stop();
    const Report stopped = examine();
    EXPECT_EQ(stopped.count(Grade::fail), 0u) << stopped.text();
    EXPECT_THAT(stopped.findings(), finding(Grade::ok, "server", "none runs"));
    EXPECT_THAT(stopped.findings(), finding(Grade::ok, "snapshot", "of command"));
    start();  // Nothing was changed that a server would mind.
}

TEST_F(Doctor, sees_what_is_open_to_others) {
    start();
    ASSERT_EQ(::chmod((options_.data / "server.secret").c_str(), 0640), 0);
    ASSERT_EQ(::chmod(options_.data.c_str(), 0755), 0);
    const Report report = examine();
    EXPECT_THAT(report.findings(), finding(Grade::fail, "permissions", "server.secret"));
    EXPECT_THAT(report.findings(), finding(Grade::fail, "folder", "755"));
    EXPECT_THAT(report.text(), HasSubstr("chmod 700"));
}

TEST_F(Doctor, looks_at_secrets_that_lie_apart) {
    options_.secrets = folder_ / "secrets";
    start();
    stop();
    EXPECT_THAT(examine().findings(), finding(Grade::ok, "permissions", options_.secrets));
    ASSERT_EQ(::chmod((options_.secrets / "vault.key").c_str(), 0644), 0);
    ASSERT_EQ(::chmod(options_.secrets.c_str(), 0755), 0);
    const Report report = examine();
    EXPECT_THAT(report.findings(), finding(Grade::fail, "permissions", "vault.key"));
    EXPECT_THAT(report.findings(), finding(Grade::fail, "folder", options_.secrets));
}

TEST_F(Doctor, leaves_tables_of_another_version_as_they_are) {
    options_.journal_url = postgres::PostgresInstance::shared().create_database();
    start();
    stop();
    auto connection =
        postgres::Connection::open(options_.journal_url, std::chrono::seconds(10)).value();
    ASSERT_TRUE(connection.run("DELETE FROM penstock_schema WHERE part = 'journal'"));
    EXPECT_THAT(examine().findings(), finding(Grade::fail, "journal", "0 migrations"));
    EXPECT_EQ(connection.execute("SELECT count(*) FROM penstock_schema WHERE part = 'journal'")
                  ->integer(0, 0),
              0);
}

TEST_F(Doctor, sees_a_changed_journal_and_where) {
    start();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(sign_up("Party", v1::ROLE_BUYER));
    stop();
    sqlite::Database::open(options_.data / "journal.db", sqlite::Durability::full)
        .value()
        .run("UPDATE batch SET time_ns = time_ns + 1 WHERE first_sequence = 2")
        .value();
    EXPECT_THAT(examine().findings(), finding(Grade::fail, "journal", "after command 1"));
}

TEST_F(Doctor, sees_that_the_journal_has_lost_its_end) {
    start();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(sign_up("Party", v1::ROLE_BUYER));
    stop();
    sqlite::Database::open(options_.data / "journal.db", sqlite::Durability::full)
        .value()
        .run("DELETE FROM batch WHERE first_sequence > 2")
        .value();
    const Report report = examine();
    for (const char* check : {"tables", "grants", "evidence", "snapshot"})
        EXPECT_THAT(report.findings(), finding(Grade::fail, check, "the journal ends at"));
}

TEST_F(Doctor, sees_damage_in_evidence_snapshots_and_stored_files) {
    start();
    ASSERT_TRUE(sign_up("Party", v1::ROLE_BUYER));
    stop();
    for (const auto& entry : fs::recursive_directory_iterator(options_.data / "evidence/log/tile"))
        if (entry.is_regular_file()) fs::resize_file(entry.path(), entry.file_size() - 1);
    for (const auto& entry : fs::directory_iterator(options_.data / "snapshots"))
        fs::resize_file(entry.path(), entry.file_size() - 1);
    const std::string digest(64, 'a');
    write("artifacts/sha256/aa/" + digest, "other");
    write("restore.unfinished", "");
    write("clock.held", "");
    const Report report = examine(Depth::replay);
    EXPECT_THAT(report.findings(), finding(Grade::fail, "evidence", "tile"));
    EXPECT_THAT(report.findings(), finding(Grade::warn, "snapshot", "cannot be read"));
    EXPECT_THAT(report.findings(), finding(Grade::fail, "files", digest));
    EXPECT_THAT(report.findings(), finding(Grade::fail, "restore", "not finished"));
    EXPECT_THAT(report.findings(), finding(Grade::fail, "clock", "held"));
}

TEST_F(Doctor, says_that_there_is_no_exchange_and_makes_none) {
    const Report report = examine();
    EXPECT_EQ(report.count(Grade::ok), 0u);
    EXPECT_THAT(report.findings(), finding(Grade::fail, "folder", "No such file"));
    EXPECT_FALSE(fs::exists(options_.data));
    fs::create_directories(options_.data);
    EXPECT_GT(examine().count(Grade::fail), 0u);
    EXPECT_TRUE(fs::is_empty(options_.data));
}

TEST_F(Doctor, calls_servers_and_compares_clocks) {
    start();
    Report report;
    check_servers(url() + ",http://127.0.0.1:1", {}, report);
    EXPECT_THAT(report.findings(), finding(Grade::ok, "reach", url()));
    EXPECT_THAT(report.findings(), finding(Grade::ok, "clock", url()));
    EXPECT_THAT(report.findings(), finding(Grade::ok, "version", url()));
    EXPECT_THAT(report.findings(), finding(Grade::fail, "reach", "127.0.0.1:1"));
}

TEST_F(Doctor, asks_servers_whether_they_keep_evidence) {
    start();
    sqlite::Database::open(options_.data / "evidence/evidence.db", sqlite::Durability::full)
        .value()
        .run("ALTER TABLE records RENAME TO gone")
        .value();
    ASSERT_TRUE(sign_up("Party", v1::ROLE_BUYER));
    expect_soon([&] { return !status().evidence_fault().empty(); });
    Report report;
    check_servers(url(), {}, report);
    EXPECT_THAT(report.findings(), finding(Grade::fail, "evidence", "keeps or signs no evidence"));
}

TEST_F(Doctor, asks_servers_whether_tables_and_grants_stand_still) {
    start();
    const auto run = [&](const char* file, const char* sql) {
        sqlite::Database::open(options_.data / file, sqlite::Durability::full)
            .value()
            .run(sql)
            .value();
    };
    run("projection.db", "ALTER TABLE parties RENAME TO gone");
    run("artifacts/artifacts.db", "ALTER TABLE position RENAME TO gone");
    ASSERT_TRUE(sign_up("Party", v1::ROLE_BUYER));
    expect_soon(
        [&] { return !status().tables_fault().empty() && !status().grants_fault().empty(); });
    Report report;
    check_servers(url(), {}, report);
    EXPECT_THAT(report.findings(), finding(Grade::fail, "tables", "shows nothing new"));
    EXPECT_THAT(report.findings(), finding(Grade::fail, "grants", "grants nobody"));

    // They go on by themselves, with all that they missed.
    run("projection.db", "ALTER TABLE gone RENAME TO parties");
    run("artifacts/artifacts.db", "ALTER TABLE gone RENAME TO position");
    expect_soon([&] { return status().tables_fault().empty() && status().grants_fault().empty(); });
    ASSERT_TRUE(sign_up("Another", v1::ROLE_BUYER));
    EXPECT_THAT(party_names(), testing::IsSupersetOf({"Party", "Another"}));
}

TEST_F(Doctor, looks_at_a_database) {
    const std::string database = postgres::PostgresInstance::shared().create_database();
    Report empty;
    EXPECT_FALSE(check_postgres(database, empty));
    EXPECT_THAT(empty.findings(), finding(Grade::fail, "journal", "has none"));
    EXPECT_FALSE(empty.findings().empty());

    options_.journal_url = database;
    start();
    const Report report = examine();
    // The tests' instance is set up to be fast, and alone.
    EXPECT_THAT(report.findings(), finding(Grade::fail, "postgres", "fsync is off"));
    EXPECT_THAT(report.findings(), finding(Grade::warn, "replication", "second machine"));
    EXPECT_THAT(report.findings(), finding(Grade::ok, "journal", "its chain holds"));

    Report unreachable;
    EXPECT_FALSE(check_postgres("postgres://127.0.0.1:1/none", unreachable));
    EXPECT_EQ(unreachable.count(Grade::fail), 1u);
}

TEST_F(Doctor, wants_room_on_the_disk) {
    Report report;
    check_free_space(folder_, UINT64_MAX / 4, report);
    EXPECT_THAT(report.findings(), finding(Grade::fail, "disk", "MiB free"));
    Report some;
    check_free_space(folder_, 1, some);
    EXPECT_EQ(some.count(Grade::fail), 0u);
}

TEST(DoctorReport, is_read_by_people_and_machines) {
    Report report;
    report.ok("disk", "1 MiB \"free\"");
    report.warn("clock", "slow", "Set it.");
    report.fail("journal", "gone", "Restore it.");
    EXPECT_EQ(report.text(),
              "OK   disk: 1 MiB \"free\"\n"
              "WARN clock: slow\n     → Set it.\n"
              "FAIL journal: gone\n     → Restore it.\n"
              "1 ok, 1 to look at, 1 failed\n");
    EXPECT_EQ(report.json(),
              "{\"findings\":[{\"grade\":\"OK\",\"check\":\"disk\",\"text\":\"1 MiB "
              "\\\"free\\\"\"},{\"grade\":\"WARN\",\"check\":\"clock\",\"text\":\"slow\","
              "\"remedy\":\"Set it.\"},{\"grade\":\"FAIL\",\"check\":\"journal\",\"text\":\"gone\","
              "\"remedy\":\"Restore it.\"}],\"failed\":1,\"warned\":1}\n");
}

TEST(DoctorOfAgents, tries_what_the_host_driver_needs) {
    Report report;
    check_agent_machine(report);
    for (const char* check : {"user", "cgroups", "sandbox", "measure"})
        EXPECT_THAT(report.findings(), Contains(Field(&Finding::check, check)));
    // Groups that were made for the trial are gone.
    for (const char* place : {"/sys/fs/cgroup/penstock", "/sys/fs/cgroup/memory/penstock"}) {
        std::error_code none;
        for (fs::directory_iterator entry(place, none), end; !none && entry != end;
             entry.increment(none))
            EXPECT_THAT(entry->path().filename().string(),
                        testing::Not(testing::HasSubstr("doctor" + std::to_string(::getpid()))));
    }
}

}  // namespace
}  // namespace penstock::doctor

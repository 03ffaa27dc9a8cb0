// Backups of a real server in this process, on both back ends of the journal.
#include "shell/backup/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "penstock/v1/evidence.pb.h"
#include "penstock/v1/identity.pb.h"
#include "shell/artifacts/grants.h"
#include "shell/backup/check.h"
#include "shell/backup/error.h"
#include "shell/backup/manifest.h"
#include "shell/backup/restore.h"
#include "shell/journal/error.h"
#include "shell/server/data_folder.h"
#include "shell/server/error.h"
#include "shell/server/server_fixture.h"

namespace penstock::backup {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Backup : public shell::ServerFixture {
  protected:
    Backup() { options_.checkpoint_interval = std::chrono::milliseconds(5); }

    Result<v1::BackupManifest> back_up(const std::string& name = "backup") {
        return make_backup({.data = options_.data,
                            .secrets = options_.secrets,
                            .journal_url = options_.journal_url,
                            .to = folder_ / name});
    }
    /// Restores, and has the next start() take what was restored.
    Result<v1::BackupManifest> restore(LogAfter log, const std::string& name = "backup") {
        RestoreOptions restoring{.from = folder_ / name, .data = folder_ / "restored", .log = log};
        if (!options_.secrets.empty()) restoring.secrets = folder_ / "restored-secrets";
        if (!options_.journal_url.empty())
            restoring.journal_url = postgres::PostgresInstance::shared().create_database();
        auto restored = restore_backup(restoring);
        options_.data = restoring.data;
        options_.secrets = restoring.secrets;
        options_.journal_url = restoring.journal_url;
        return restored;
    }
    void stop() {
        server_->stop();
        server_.reset();
    }
    std::string log_key() const {
        return client()
            .call<v1::GetLogKeyResponse>("EvidenceService/GetLogKey", v1::GetLogKeyRequest())
            .value()
            .verifier_key();
    }
    static std::string content(const fs::path& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    static void write(const fs::path& file, const std::string& text) {
        fs::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }
    static std::set<std::string> files_below(const fs::path& folder) {
        std::set<std::string> files;
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (entry.is_regular_file()) files.insert(fs::relative(entry.path(), folder));
        return files;
    }
};

struct Member {
    std::string party;
    std::string secret;
};

TEST_F(Backup, of_a_server_under_load_has_all_that_was_acknowledged_and_starts_with_the_same_hash) {
    start();
    std::mutex mutex;
    std::vector<Member> members;
    std::atomic<bool> over = false;
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 3; ++caller)
        callers.emplace_back([&] {
            while (!over) {
                const auto made = sign_up("Member", v1::ROLE_BUYER);
                if (!made) continue;
                const std::scoped_lock lock(mutex);
                members.push_back({made->party(), made->secret()});
            }
        });
    const auto acknowledged = [&] {
        const std::scoped_lock lock(mutex);
        return members;
    };
    expect_soon([&] { return acknowledged().size() >= 50; });
    const std::vector<Member> before = acknowledged();
    const auto made = back_up();
    ASSERT_TRUE(made) << made.error().message();
    expect_soon([&] { return acknowledged().size() > before.size() + 10; });
    over = true;
    callers.clear();
    EXPECT_GT(status().last_sequence(), made->journal().sequence());  // The load went on.
    stop();

    const auto restored = restore(LogAfter::same);
    ASSERT_TRUE(restored) << restored.error().message();
    start();
    EXPECT_EQ(status().last_sequence(), made->journal().sequence());
    EXPECT_EQ(status().rolling_hash(), made->journal().rolling_hash());
    for (const Member& member : before)
        EXPECT_TRUE(get_party(member.party, member.secret)) << member.party;
    EXPECT_TRUE(sign_up("Later", v1::ROLE_BUYER));
}

TEST_F(Backup, of_an_idle_server_is_the_server) {
    options_.secrets = folder_ / "secrets";
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    admit(buyer.party());
    const std::string digest = crypto::hex(crypto::sha256("input"));
    transport::Headers headers;
    headers.add("Authorization", "Bearer " + buyer.secret());
    const auto file = [&](const char* verb, std::string body) {
        auto http = transport::HttpClient::create({.base_url = url()}).value();
        return http
            .request({.verb = verb,
                      .target = "/artifacts/sha256/" + digest,
                      .headers = headers,
                      .body = std::move(body)})
            .value();
    };
    ASSERT_EQ(file("PUT", "input").status, 201u);
    const auto was = status();
    const std::string key = log_key();
    const auto made = back_up();
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_EQ(made->journal().rolling_hash(), was.rolling_hash());
    EXPECT_FALSE(fs::exists(folder_ / "backup.unfinished"));
    const auto files = files_below(folder_ / "backup");
    EXPECT_TRUE(files.contains("data/operator.key"));
    EXPECT_TRUE(files.contains("secrets/vault.key"));
    EXPECT_TRUE(files.contains("secrets/server.secret"));
    EXPECT_TRUE(files.contains("data/artifacts/sha256/" + digest.substr(0, 2) + "/" + digest));
    for (const std::string& name : files) {
        EXPECT_FALSE(name.ends_with(".lock") || name.starts_with("data/snapshots/") ||
                     name.starts_with("data/projection.db"))
            << name;
    }
    stop();
    ASSERT_TRUE(restore(LogAfter::same));
    struct stat about{};
    ASSERT_EQ(::stat((options_.data / "operator.key").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
    start();
    EXPECT_EQ(status().rolling_hash(), was.rolling_hash());
    EXPECT_EQ(log_key(), key);
    EXPECT_EQ(file("GET", "").body, "input");
    // The tables were made anew before the first answer.
    EXPECT_TRUE(get_party(buyer.party(), buyer.secret()));
}

TEST_F(Backup, names_every_file_that_is_altered_cut_missing_or_added) {
    start();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(sign_up("Party", v1::ROLE_BUYER));
    expect_soon([&] { return fs::exists(options_.data / "evidence/log/checkpoint"); });
    stop();
    ASSERT_TRUE(back_up());
    const fs::path backup = folder_ / "backup";
    ASSERT_TRUE(check_backup(backup));
    const auto files = files_below(backup);
    EXPECT_GE(files.size(), 9u);
    const auto expect_named = [&](const std::string& file, const char* how) {
        const auto checked = check_backup(backup);
        ASSERT_FALSE(checked) << file << " " << how;
        EXPECT_THAT(checked.error().message(), HasSubstr(file)) << how;
        const auto restored =
            restore_backup({.from = backup, .data = folder_ / "none", .log = LogAfter::same});
        EXPECT_FALSE(restored) << file << " " << how;
        EXPECT_FALSE(fs::exists(folder_ / "none")) << file << " " << how;
    };
    for (const std::string& file : files) {
        const std::string whole = content(backup / file);
        std::string altered = whole;
        altered[altered.size() / 2] = static_cast<char>(altered[altered.size() / 2] ^ 1);
        write(backup / file, altered);
        expect_named(file, "altered");
        write(backup / file, whole.substr(0, whole.size() - 1));
        expect_named(file, "cut");
        fs::rename(backup / file, folder_ / "aside");
        if (file == kManifestFile)
            EXPECT_EQ(check_backup(backup).error().number(), kNotABackup.number);
        else
            expect_named(file, "missing");
        fs::rename(folder_ / "aside", backup / file);
        write(backup / file, whole);
    }
    write(backup / "data/more", "x");
    expect_named("data/more", "added");
    fs::remove(backup / "data/more");
    fs::create_symlink("/etc/passwd", backup / "data/link");
    expect_named("data/link", "added");
    fs::remove(backup / "data/link");
    EXPECT_TRUE(check_backup(backup));
}

TEST_F(Backup, whose_manifest_was_written_anew_over_a_changed_journal_is_refused) {
    start();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(sign_up("Party", v1::ROLE_BUYER));
    stop();
    ASSERT_TRUE(back_up());
    const fs::path journal = folder_ / "backup" / kJournalPath;
    sqlite::Database::open(journal, sqlite::Durability::full)
        .value()
        .run(
            "DELETE FROM batch WHERE first_sequence = (SELECT max(first_sequence) FROM batch);"
            "PRAGMA journal_mode=DELETE")
        .value();
    auto manifest = read_manifest(folder_ / "backup").value();
    for (v1::BackupFile& file : *manifest.mutable_files())
        if (file.path() == kJournalPath) {
            file.set_bytes(fs::file_size(journal));
            file.set_sha256(file_digest(journal).value());
        }
    ASSERT_TRUE(write_manifest(folder_ / "backup", manifest));
    EXPECT_THAT(check_backup(folder_ / "backup").error().message(),
                HasSubstr("does not end where the manifest says"));
}

TEST_F(Backup, is_written_to_a_new_place_only) {
    EXPECT_EQ(back_up().error().number(), kNothingToBackUp.number);
    start();
    fs::create_directories(folder_ / "taken");
    EXPECT_EQ(back_up("taken").error().number(), kBackupPlaceTaken.number);
    EXPECT_EQ(back_up("data/inside").error().number(), kBackupPlaceTaken.number);
    // One that was killed has left a part of it.
    write(folder_ / "backup.unfinished/data/rest", "x");
    EXPECT_TRUE(back_up("backup/"));
    EXPECT_FALSE(fs::exists(folder_ / "backup.unfinished"));
    EXPECT_TRUE(check_backup(folder_ / "backup"));
}

TEST_F(Backup, is_restored_into_an_empty_folder_only) {
    start();
    stop();
    ASSERT_TRUE(back_up());
    write(folder_ / "full/mine", "x");
    const auto refused = restore_backup(
        {.from = folder_ / "backup", .data = folder_ / "full", .log = LogAfter::same});
    EXPECT_EQ(refused.error().number(), kFolderNotEmpty.number);
    EXPECT_EQ(files_below(folder_ / "full"), std::set<std::string>{"mine"});
    EXPECT_EQ(
        restore_backup({.from = folder_ / "nothing", .data = folder_ / "new"}).error().number(),
        kNotABackup.number);
    EXPECT_EQ(
        restore_backup(
            {.from = folder_ / "backup", .data = folder_ / "new", .secrets = folder_ / "secrets"})
            .error()
            .number(),
        kSecretsPlace.number);
    EXPECT_FALSE(fs::exists(folder_ / "new"));
}

TEST_F(Backup, half_restored_serves_nobody_and_is_finished_by_the_next_restore) {
    start();
    const auto was = status();
    stop();
    ASSERT_TRUE(back_up());
    // As a restore leaves it that was killed.
    write(folder_ / "restored" / shell::kRestoreMark, "");
    write(folder_ / "restored/vault.db", "half of it");
    auto half = options_;
    half.data = folder_ / "restored";
    const auto started = shell::Server::start(half);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().number(), shell::kRestoreUnfinished.number);
    const auto restored = restore(LogAfter::same);
    ASSERT_TRUE(restored) << restored.error().message();
    EXPECT_FALSE(fs::exists(folder_ / "restored" / shell::kRestoreMark));
    start();
    EXPECT_EQ(status().rolling_hash(), was.rolling_hash());
}

TEST_F(Backup, that_is_old_begins_a_log_of_its_own) {
    start();
    const auto early = sign_up("Early", v1::ROLE_BUYER).value();
    const auto made = back_up();
    ASSERT_TRUE(made) << made.error().message();
    const std::string old_key = log_key();
    const auto late = sign_up("Late", v1::ROLE_BUYER).value();
    stop();
    ASSERT_TRUE(restore(LogAfter::renewed));
    start();
    EXPECT_EQ(status().rolling_hash(), made->journal().rolling_hash());
    EXPECT_NE(log_key(), old_key);
    EXPECT_TRUE(get_party(early.party(), early.secret()));
    // What was acknowledged after the backup is gone.
    EXPECT_FALSE(get_party(late.party(), late.secret()));
    // All records of the journal are in the new log, under the old salts.
    expect_soon([&] { return status().evidence_size() >= made->evidence().size(); });
    EXPECT_EQ(content(options_.data / "evidence/epoch-1.key"),
              content(folder_ / "data/evidence/epoch-1.key"));
}

TEST_F(Backup, of_the_journal_alone_beside_later_records_is_refused_by_the_server) {
    if (!options_.journal_url.empty()) GTEST_SKIP() << "the journal is no file there";
    start();
    ASSERT_TRUE(back_up());
    ASSERT_TRUE(sign_up("Late", v1::ROLE_BUYER));
    stop();
    for (const char* file : {"journal.db", "journal.db-wal", "journal.db-shm"})
        fs::remove(options_.data / file);
    fs::copy_file(folder_ / "backup" / kJournalPath, options_.data / "journal.db");
    const auto started = shell::Server::start(options_);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().reason(), "JOURNAL_SHORT");
}

TEST_F(Backup, goes_over_from_one_back_end_to_the_other) {
    start();
    const auto party = sign_up("Party", v1::ROLE_BUYER).value();
    admit(party.party());
    v1::AddUserRequest add;
    add.set_email("wang.fang@example.test");
    add.set_name("Wang Fang");
    add.add_roles(v1::USER_VIEWER);
    ASSERT_TRUE(client(party.secret()).call<v1::AddUserResponse>("IdentityService/AddUser", add));
    const auto users = [&] {
        return client(party.secret())
            .call<v1::ListUsersResponse>("IdentityService/ListUsers", v1::ListUsersRequest())
            .value()
            .SerializeAsString();
    };
    const std::string known = users();
    EXPECT_THAT(known, HasSubstr("wang.fang@example.test"));
    const auto was = status();
    stop();
    ASSERT_TRUE(back_up());
    const std::string other = options_.journal_url.empty()
                                  ? postgres::PostgresInstance::shared().create_database()
                                  : std::string();
    const auto restored = restore_backup({.from = folder_ / "backup",
                                          .data = folder_ / "restored",
                                          .journal_url = other,
                                          .log = LogAfter::same});
    ASSERT_TRUE(restored) << restored.error().message();
    options_.data = folder_ / "restored";
    options_.journal_url = other;
    start();
    EXPECT_EQ(status().rolling_hash(), was.rolling_hash());
    EXPECT_EQ(users(), known);
    EXPECT_EQ(fs::exists(options_.data / "vault.db"), other.empty());
    EXPECT_TRUE(get_party(party.party(), party.secret()));
    EXPECT_TRUE(sign_up("Next", v1::ROLE_BUYER));
}

TEST_F(Backup, finds_a_journal_whose_log_was_damaged_before_it_is_repaired_away) {
    if (!options_.journal_url.empty()) GTEST_SKIP() << "the journal is no file there";
    start();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(sign_up("Party", v1::ROLE_BUYER));
    // As after kill -9: the write-ahead log is there with all that was acknowledged.
    fs::copy(options_.data, folder_ / "killed", fs::copy_options::recursive);
    stop();
    const fs::path log = folder_ / "killed/journal.db-wal";
    std::string bytes = content(log);
    ASSERT_GT(bytes.size(), 8192u);
    bytes[32 + 24 + 100] = static_cast<char>(bytes[32 + 24 + 100] ^ 1);  // In the first frame.
    write(log, bytes);
    const auto made = make_backup({.data = folder_ / "killed", .to = folder_ / "backup"});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().number(), shell::kJournalBroken.number) << made.error().message();
    EXPECT_EQ(content(log), bytes);
    EXPECT_FALSE(fs::exists(folder_ / "backup"));
}

}  // namespace
}  // namespace penstock::backup

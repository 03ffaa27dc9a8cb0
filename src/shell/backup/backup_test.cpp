// Backups of a real server in this process, on both back ends of the journal.
#include "shell/backup/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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
#include "shell/backup/place_lock.h"
#include "shell/backup/restore.h"
#include "shell/journal/error.h"
#include "shell/postgres/connection.h"
#include "shell/postgres/error.h"
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

TEST_F(Backup, without_the_secrets_of_its_server_is_none) {
    options_.secrets = folder_ / "secrets";
    start();
    const BackupOptions forgetful{
        .data = options_.data, .journal_url = options_.journal_url, .to = folder_ / "backup"};
    const auto refused = make_backup(forgetful);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number(), kSecretsMissing.number);
    EXPECT_FALSE(fs::exists(folder_ / "backup"));
    EXPECT_TRUE(back_up());
    EXPECT_EQ(fs::status(options_.secrets).permissions(), fs::perms::owner_all);
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
    EXPECT_EQ(restore_backup(
                  {.from = folder_ / "backup", .data = folder_ / "restored", .log = LogAfter::same})
                  .error()
                  .number(),
              kSecretsPlace.number);
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
    // All records of the journal are in the new log. Its salts are others: commands that follow get
    // the numbers of those that were lost, whose salts their parties know.
    expect_soon([&] { return status().evidence_size() >= made->evidence().size(); });
    const std::string salts = content(options_.data / "evidence/epoch-1.key");
    EXPECT_NE(salts, content(folder_ / "data/evidence/epoch-1.key"));
    EXPECT_FALSE(salts.empty());
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
    const std::string key = log_key();
    const auto was = status();
    stop();
    ASSERT_TRUE(back_up());
    const std::string other = options_.journal_url.empty()
                                  ? postgres::PostgresInstance::shared().create_database()
                                  : std::string();
    const auto restored = restore_backup({.from = folder_ / "backup",
                                          .data = folder_ / "restored",
                                          .secrets = folder_ / "shared",
                                          .journal_url = other,
                                          .log = LogAfter::same});
    ASSERT_TRUE(restored) << restored.error().message();
    // Several servers share their secrets, which lay among the data before.
    for (const char* name : {"server.secret", "vault.key", "log.key", "epoch-1.key"}) {
        EXPECT_TRUE(fs::exists(folder_ / "shared" / name)) << name;
        for (const char* before : {"restored", "restored/evidence"})
            EXPECT_FALSE(fs::exists(folder_ / before / name)) << name;
    }
    options_.data = folder_ / "restored";
    options_.secrets = folder_ / "shared";
    options_.journal_url = other;
    start();
    EXPECT_EQ(status().rolling_hash(), was.rolling_hash());
    EXPECT_EQ(log_key(), key);
    EXPECT_EQ(users(), known);
    EXPECT_EQ(fs::exists(options_.data / "vault.db"), other.empty());
    EXPECT_TRUE(get_party(party.party(), party.secret()));
    EXPECT_TRUE(sign_up("Next", v1::ROLE_BUYER));
}

TEST_F(Backup, knows_the_password_of_its_time_though_another_was_set_meanwhile) {
    start();
    const auto party = sign_up("Party", v1::ROLE_BUYER).value();
    v1::AddUserRequest add;
    add.set_email("wang.fang@example.test");
    add.set_name("Wang Fang");
    add.add_roles(v1::USER_VIEWER);
    v1::AcceptInvitationRequest accept;
    accept.set_invitation(client(party.secret())
                              .call<v1::AddUserResponse>("IdentityService/AddUser", add)
                              .value()
                              .invitation());
    accept.set_password("kettle-orbit-94-violin");
    ASSERT_TRUE(
        client().call<v1::AcceptInvitationResponse>("IdentityService/AcceptInvitation", accept));
    v1::SignInRequest sign_in;
    sign_in.set_email(add.email());
    sign_in.set_password(accept.password());
    sign_in.set_bearer(true);
    const auto try_sign_in = [&] {
        return client().call<v1::SignInResponse>("IdentityService/SignIn", sign_in);
    };
    const std::string token = try_sign_in().value().token();
    const auto made = make_backup({.data = options_.data,
                                   .journal_url = options_.journal_url,
                                   .to = folder_ / "backup",
                                   .when_settled = [&] {
                                       v1::ChangePasswordRequest change;
                                       change.set_current_password(accept.password());
                                       change.set_new_password("anchor-31-meadow-quartz");
                                       ASSERT_TRUE(client(token).call<v1::ChangePasswordResponse>(
                                           "IdentityService/ChangePassword", change));
                                   }});
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_FALSE(try_sign_in());
    stop();
    ASSERT_TRUE(restore(LogAfter::renewed));
    start();
    const auto signed_in = try_sign_in();
    EXPECT_TRUE(signed_in) << signed_in.error().message;
}

TEST_F(Backup, follows_no_link) {
    start();
    stop();
    write(folder_ / "outside", "x");
    fs::create_symlink(folder_ / "outside", options_.data / "link");
    const auto made = back_up();
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().number(), kStrangeFile.number);
    EXPECT_THAT(made.error().message(), HasSubstr("link"));
    fs::remove(options_.data / "link");
    if (options_.journal_url.empty()) {
        fs::rename(options_.data / "vault.db", folder_ / "vault.db");
        fs::create_symlink(folder_ / "vault.db", options_.data / "vault.db");
        EXPECT_EQ(back_up().error().number(), kStrangeFile.number);
        fs::remove(options_.data / "vault.db");
        fs::rename(folder_ / "vault.db", options_.data / "vault.db");
    }
    // What the operator names may be one.
    fs::create_directory_symlink(options_.data, folder_ / "way");
    options_.data = folder_ / "way";
    const auto by_link = back_up();
    EXPECT_TRUE(by_link) << by_link.error().message();
}

TEST_F(Backup, keeps_others_out_of_its_place) {
    start();
    write(folder_ / "backup.unfinished/data/part", "of the other");
    {
        const auto other = PlaceLock::take(folder_ / "backup.unfinished");
        ASSERT_TRUE(other);
        EXPECT_EQ(back_up().error().number(), kBackupUnderWay.number);
        EXPECT_TRUE(fs::exists(folder_ / "backup.unfinished/data/part"));
        EXPECT_TRUE(back_up("elsewhere"));
    }
    EXPECT_TRUE(back_up());
    EXPECT_FALSE(fs::exists(folder_ / "backup.unfinished.lock"));
    const auto rotation = shell::lock_against_backups(options_.data);
    EXPECT_EQ(back_up("third").error().number(), shell::kSecretsChange.number);
}

TEST_F(Backup, that_root_restores_is_the_servers) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    start();
    ASSERT_TRUE(sign_up("Party", v1::ROLE_BUYER));
    stop();
    ASSERT_TRUE(back_up());
    constexpr uid_t kServer = 12'345;
    const fs::path data = folder_ / "restored";
    const fs::path secrets = folder_ / "var/secrets";
    fs::create_directory(data);
    ASSERT_EQ(::chown(data.c_str(), kServer, kServer), 0);
    const auto restored = restore_backup(
        {.from = folder_ / "backup", .data = data, .secrets = secrets, .log = LogAfter::same});
    ASSERT_TRUE(restored) << restored.error().message();
    std::vector<fs::path> all{secrets};
    for (const auto& folder : {data, secrets})
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            all.push_back(entry.path());
    EXPECT_THAT(all, testing::Contains(data / "server.lock"));
    EXPECT_THAT(all, testing::Contains(secrets / "vault.key"));
    for (const fs::path& path : all) {
        struct stat about{};
        ASSERT_EQ(::lstat(path.c_str(), &about), 0);
        EXPECT_EQ(about.st_uid, kServer) << path;
        EXPECT_EQ(about.st_mode & 077, fs::is_directory(path) ? 0 : about.st_mode & 044) << path;
    }
}

TEST_F(Backup, of_a_database_leaves_its_tables_as_they_are) {
    if (options_.journal_url.empty()) GTEST_SKIP() << "there is no database";
    start();
    stop();
    auto connection =
        postgres::Connection::open(options_.journal_url, std::chrono::seconds(10)).value();
    // As a version leaves it that knew less.
    ASSERT_TRUE(connection.run("DELETE FROM penstock_schema WHERE part = 'vault'"));
    EXPECT_EQ(back_up().error().number(), postgres::kPostgresForeign.number);
    EXPECT_EQ(connection.execute("SELECT count(*) FROM penstock_schema WHERE part = 'vault'")
                  ->integer(0, 0),
              0);
}

TEST_F(Backup, leaves_the_vault_of_another_exchange_alone) {
    if (options_.journal_url.empty()) GTEST_SKIP() << "there is no database";
    start();
    stop();
    ASSERT_TRUE(back_up());
    start();
    ASSERT_TRUE(sign_up("Later", v1::ROLE_BUYER));
    stop();
    auto connection =
        postgres::Connection::open(options_.journal_url, std::chrono::seconds(10)).value();
    ASSERT_TRUE(connection.run("INSERT INTO vault_secret VALUES ('mine', 'x', 'y')"));
    const auto refused = restore_backup({.from = folder_ / "backup",
                                         .data = folder_ / "restored",
                                         .journal_url = options_.journal_url,
                                         .log = LogAfter::same});
    EXPECT_EQ(refused.error().number(), shell::kJournalNotEmpty.number);
    EXPECT_EQ(connection.execute("SELECT count(*) FROM vault_secret")->integer(0, 0), 1);
}

TEST_F(Backup, finds_a_journal_whose_log_was_damaged_before_it_is_repaired_away) {
    if (!options_.journal_url.empty()) GTEST_SKIP() << "the journal is no file there";
    options_.checkpoint_interval = {};  // No file comes or goes while the folder is copied.
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

#include "shell/journal/sqlite_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "shell/journal/batch_body.h"
#include "shell/journal/error.h"

namespace penstock::shell {
namespace {

using testing::HasSubstr;

class SqliteJournalTest : public testing::Test {
  protected:
    SqliteJournalTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "journal-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        file_ = folder_ / "journal.db";
    }
    ~SqliteJournalTest() override { std::filesystem::remove_all(folder_); }

    auto open() { return SqliteJournal::open({.file = file_, .free_bytes_min = 0}); }
    static Result<void> append(Journal& journal, std::size_t request_bytes = 200) {
        const std::uint64_t sequence = journal.end().sequence + 1;
        const std::string request(request_bytes, static_cast<char>('a' + sequence % 26));
        std::string body;
        append_entry(body, {.sequence = sequence,
                            .time = Instant{100},
                            .actor_kind = 2,
                            .actor_id = 1,
                            .method = "A/B",
                            .request = request,
                            .idempotency_key = "k",
                            .reply = "r"});
        return journal.append({sequence, sequence, Instant{100}, body, digest_of(request)});
    }
    /// A journal of `count` rows of one command, closed.
    void write_rows(int count) {
        auto journal = open().value();
        for (int i = 0; i < count; ++i) ASSERT_TRUE(append(*journal));
    }
    void change(const std::string& sql) {
        auto database = sqlite::Database::open(file_, sqlite::Durability::full).value();
        ASSERT_TRUE(database.run(sql));
    }
    Error open_error() {
        auto journal = open();
        EXPECT_FALSE(journal.has_value());
        return journal ? Error(kReplyUnknown) : journal.error();
    }

    std::filesystem::path folder_;
    std::filesystem::path file_;
};

TEST_F(SqliteJournalTest, keeps_a_second_server_out_until_the_first_has_gone) {
    auto journal = open().value();
    EXPECT_EQ(open_error().number(), kJournalInUse.number);
    journal.reset();
    EXPECT_TRUE(open().has_value());
}

TEST_F(SqliteJournalTest, refuses_a_change_in_every_column_and_says_where) {
    struct Case {
        const char* sql;
        const char* where;
    };
    for (const Case& wrong : std::initializer_list<Case>{
             {"UPDATE batch SET time_ns = 101 WHERE first_sequence = 3", "Row 3, after command 2"},
             {"UPDATE batch SET time_ns = 99 WHERE first_sequence = 3", "Row 3, after command 2"},
             {"UPDATE batch SET last_sequence = 4 WHERE first_sequence = 3", "Row 3"},
             {"UPDATE batch SET last_sequence = 2 WHERE first_sequence = 3", "Row 3"},
             {"UPDATE batch SET first_sequence = 9, last_sequence = 9 WHERE first_sequence = 3",
              "should be 3 and is 4"},
             {"UPDATE batch SET rolling_hash = zeroblob(32) WHERE first_sequence = 3", "Row 3"},
             {"UPDATE batch SET rolling_hash = zeroblob(31) WHERE first_sequence = 3", "Row 3"},
             {"UPDATE batch SET chain_hash = zeroblob(32) WHERE first_sequence = 3", "Row 3"},
             {"UPDATE batch SET chain_hash = zeroblob(0) WHERE first_sequence = 3", "Row 3"},
             {"UPDATE batch SET body = substr(body, 1, length(body) - 1) WHERE first_sequence = 3",
              "Row 3"},
             {"UPDATE batch SET body = CAST(body || 'A' AS BLOB) WHERE first_sequence = 5",
              "Row 5"},
             {"UPDATE batch SET body = (SELECT body FROM batch WHERE first_sequence = 2)"
              " WHERE first_sequence = 3",
              "Row 3"},
             {"DELETE FROM batch WHERE first_sequence = 3", "should be 3 and is 4"},
             {"DELETE FROM batch WHERE first_sequence = 1", "should be 1 and is 2"}}) {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directory(folder_);
        write_rows(5);
        ASSERT_NO_FATAL_FAILURE(change(wrong.sql));
        const Error error = open_error();
        EXPECT_EQ(error.number(), kJournalBroken.number) << wrong.sql;
        EXPECT_THAT(error.detail(), HasSubstr(wrong.where)) << wrong.sql;
    }
}

TEST_F(SqliteJournalTest, never_opens_to_other_content_whatever_byte_is_changed) {
    write_rows(20);
    const JournalEnd end = open().value()->end();
    const auto size = std::filesystem::file_size(file_);
    int refused = 0;
    for (std::uintmax_t at = 0; at < size; at += 37) {
        std::fstream stream(file_, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekg(static_cast<std::streamoff>(at));
        const char before = static_cast<char>(stream.get());
        const auto put = [&](char byte) {
            stream.seekp(static_cast<std::streamoff>(at));
            stream.put(byte);
            stream.flush();
        };
        put(static_cast<char>(before ^ 0x10));
        auto journal = open();
        // What opens must be the same journal: the byte lay in unused space or in a counter.
        if (journal) {
            EXPECT_EQ((*journal)->end(), end) << "at byte " << at;
        }
        if (!journal) ++refused;
        journal = reject(kReplyUnknown);
        std::filesystem::remove(file_.string() + "-wal");
        std::filesystem::remove(file_.string() + "-shm");
        put(before);
    }
    EXPECT_GT(refused, 50);
    EXPECT_EQ(open().value()->end(), end);
}

TEST_F(SqliteJournalTest, refuses_foreign_files_and_other_versions) {
    write_rows(1);
    change("PRAGMA user_version = 2");
    EXPECT_EQ(open_error().number(), kJournalForeign.number);
    change("PRAGMA user_version = 1; PRAGMA application_id = 7");
    EXPECT_EQ(open_error().number(), kJournalForeign.number);
    std::filesystem::remove(file_);
    change("CREATE TABLE other (x)");
    EXPECT_EQ(open_error().number(), kJournalForeign.number);
    std::filesystem::remove(file_);
    std::ofstream(file_) << std::string(8192, 'x');
    EXPECT_EQ(open_error().number(), kJournalBroken.number);
}

TEST_F(SqliteJournalTest, refuses_to_begin_anew_where_a_journal_was) {
    auto gone =
        SqliteJournal::open({.file = file_, .if_missing = SqliteJournalOptions::IfMissing::refuse});
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().number(), kJournalMissing.number);
    std::ofstream(file_).flush();
    gone =
        SqliteJournal::open({.file = file_, .if_missing = SqliteJournalOptions::IfMissing::refuse});
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().number(), kJournalMissing.number);
}

TEST_F(SqliteJournalTest, refuses_appends_below_the_low_water_mark_and_stays_usable) {
    auto journal = SqliteJournal::open({.file = file_, .free_bytes_min = UINT64_MAX}).value();
    EXPECT_EQ(journal->ready().error().number(), kDiskLow.number);
    EXPECT_EQ(append(*journal).error().number(), kDiskLow.number);
    EXPECT_EQ(journal->probe().error().number(), kDiskLow.number);
    EXPECT_EQ(journal->end().sequence, 0u);
    EXPECT_TRUE(journal->find_reply(1).error().number() == kReplyUnknown.number);
}

TEST_F(SqliteJournalTest, recovers_when_the_disk_was_full) {
    std::signal(SIGXFSZ, SIG_IGN);
    auto journal = open().value();
    ASSERT_TRUE(append(*journal));
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    // SQLite's files may not grow beyond this: a write fails as on a full disk.
    rlimit small{200'000, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto failed = append(*journal, 1'000'000);
    const auto refused = append(*journal);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().number(), kJournalFault.number);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number(), kJournalFault.number);
    ASSERT_TRUE(journal->reopen());
    EXPECT_EQ(journal->end().sequence, 1u);
    EXPECT_TRUE(append(*journal, 1'000'000));
    journal.reset();
    EXPECT_EQ(open().value()->end().sequence, 2u);
}

TEST_F(SqliteJournalTest, drops_a_torn_tail_of_the_log_and_nothing_before_it) {
    // Copies of the files as they stand while the journal is open: what kill -9 leaves.
    auto journal = open().value();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(append(*journal));
    const std::string log = file_.string() + "-wal";
    const auto durable = std::filesystem::file_size(log);
    ASSERT_TRUE(append(*journal));
    const auto crashed = folder_ / "crashed.db";
    std::filesystem::copy_file(file_, crashed);
    std::filesystem::copy_file(log, crashed.string() + "-wal");
    std::filesystem::resize_file(crashed.string() + "-wal", durable + 1000);
    auto after = SqliteJournal::open({.file = crashed, .free_bytes_min = 0}).value();
    EXPECT_EQ(after->end().sequence, 5u);
    EXPECT_TRUE(append(*after));
}

TEST_F(SqliteJournalTest, refuses_damage_in_the_log_with_commits_behind_it) {
    auto journal = open().value();
    const std::string log = file_.string() + "-wal";
    std::vector<std::uintmax_t> ends;  // Of the log, after each commit.
    for (int i = 0; i < 6; ++i) {
        ASSERT_TRUE(append(*journal));
        ends.push_back(std::filesystem::file_size(log));
    }
    const auto crashed = folder_ / "crashed.db";
    const auto crashed_log = crashed.string() + "-wal";
    const auto open_with_change_at = [&](std::uintmax_t at) {
        for (const char* suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(crashed.string() + suffix);
        std::filesystem::copy_file(file_, crashed);
        std::filesystem::copy_file(log, crashed_log);
        std::fstream stream(crashed_log, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekg(static_cast<std::streamoff>(at));
        const int byte = stream.get();
        stream.seekp(static_cast<std::streamoff>(at));
        stream.put(static_cast<char>(byte ^ 4)).flush();
        return SqliteJournal::open({.file = crashed, .free_bytes_min = 0});
    };
    int refused = 0;
    for (std::uintmax_t at = ends[0] + 8; at < ends[4]; at += 101) {
        const auto opened = open_with_change_at(at);
        if (!opened) {
            EXPECT_EQ(opened.error().number(), kJournalBroken.number) << at;
            EXPECT_THAT(opened.error().detail(), HasSubstr("frame")) << at;
            ++refused;
        }
        // Before the last two transactions damage can always be told from a power cut.
        if (at < ends[3]) {
            EXPECT_FALSE(opened) << at;
        }
    }
    EXPECT_GT(refused, 10);
    // In the last transaction it cannot: the batch is dropped, as after a power cut.
    EXPECT_EQ(open_with_change_at(ends[5] - 100).value()->end().sequence, 5u);
}

}  // namespace
}  // namespace penstock::shell

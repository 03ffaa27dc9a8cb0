#include "shell/journal/journal_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/try.h"
#include "shell/journal/error.h"
#include "shell/journal/postgres_fill.h"
#include "shell/journal/postgres_journal.h"
#include "shell/journal/sqlite_journal.h"
#include "shell/postgres/postgres_instance.h"

namespace penstock::shell {
namespace {

class JournalFile : public testing::Test {
  protected:
    JournalFile() {
        std::string pattern = (std::filesystem::temp_directory_path() / "journal-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~JournalFile() override { std::filesystem::remove_all(folder_); }

    static Batch batch(std::uint64_t number, const std::string& body) {
        return {2 * number - 1, 2 * number, Instant{100}, body, digest_of(body)};
    }
    /// A file of `rows` rows of two commands each.
    Result<JournalEnd> write(const std::filesystem::path& file, std::uint64_t rows,
                             const std::string& body = "body") {
        TRY_ASSIGN(auto writer, JournalFileWriter::create(file));
        for (std::uint64_t row = 1; row <= rows; ++row)
            TRY(writer.add(batch(row, body + std::to_string(row))));
        TRY(writer.finish());
        return read_journal_file(file);
    }
    std::filesystem::path folder_;
};

TEST_F(JournalFile, is_one_that_a_server_goes_on_with) {
    const auto written = write(folder_ / "journal.db", 3);
    ASSERT_TRUE(written) << written.error().message();
    EXPECT_EQ(written->sequence, 6u);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
    auto journal =
        SqliteJournal::open({.file = folder_ / "journal.db", .free_bytes_min = 0}).value();
    EXPECT_EQ(journal->end(), *written);
    EXPECT_TRUE(journal->append(batch(4, "more")));
}

TEST_F(JournalFile, says_what_is_missing_or_foreign) {
    EXPECT_EQ(read_journal_file(folder_ / "none").error().number(), kJournalMissing.number);
    sqlite::Database::open(folder_ / "other", sqlite::Durability::full)
        .value()
        .run("CREATE TABLE t(a)")
        .value();
    EXPECT_EQ(read_journal_file(folder_ / "other").error().number(), kJournalForeign.number);
    std::ofstream(folder_ / "text") << std::string(4096, 'x');
    EXPECT_EQ(read_journal_file(folder_ / "text").error().number(), kJournalBroken.number);
}

TEST_F(JournalFile, fills_an_empty_database_once_and_no_other) {
    const std::string url = postgres::PostgresInstance::shared().create_database();
    const JournalEnd end = write(folder_ / "journal.db", 5).value();
    const auto filled = fill_postgres_journal(url, folder_ / "journal.db");
    ASSERT_TRUE(filled) << filled.error().message();
    EXPECT_EQ(PostgresJournal::open({.url = url}).value()->end(), end);
    // The same again, for whoever died behind it; another never.
    EXPECT_TRUE(fill_postgres_journal(url, folder_ / "journal.db"));
    ASSERT_TRUE(write(folder_ / "other.db", 5, "other"));
    EXPECT_EQ(fill_postgres_journal(url, folder_ / "other.db").error().number(),
              kJournalNotEmpty.number);
    EXPECT_EQ(PostgresJournal::open({.url = url}).value()->end(), end);
}

TEST_F(JournalFile, is_seen_in_a_database_after_what_must_be_there_first) {
    const std::string url = postgres::PostgresInstance::shared().create_database();
    ASSERT_TRUE(write(folder_ / "journal.db", 5));
    const auto end = [&] { return PostgresJournal::open({.url = url}).value()->end().sequence; };
    const auto failed = fill_postgres_journal(url, folder_ / "journal.db", [&] {
        EXPECT_EQ(end(), 0u);
        return reject(kJournalFault);
    });
    EXPECT_FALSE(failed);
    EXPECT_EQ(end(), 0u);
    int calls = 0;
    const auto count = [&] {
        ++calls;
        return Result<void>();
    };
    EXPECT_TRUE(fill_postgres_journal(url, folder_ / "journal.db", count));
    EXPECT_NE(end(), 0u);
    ASSERT_TRUE(write(folder_ / "other.db", 5, "other"));
    EXPECT_FALSE(fill_postgres_journal(url, folder_ / "other.db", count));
    EXPECT_EQ(calls, 1) << "of another journal's database nothing is changed";
}

TEST_F(JournalFile, that_is_damaged_leaves_a_database_empty) {
    ASSERT_TRUE(write(folder_ / "journal.db", 5));
    sqlite::Database::open(folder_ / "journal.db", sqlite::Durability::full)
        .value()
        .run("UPDATE batch SET body = x'00' WHERE first_sequence = 7")
        .value();
    const std::string url = postgres::PostgresInstance::shared().create_database();
    EXPECT_EQ(fill_postgres_journal(url, folder_ / "journal.db").error().number(),
              kJournalBroken.number);
    EXPECT_EQ(PostgresJournal::open({.url = url}).value()->end().sequence, 0u);
}

}  // namespace
}  // namespace penstock::shell

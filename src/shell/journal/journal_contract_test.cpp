// What every back end of the journal keeps, run against each.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/try.h"
#include "shell/journal/batch_body.h"
#include "shell/journal/error.h"
#include "shell/journal/memory_journal.h"
#include "shell/journal/postgres_journal.h"
#include "shell/journal/sqlite_journal.h"
#include "shell/postgres/postgres_instance.h"

namespace penstock::shell {
namespace {

/// Opens the same journal again and again, as a server does over its restarts.
struct BackEnd {
    virtual ~BackEnd() = default;
    virtual std::unique_ptr<Journal> open() = 0;
};

struct SqliteBackEnd : BackEnd {
    SqliteBackEnd() {
        std::string pattern = (std::filesystem::temp_directory_path() / "journal-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
    }
    ~SqliteBackEnd() override { std::filesystem::remove_all(folder); }
    std::unique_ptr<Journal> open() override {
        return SqliteJournal::open({.file = folder / "journal.db", .free_bytes_min = 0}).value();
    }
    std::filesystem::path folder;
};

struct MemoryBackEnd : BackEnd {
    std::unique_ptr<Journal> open() override { return MemoryJournal::open(disk).value(); }
    std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>();
};

struct PostgresBackEnd : BackEnd {
    std::unique_ptr<Journal> open() override {
        auto journal = PostgresJournal::open({.url = url}).value();
        auto connection = postgres::Connection::open(url, std::chrono::seconds(10)).value();
        EXPECT_TRUE(connection.run("UPDATE leadership SET epoch = 1"));
        journal->lead(1);
        return journal;
    }
    const std::string url = postgres::PostgresInstance::shared().create_database();
};

class JournalContract : public testing::TestWithParam<const char*> {
  protected:
    JournalContract() {
        if (std::string(GetParam()) == "sqlite") {
            back_end_ = std::make_unique<SqliteBackEnd>();
        } else if (std::string(GetParam()) == "postgres") {
            back_end_ = std::make_unique<PostgresBackEnd>();
        } else {
            back_end_ = std::make_unique<MemoryBackEnd>();
        }
        journal_ = back_end_->open();
    }
    void restart() {
        journal_.reset();
        journal_ = back_end_->open();
    }
    /// Appends a batch of `count` commands; the reply of each is "reply <sequence>".
    Result<void> append(std::uint64_t count) {
        const std::uint64_t first = journal_->end().sequence + 1;
        std::string body;
        for (std::uint64_t sequence = first; sequence < first + count; ++sequence) {
            const std::string reply = "reply " + std::to_string(sequence);
            append_entry(body, {.sequence = sequence,
                                .time = Instant{100},
                                .actor_kind = 4,
                                .actor_id = 0,
                                .method = "InternalService/Tick",
                                .request = "",
                                .idempotency_key = "",
                                .reply = reply});
        }
        Digest rolling{};
        rolling[0] = static_cast<std::uint8_t>(first);
        return journal_->append({first, first + count - 1, Instant{100}, body, rolling});
    }
    std::vector<std::uint64_t> first_sequences_from(std::uint64_t sequence) {
        std::vector<std::uint64_t> found;
        auto read = journal_->read_from(sequence, [&](const Batch& batch) -> Result<void> {
            found.push_back(batch.first_sequence);
            return {};
        });
        EXPECT_TRUE(read.has_value());
        return found;
    }

    std::unique_ptr<BackEnd> back_end_;
    std::unique_ptr<Journal> journal_;
};

TEST_P(JournalContract, begins_empty) {
    EXPECT_EQ(journal_->end(), JournalEnd{});
    EXPECT_TRUE(first_sequences_from(0).empty());
}

TEST_P(JournalContract, keeps_batches_over_a_restart) {
    ASSERT_TRUE(append(3));
    ASSERT_TRUE(append(1));
    const JournalEnd end = journal_->end();
    EXPECT_EQ(end.sequence, 4u);
    EXPECT_EQ(end.rolling_hash[0], 4);
    restart();
    EXPECT_EQ(journal_->end(), end);
    ASSERT_TRUE(append(2));
    EXPECT_EQ(first_sequences_from(0), (std::vector<std::uint64_t>{1, 4, 5}));
}

TEST_P(JournalContract, chains_equal_batches_to_different_hashes) {
    ASSERT_TRUE(append(1));
    const Digest first = journal_->end().chain_hash;
    ASSERT_TRUE(append(1));
    EXPECT_NE(journal_->end().chain_hash, first);
}

TEST_P(JournalContract, reads_from_the_batch_that_holds_a_command) {
    ASSERT_TRUE(append(3));
    ASSERT_TRUE(append(3));
    ASSERT_TRUE(append(3));
    EXPECT_EQ(first_sequences_from(1), (std::vector<std::uint64_t>{1, 4, 7}));
    EXPECT_EQ(first_sequences_from(5), (std::vector<std::uint64_t>{4, 7}));
    EXPECT_EQ(first_sequences_from(7), (std::vector<std::uint64_t>{7}));
    EXPECT_TRUE(first_sequences_from(10).empty());
}

TEST_P(JournalContract, stops_reading_when_told) {
    ASSERT_TRUE(append(1));
    ASSERT_TRUE(append(1));
    int taken = 0;
    const auto read = journal_->read_from(1, [&](const Batch&) -> Result<void> {
        ++taken;
        return reject(kReplyUnknown);
    });
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().number(), kReplyUnknown.number);
    EXPECT_EQ(taken, 1);
    EXPECT_TRUE(append(1)) << "a reading that was stopped leaves nothing locked";
}

TEST_P(JournalContract, finds_the_reply_of_every_command_and_of_no_other) {
    ASSERT_TRUE(append(2));
    ASSERT_TRUE(append(3));
    for (std::uint64_t sequence = 1; sequence <= 5; ++sequence)
        EXPECT_EQ(journal_->find_reply(sequence).value(), "reply " + std::to_string(sequence));
    EXPECT_FALSE(journal_->find_reply(0));
    EXPECT_FALSE(journal_->find_reply(6));
}

TEST_P(JournalContract, reopens_to_the_same_end) {
    ASSERT_TRUE(append(2));
    const JournalEnd end = journal_->end();
    ASSERT_TRUE(journal_->reopen());
    EXPECT_EQ(journal_->end(), end);
    EXPECT_TRUE(append(1));
}

TEST_P(JournalContract, probes_without_changing_anything) {
    ASSERT_TRUE(append(2));
    const JournalEnd end = journal_->end();
    ASSERT_TRUE(journal_->probe());
    restart();
    EXPECT_EQ(journal_->end(), end);
}

INSTANTIATE_TEST_SUITE_P(BackEnds, JournalContract, testing::Values("sqlite", "postgres", "memory"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace penstock::shell

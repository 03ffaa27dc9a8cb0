#include "shell/evidence/evidence_log.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <map>
#include <random>

#include "shell/event_fake/event_fake.h"
#include "shell/evidence/check.h"
#include "shell/evidence/error.h"

namespace penstock::evidence {
namespace {

namespace fs = std::filesystem;

class EvidenceLogTest : public testing::Test {
  protected:
    EvidenceLogTest() {
        std::string name = testing::TempDir() + "/penstock-evidence-XXXXXX";
        folder_ = mkdtemp(name.data());
    }
    ~EvidenceLogTest() override { fs::remove_all(folder_); }

    static Result<std::unique_ptr<EvidenceLog>> try_open(
        const fs::path& folder, std::function<void(std::string_view)> at_point = {}) {
        return EvidenceLog::open({folder, "", std::chrono::milliseconds(0), std::move(at_point)});
    }
    std::unique_ptr<EvidenceLog> open(const char* name = "a") {
        auto opened = try_open(folder_ / name);
        EXPECT_TRUE(opened) << opened.error().message();
        return opened ? *std::move(opened) : nullptr;
    }
    /// Feeds the commands after those that the log has, up to `last`.
    static void feed(EvidenceLog& log, const std::vector<v1::Event>& events,
                     std::uint64_t last = UINT64_MAX) {
        for (std::size_t i = 0; i < events.size() && events[i].sequence() <= last; ++i) {
            log.on_event(events[i]);
            if (i + 1 == events.size() || events[i + 1].sequence() != events[i].sequence())
                log.caught_up({events[i].sequence()});
        }
        EXPECT_FALSE(log.fault()) << log.fault()->message();
    }
    static void start(EvidenceLog& log, StartCheck check = StartCheck::whole) {
        const auto started = log.start(check);
        EXPECT_TRUE(started) << started.error().message();
    }
    /// A log with everything fed and signed.
    void make(const char* name, const std::vector<v1::Event>& events) {
        auto log = open(name);
        start(*log);
        feed(*log, events);
        ASSERT_TRUE(log->publish());
    }

    fs::path folder_;
};

TEST_F(EvidenceLogTest, has_the_same_root_when_made_again_from_the_events) {
    const auto events = event_fake::history(21, 120);
    make("a", events);
    const auto before = open()->signed_head();
    EXPECT_GT(before.size, 600u);

    sqlite::remove_database(folder_ / "a" / "evidence.db");
    {
        auto log = open();  // The published checkpoint alone tells what was signed.
        EXPECT_EQ(log->applied_sequence(), 0u);
        feed(*log, events);
        start(*log);
        EXPECT_EQ(log->signed_head(), before);
    }
    sqlite::remove_database(folder_ / "a" / "evidence.db");
    fs::remove_all(folder_ / "a" / "log" / "tile");
    auto log = open();
    feed(*log, events);
    const auto rebuilt = log->rebuild_files();
    ASSERT_TRUE(rebuilt) << rebuilt.error().message();
    start(*log);
    EXPECT_EQ(log->signed_head(), before);
    EXPECT_TRUE(check_log(log->files().folder(), log->verifier_key()));
}

TEST_F(EvidenceLogTest, gives_receipts_that_a_stranger_verifies) {
    const auto events = event_fake::history(22, 60);
    auto log = open();
    start(*log);
    feed(*log, events);
    const std::uint64_t last = events.back().sequence();
    EXPECT_EQ(log->receipts("ord_1", last).error().number(), kReceiptPending.number);
    ASSERT_TRUE(log->publish());
    EXPECT_EQ(log->receipts("ord_1", last + 1).error().number(), kReceiptPending.number);
    EXPECT_EQ(log->receipts("ord_61", last).error().number(), kReceiptPending.number);
    std::map<std::string, unsigned> kinds;
    for (unsigned order = 1; order <= 60; ++order) {
        const auto receipts = log->receipts("ord_" + std::to_string(order), last);
        ASSERT_TRUE(receipts) << receipts.error().message();
        for (const v1::Receipt& receipt : receipts->receipts()) {
            ++kinds[receipt.kind()];
            const auto verified = format::verify_receipt(receipt.proof(), log->verifier_key());
            ASSERT_TRUE(verified) << verified.error().message();
            EXPECT_EQ(verified->entry.subject, receipt.subject());
            EXPECT_EQ(verified->index, receipt.index());
            EXPECT_NE(verified->payload.find(receipt.subject()), std::string::npos);
            std::string altered = receipt.proof();
            altered[altered.size() / 3] ^= 1;
            EXPECT_FALSE(format::verify_receipt(altered, log->verifier_key()));
        }
    }
    EXPECT_EQ(kinds["order"], 60u);
    EXPECT_GT(kinds["computation"], 60u);
    EXPECT_GT(kinds["settlement"], 60u);
    EXPECT_EQ(kinds.size(), 3u);
}

TEST_F(EvidenceLogTest, resumes_without_gap_when_killed_at_any_point_of_a_checkpoint) {
    const auto events = event_fake::history(23, 80);
    make("whole", events);
    unsigned copies = 0;
    {
        // The same keys as the whole log's, so that the same events have the same root.
        fs::create_directories(folder_ / "a");
        for (const char* key : {"log.key", "epoch-1.key"})
            fs::copy(folder_ / "whole" / key, folder_ / "a" / key);
        auto log = *try_open(folder_ / "a", [&](std::string_view point) {
            // What the disk holds now is what a killed process leaves.
            if (copies < 40)
                fs::copy(folder_ / "a", folder_ / (std::string(point) + std::to_string(copies++)),
                         fs::copy_options::recursive);
        });
        start(*log);
        std::mt19937 random(1);
        for (std::uint64_t last = 0; last < events.back().sequence();) {
            last += 1 + random() % 50;
            feed(*log, events, last);
            ASSERT_TRUE(log->publish());
        }
    }
    const auto expected = open("whole")->signed_head();
    ASSERT_GT(copies, 20u);
    for (const auto& copy : fs::directory_iterator(folder_)) {
        if (!copy.path().filename().string().contains("_checkpoint")) continue;
        auto opened = try_open(copy.path());
        ASSERT_TRUE(opened) << opened.error().message();
        const auto before = (*opened)->signed_head();
        start(**opened);
        EXPECT_EQ((*opened)->signed_head(), before);  // Nothing new is signed by starting.
        feed(**opened, events);
        ASSERT_TRUE((*opened)->publish());
        EXPECT_EQ((*opened)->signed_head(), expected) << copy.path();
        EXPECT_TRUE(check_log((*opened)->files().folder(), (*opened)->verifier_key()));
    }
}

TEST_F(EvidenceLogTest, refuses_to_start_on_fewer_records_than_it_signed) {
    const auto events = event_fake::history(24, 20);
    make("a", events);
    sqlite::remove_database(folder_ / "a" / "evidence.db");
    auto log = open();
    feed(*log, events, 40);
    const auto started = log->start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().number(), kCheckpointMismatch.number);
    EXPECT_NE(started.error().message().find("covers"), std::string::npos);
}

TEST_F(EvidenceLogTest, refuses_to_start_on_an_altered_record_and_says_which) {
    make("a", event_fake::history(25, 100));
    const std::uint64_t size = open()->size();
    for (const std::uint64_t leaf : {std::uint64_t{5}, size - 2}) {
        const std::string name = "copy" + std::to_string(leaf);
        fs::copy(folder_ / "a", folder_ / name, fs::copy_options::recursive);
        {
            auto database =
                sqlite::Database::open(folder_ / name / "evidence.db", sqlite::Durability::full);
            ASSERT_TRUE(database->run("UPDATE records SET payload = payload || ' ' WHERE leaf=" +
                                      std::to_string(leaf)));
        }
        const auto started = open(name.c_str())->start(StartCheck::whole);
        ASSERT_FALSE(started);
        EXPECT_NE(started.error().message().find("Record " + std::to_string(leaf) + " "),
                  std::string::npos);
        // The fast check sees what lies at the edge.
        EXPECT_EQ(open(name.c_str())->start(StartCheck::edge).has_value(), leaf == 5);
    }
}

TEST_F(EvidenceLogTest, refuses_a_checkpoint_that_its_key_has_not_signed_and_a_lost_key) {
    make("a", event_fake::history(26, 5));
    make("b", event_fake::history(27, 5));
    fs::copy(folder_ / "a", folder_ / "c", fs::copy_options::recursive);
    fs::copy_file(folder_ / "b/log/checkpoint", folder_ / "c/log/checkpoint",
                  fs::copy_options::overwrite_existing);
    EXPECT_EQ(try_open(folder_ / "c").error().number(), kCheckpointMismatch.number);
    for (const char* key : {"log.key", "epoch-1.key"}) {
        fs::copy(folder_ / "a", folder_ / key, fs::copy_options::recursive);
        fs::remove(folder_ / key / key);
        EXPECT_EQ(try_open(folder_ / key).error().number(), kEvidenceKeyMissing.number) << key;
    }
}

TEST_F(EvidenceLogTest, refuses_to_start_on_lost_or_altered_tiles_of_the_edge) {
    make("a", event_fake::history(28, 90));
    auto log = open();
    const fs::path tiles = log->files().folder() / "tile";
    const auto size = log->signed_head().size;
    const auto last = format::tile_path(
        {format::TileKind::hashes, 0, size / 256, static_cast<unsigned>(size % 256)});
    auto content = read_whole_file(log->files().folder() / last);
    ASSERT_TRUE(content);
    content->front() ^= 1;
    ASSERT_TRUE(write_whole_file(log->files().folder() / last, *content));
    EXPECT_FALSE(log->start(StartCheck::edge));
    fs::remove_all(tiles);
    log = open();
    EXPECT_FALSE(log->start(StartCheck::whole));
    ASSERT_TRUE(log->rebuild_files());
    start(*log);
}

TEST_F(EvidenceLogTest, signs_nothing_when_another_process_has_signed) {
    const auto events = event_fake::history(29, 10);
    auto first = open();
    start(*first);
    feed(*first, events, 20);
    auto second = open();
    start(*second);
    ASSERT_TRUE(first->publish());
    const auto signed_first = first->signed_head();
    ASSERT_GT(signed_first.size, 0u);
    feed(*second, events);  // It still believes that the head it has seen is the last.
    const auto published = second->publish();
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().number(), kCheckpointConflict.number);
    EXPECT_EQ(open()->signed_head(), signed_first);
}

class EvidenceFaults : public EvidenceLogTest {
  protected:
    /// Takes the table of records away, or puts it back.
    void damage(bool on) const {
        auto database =
            sqlite::Database::open(folder_ / "a" / "evidence.db", sqlite::Durability::full);
        ASSERT_TRUE(database->run(on ? "ALTER TABLE records RENAME TO gone"
                                     : "ALTER TABLE gone RENAME TO records"));
    }
    /// As feed(), without looking at faults.
    static void give(EvidenceLog& log, const std::vector<v1::Event>& events, std::uint64_t first,
                     std::uint64_t last) {
        for (const v1::Event& event : events)
            if (event.sequence() >= first && event.sequence() <= last) log.on_event(event);
        log.caught_up({last});
    }
    const std::vector<v1::Event> events_ = event_fake::history(29, 40);
    const std::uint64_t last_ = events_.back().sequence();
};

TEST_F(EvidenceFaults, end_when_records_can_be_written_again_and_nothing_is_missing) {
    make("whole", events_);
    fs::create_directories(folder_ / "a");
    for (const char* key : {"log.key", "epoch-1.key"})
        fs::copy(folder_ / "whole" / key, folder_ / "a" / key);
    auto log = open();
    start(*log);
    feed(*log, events_, 20);
    ASSERT_TRUE(log->publish());
    damage(true);
    give(*log, events_, 21, 30);
    give(*log, events_, 31, 40);
    ASSERT_TRUE(log->fault());
    EXPECT_EQ(log->applied_sequence(), 20u);
    EXPECT_TRUE(log->publish());
    EXPECT_TRUE(log->fault()) << "forgotten with the next checkpoint";
    EXPECT_FALSE(log->caught_up({40}));
    EXPECT_TRUE(log->fault());
    damage(false);
    EXPECT_TRUE(log->caught_up({40}));  // Though nothing new has come.
    EXPECT_FALSE(log->fault());
    EXPECT_EQ(log->applied_sequence(), 40u);
    damage(true);
    give(*log, events_, 41, 50);
    EXPECT_TRUE(log->fault());
    damage(false);
    give(*log, events_, 51, last_);
    EXPECT_FALSE(log->fault());
    EXPECT_EQ(log->applied_sequence(), last_);
    ASSERT_TRUE(log->publish());
    EXPECT_EQ(log->signed_head(), open("whole")->signed_head());
}

TEST_F(EvidenceFaults, are_told_when_somebody_else_has_signed) {
    auto other = open();
    start(*other);
    feed(*other, events_, 20);
    auto log = EvidenceLog::open({folder_ / "a", "", std::chrono::milliseconds(5), {}}).value();
    ASSERT_TRUE(other->publish());
    start(*log);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!log->fault() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    ASSERT_TRUE(log->fault());
    EXPECT_EQ(log->fault()->number(), kCheckpointConflict.number);
    log->stop();
    EXPECT_TRUE(log->fault());
}

TEST_F(EvidenceFaults, that_last_longer_than_memory_wait_for_a_restart) {
    const auto open_narrow = [&] {
        return EvidenceLog::open({.folder = folder_ / "a",
                                  .origin = {},
                                  .interval = std::chrono::milliseconds(0),
                                  .at_point = {},
                                  .waiting_bytes_max = 2'000})
            .value();
    };
    auto log = open_narrow();
    start(*log);
    feed(*log, events_, 20);
    damage(true);
    give(*log, events_, 21, 60);
    damage(false);
    give(*log, events_, 61, last_);
    EXPECT_TRUE(log->fault());
    EXPECT_EQ(log->applied_sequence(), 20u);
    EXPECT_TRUE(log->caught_up({last_})) << "to be told again does not help";
    log->stop();
    log = open_narrow();
    EXPECT_FALSE(log->fault());
    give(*log, events_, 21, last_);  // More than is kept, and well.
    EXPECT_FALSE(log->fault());
    EXPECT_EQ(log->applied_sequence(), last_);
    start(*log);
}

TEST_F(EvidenceLogTest, finds_any_altered_byte_of_the_published_files) {
    make("a", event_fake::history(30, 70));
    auto log = open();
    const fs::path root = log->files().folder();
    const auto key = log->verifier_key();
    ASSERT_TRUE(check_log(root, key));
    std::mt19937 random(3);
    unsigned tried = 0;
    const std::uint64_t size = log->signed_head().size;
    std::vector<std::string> names{"checkpoint"};
    for (const auto& tile : format::tiles_between(0, size))
        names.push_back(format::tile_path(tile));
    for (const std::string& name : names) {
        const auto content = read_whole_file(root / name);
        ASSERT_TRUE(content) << name;
        for (unsigned i = 0; i < 8; ++i, ++tried) {
            std::string altered = *content;
            altered[random() % altered.size()] ^= static_cast<char>(1 << random() % 8);
            ASSERT_TRUE(write_whole_file(root / name, altered));
            EXPECT_FALSE(check_log(root, key)) << name;
        }
        ASSERT_TRUE(write_whole_file(root / name, content->substr(0, content->size() - 1)));
        EXPECT_FALSE(check_log(root, key)) << name << " cut short";
        ASSERT_TRUE(write_whole_file(root / name, *content));
    }
    EXPECT_GT(tried, 40u);
    EXPECT_TRUE(check_log(root, key));
}

TEST_F(EvidenceLogTest, signs_by_itself_soon_after_events_came) {
    auto opened =
        EvidenceLog::open({folder_ / "a", "log.example/x", std::chrono::milliseconds(5), {}});
    ASSERT_TRUE(opened) << opened.error().message();
    auto log = *std::move(opened);
    start(*log);
    EXPECT_EQ(log->signed_head().size, 0u);
    EXPECT_EQ(log->verifier_key().name, "log.example/x");
    feed(*log, event_fake::history(31, 10));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (log->signed_head().size < log->size() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    EXPECT_EQ(log->signed_head().size, log->size());
    log->stop();
}

}  // namespace
}  // namespace penstock::evidence

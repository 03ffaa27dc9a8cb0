#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "penstock/v1/event.pb.h"
#include "shell/journal/memory_journal.h"
#include "shell/sequencer/fake_core.h"
#include "shell/sequencer/sequencer.h"

namespace penstock::shell {

/// A clock that stands still until it is moved.
class TestClock final : public Clock {
  public:
    Instant wall() const override { return Instant{wall_ns}; }
    Duration steady() const override { return Duration{steady_ns}; }
    void pass(Duration time) {
        steady_ns += time.ns;
        wall_ns += time.ns;
    }
    std::atomic<std::int64_t> wall_ns = 1'000'000'000'000;
    std::atomic<std::int64_t> steady_ns = 0;
};

/// Remembers what it was told.
class RecordingObserver final : public EventObserver {
  public:
    explicit RecordingObserver(const JournalPosition& position) : position_(position) {}
    JournalPosition position() const override { return position_; }
    void on_event(const v1::Event& event, std::string_view) override {
        const std::scoped_lock lock(mutex_);
        events_.push_back(event.sequence());
    }
    bool caught_up(const JournalPosition& position) override {
        const std::scoped_lock lock(mutex_);
        caught_up_ = position.sequence;
        changed_.notify_all();
        return true;
    }
    std::vector<std::uint64_t> events_when_caught_up(std::uint64_t sequence) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(10), [&] { return caught_up_ >= sequence; });
        EXPECT_GE(caught_up_, sequence);
        return events_;
    }

  private:
    const JournalPosition position_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::uint64_t> events_;
    std::uint64_t caught_up_ = 0;
};

/// A sequencer over the fake core and the journal in memory, which can crash and come back.
class SequencerFixture : public testing::Test {
  protected:
    SequencerFixture() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "sequencer-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        options_.tick_interval = milliseconds(5);
        options_.probe_interval = milliseconds(5);
    }
    ~SequencerFixture() override {
        sequencer_.reset();
        std::filesystem::remove_all(folder_);
    }

    Result<void> try_open(std::vector<EventObserver*> observers = {}) {
        sequencer_.reset();
        journal_.reset();
        auto journal = MemoryJournal::open(disk_);
        if (!journal) return std::unexpected(journal.error());
        journal_ = *std::move(journal);
        auto opened = Sequencer::open(*journal_, factory_, clock_, std::move(observers), options_);
        if (!opened) return std::unexpected(opened.error());
        sequencer_ = *std::move(opened);
        return {};
    }
    void open(std::vector<EventObserver*> observers = {}) {
        const auto opened = try_open(std::move(observers));
        ASSERT_TRUE(opened) << opened.error().message();
    }

    std::future<Outcome> send(std::string_view method, std::string request, std::string key = {},
                              std::uint64_t flow = 0) {
        std::promise<Outcome> promise;
        auto future = promise.get_future();
        sequencer_->submit({.actor = {exchange::Actor::Kind::key, 1},
                            .method = method,
                            .request = std::move(request),
                            .idempotency_key = std::move(key),
                            .guard = {},
                            .turn = {.flow = flow}},
                           [promise = std::move(promise)](Outcome outcome) mutable {
                               promise.set_value(std::move(outcome));
                           });
        return future;
    }
    Outcome add(int number, std::string key = {}) {
        return send("Test/Add", std::to_string(number), std::move(key)).get();
    }
    Outcome sum() {
        std::promise<Outcome> promise;
        auto future = promise.get_future();
        sequencer_->query({.actor = {}, .method = "Test/Sum", .request = {}},
                          [promise = std::move(promise)](Outcome outcome) mutable {
                              promise.set_value(std::move(outcome));
                          });
        return future.get();
    }
    /// Where somebody stands who has followed the journal up to the batch that ends there.
    JournalPosition position_at(std::uint64_t sequence) const {
        for (const MemoryDisk::Row& row : disk_->rows)
            if (row.last_sequence == sequence) return {sequence, row.rolling_hash};
        ADD_FAILURE() << "no batch ends at " << sequence;
        return {};
    }
    /// Asks until the sum is as expected; fails the test after ten seconds.
    void expect_sum_soon(const std::string& expected) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        std::string last = "nothing";
        while (last != expected && std::chrono::steady_clock::now() < deadline)
            last = sum().reply.value_or("nothing");
        EXPECT_EQ(last, expected);
    }

    std::filesystem::path folder_;
    TestClock clock_;
    FakeFactory factory_;
    SequencerOptions options_;
    std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
    std::unique_ptr<MemoryJournal> journal_;
    std::unique_ptr<Sequencer> sequencer_;
};

}  // namespace penstock::shell

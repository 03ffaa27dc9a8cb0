// What the sequencer tells its meter.
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "shell/journal/error.h"
#include "shell/sequencer/error.h"
#include "shell/sequencer/sequencer_fixture.h"
#include "shell/sequencer/standstill.h"

namespace penstock::shell {
namespace {

/// Adds up what it hears.
class Tally final : public SequencerMeter {
  public:
    struct Sums {
        std::size_t commands = 0, rejected = 0, repeated = 0, questions = 0;
        std::size_t appended = 0, append_bytes = 0, failures = 0, replies = 0;
        std::size_t snapshots = 0;
        std::chrono::nanoseconds applying{0}, appending{0}, waited{0};
        std::vector<std::string> refusals;
    };

    void on_round(const RoundFigures& figures) override {
        change([&](Sums& sums) {
            sums.commands += figures.commands;
            sums.rejected += figures.rejected;
            sums.repeated += figures.repeated;
            sums.questions += figures.questions;
            sums.applying += figures.applying;
            sums.waited = std::max(sums.waited, figures.waited);
        });
    }
    void on_append(const AppendFigures& figures, const Result<void>& done) override {
        change([&](Sums& sums) {
            if (!done) ++sums.failures;
            if (done) sums.appended += figures.commands;
            if (done) sums.append_bytes += figures.bytes;
            sums.appending += figures.took;
        });
    }
    void on_replies(std::size_t count, std::chrono::nanoseconds) override {
        change([&](Sums& sums) { sums.replies += count; });
    }
    void on_refusals(const Error& error, std::size_t count) override {
        change([&](Sums& sums) {
            sums.refusals.resize(sums.refusals.size() + count, std::string(error.reason()));
        });
    }
    void on_snapshot(const SnapshotFigures& figures) override {
        EXPECT_GE(figures.took, figures.pause);
        change([&](Sums& sums) { sums.snapshots += figures.saved ? 1 : 0; });
    }

    /// The sums once `condition` holds for them; the test fails when it does not within 20 s.
    template <class Condition>
    Sums when(Condition condition) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(
            changed_.wait_for(lock, std::chrono::seconds(20), [&] { return condition(sums_); }));
        return sums_;
    }

  private:
    template <class Change>
    void change(Change change) {
        const std::scoped_lock lock(mutex_);
        change(sums_);
        changed_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    Sums sums_;
};

class SequencerMeterTest : public SequencerFixture {
  protected:
    SequencerMeterTest() { options_.meter = &tally_; }
    ~SequencerMeterTest() override { sequencer_.reset(); }
    Tally tally_;
};

TEST_F(SequencerMeterTest, hears_of_every_command_once) {
    open();
    add(1, "a");
    add(1, "a");
    add(2);
    send("Test/Refuse", {}).get();
    sum();
    const auto sums = tally_.when([](const Tally::Sums& seen) {
        return seen.replies >= 2 && seen.rejected + seen.repeated + seen.questions >= 3;
    });
    EXPECT_EQ(sums.commands, 2u);
    EXPECT_EQ(sums.repeated, 1u);
    EXPECT_EQ(sums.rejected, 1u);
    EXPECT_EQ(sums.questions, 1u);
    EXPECT_EQ(sums.appended, 2u);
    EXPECT_GT(sums.append_bytes, 0u);
    EXPECT_GT(sums.applying.count(), 0);
    EXPECT_GT(sums.appending.count(), 0);
    EXPECT_TRUE(sums.refusals.empty());
    const SequencerLoad load = sequencer_->load();
    EXPECT_EQ(load.queued_calls_max, options_.queue_calls_max);
    EXPECT_EQ(load.backlog_bytes_max, options_.event_backlog_max);
}

TEST_F(SequencerMeterTest, hears_how_long_calls_have_waited_and_of_answers_to_questions) {
    open();
    Standstill standstill(*sequencer_);
    std::promise<void> answered;
    sequencer_->query({.actor = {}, .method = "Test/Sum", .request = {}},
                      [&](Outcome) { answered.set_value(); });
    constexpr std::chrono::milliseconds kWait{20};
    const auto asked = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() < asked + kWait) std::this_thread::yield();
    standstill.end();
    answered.get_future().wait();
    const auto sums = tally_.when([](const Tally::Sums& seen) { return seen.replies >= 2; });
    EXPECT_GE(sums.waited, kWait);
}

TEST_F(SequencerMeterTest, hears_of_failed_appends_and_of_what_is_refused_for_them) {
    open();
    add(1);
    journal_->set_disk_dead(true);
    EXPECT_FALSE(add(1).reply);
    EXPECT_FALSE(add(1).reply);
    const auto sums =
        tally_.when([](const Tally::Sums& seen) { return seen.refusals.size() >= 2; });
    EXPECT_EQ(sums.failures, 1u);
    EXPECT_EQ(sums.refusals[0], kInDoubt.reason);
    EXPECT_EQ(sums.refusals[1], kReadOnly.reason);
    journal_->set_disk_dead(false);
}

TEST_F(SequencerMeterTest, hears_of_snapshots) {
    options_.snapshot_folder = folder_;
    options_.snapshot_interval_commands = 2;
    open();
    for (int i = 0; i < 4; ++i) add(1);
    tally_.when([](const Tally::Sums& seen) { return seen.snapshots >= 1; });
    EXPECT_GE(sequencer_->load().snapshot_sequence, 2u);
}

}  // namespace
}  // namespace penstock::shell

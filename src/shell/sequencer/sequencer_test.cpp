#include "shell/sequencer/sequencer.h"

#include <gtest/gtest.h>

#include <latch>
#include <set>
#include <thread>

#include "shell/sequencer/error.h"
#include "shell/sequencer/sequencer_fixture.h"
#include "shell/snapshot/snapshot_store.h"

namespace penstock::shell {
namespace {

using SequencerTest = SequencerFixture;

TEST_F(SequencerTest, applies_commands_in_order_and_keeps_them) {
    open();
    EXPECT_EQ(add(2).reply.value(), "2");
    const Outcome second = add(3);
    EXPECT_EQ(second.reply.value(), "5");
    EXPECT_EQ(second.sequence, 2u);
    EXPECT_EQ(sum().reply.value(), "5");
    open();
    EXPECT_EQ(sum().reply.value(), "5");
    EXPECT_EQ(sequencer_->status().last_sequence, 2u);
}

TEST_F(SequencerTest, answers_refusals_and_journals_nothing_of_them) {
    open();
    const Outcome refused = send("Test/Refuse", "").get();
    EXPECT_EQ(refused.reply.error().number(), kFakeRefusal.number);
    EXPECT_EQ(add(1).sequence, 1u);
}

TEST_F(SequencerTest, gives_a_repeated_command_its_first_reply) {
    open();
    EXPECT_EQ(add(7, "key").reply.value(), "7");
    EXPECT_EQ(add(1).reply.value(), "8");
    const Outcome again = add(7, "key");
    EXPECT_EQ(again.reply.value(), "7");
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.sequence, 1u);
    open();
    EXPECT_EQ(add(7, "key").reply.value(), "7");
    EXPECT_EQ(sum().reply.value(), "8");
}

TEST_F(SequencerTest, survives_a_storm_of_duplicates_from_many_threads) {
    open();
    constexpr int kThreads = 4;
    constexpr int kKeys = 200;
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::map<int, std::set<std::string>> replies;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            std::vector<std::pair<int, std::future<Outcome>>> waiting;
            for (int key = 0; key < kKeys; ++key)
                waiting.emplace_back(key, send("Test/Add", "1", "k" + std::to_string(key)));
            for (auto& [key, future] : waiting) {
                const std::string reply = future.get().reply.value();
                const std::scoped_lock lock(mutex);
                replies[key].insert(reply);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const auto& [key, different] : replies) EXPECT_EQ(different.size(), 1u) << key;
    EXPECT_EQ(sum().reply.value(), std::to_string(kKeys));
}

TEST_F(SequencerTest, asks_the_guard_when_the_command_would_be_applied) {
    open();
    add(5);
    std::promise<Outcome> promise;
    sequencer_->submit({.actor = {},
                        .method = "Test/Add",
                        .request = "1",
                        .idempotency_key = "g",
                        .guard = [](const Core& core) -> Result<void> {
                            if (core.last_sequence() == 1) return reject(kFakeRefusal);
                            return {};
                        }},
                       [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
    EXPECT_EQ(promise.get_future().get().reply.error().number(), kFakeRefusal.number);
    EXPECT_EQ(sum().reply.value(), "5");
}

TEST_F(SequencerTest, inspects_between_commands) {
    open();
    add(5);
    std::int64_t seen = 0;
    std::promise<Outcome> promise;
    sequencer_->inspect(
        [&](const Core& core, Instant) { seen = dynamic_cast<const FakeCore&>(core).sum(); },
        [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
    EXPECT_EQ(promise.get_future().get().sequence, 1u);
    EXPECT_EQ(seen, 5);
}

TEST_F(SequencerTest, fires_timers_before_the_next_command_and_without_any) {
    open();
    send("Test/Timer", std::to_string((clock_.wall() + seconds(10)).ns)).get();
    send("Test/Timer", std::to_string((clock_.wall() + seconds(20)).ns)).get();
    clock_.pass(seconds(10));
    expect_sum_soon("1000000");
    clock_.pass(seconds(10));
    EXPECT_EQ(add(1).reply.value(), "2000001");
    open();
    EXPECT_EQ(sum().reply.value(), "2000001");
}

TEST_F(SequencerTest, holds_commands_and_not_questions_when_the_clock_has_jumped) {
    open();
    add(1);
    clock_.wall_ns += seconds(3600).ns;
    EXPECT_EQ(add(1).reply.error().number(), kClockJump.number);
    EXPECT_EQ(sum().reply.value(), "1");
    EXPECT_TRUE(sequencer_->status().clock_held);
    sequencer_->accept_clock();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!add(1, "same").reply && std::chrono::steady_clock::now() < deadline) {
    }
    EXPECT_EQ(sum().reply.value(), "2");
    options_.clock = Stamper::Start::held;
    open();
    EXPECT_EQ(add(1).reply.error().number(), kClockJump.number);
}

/// Blocks the sequencer's thread until it is let go.
struct Plug {
    explicit Plug(Sequencer& sequencer) {
        sequencer.inspect(
            [this](const Core&, Instant) {
                entered.count_down();
                leave.wait();
            },
            [](Outcome) {});
        entered.wait();
    }
    std::latch entered{1};
    std::latch leave{1};
};

TEST_F(SequencerTest, refuses_at_once_when_its_queue_is_full) {
    options_.queue_calls_max = 2;
    open();
    Plug plug(*sequencer_);
    auto first = send("Test/Add", "1");
    auto second = send("Test/Add", "1");
    EXPECT_EQ(add(1).reply.error().number(), kQueueFull.number);
    plug.leave.count_down();
    EXPECT_EQ(first.get().reply.value(), "1");
    EXPECT_EQ(second.get().reply.value(), "2");
}

TEST_F(SequencerTest, refuses_who_fills_a_line_and_takes_others) {
    options_.flow_calls_max = 2;
    open();
    Plug plug(*sequencer_);
    auto first = send("Test/Add", "1", {}, 7);
    auto second = send("Test/Add", "1", {}, 7);
    EXPECT_EQ(send("Test/Add", "1", {}, 7).get().reply.error().number(), kQueueFull.number);
    auto other = send("Test/Add", "1", {}, 8);
    plug.leave.count_down();
    EXPECT_TRUE(first.get().reply && second.get().reply && other.get().reply);
}

TEST_F(SequencerTest, lets_nobody_wait_for_the_length_of_anothers_line) {
    open();
    Plug plug(*sequencer_);
    std::vector<std::future<Outcome>> loud;
    for (int i = 0; i < 1'000; ++i) loud.push_back(send("Test/Add", "1", {}, 7));
    auto quiet = send("Test/Add", "1", {}, 8);
    plug.leave.count_down();
    EXPECT_LE(quiet.get().sequence, 10u);
    for (std::size_t i = 1; i < loud.size(); ++i) EXPECT_LT(loud[i - 1].get().sequence, 1'002u);
}

TEST_F(SequencerTest, finishes_what_is_queued_when_it_stops) {
    open();
    Plug plug(*sequencer_);
    auto queued = send("Test/Add", "4");
    std::thread stopper([&] { sequencer_->stop(); });
    plug.leave.count_down();
    EXPECT_EQ(queued.get().reply.value(), "4");
    stopper.join();
    EXPECT_EQ(add(1).reply.error().number(), kStopping.number);
}

TEST_F(SequencerTest, puts_what_is_queued_into_one_batch_up_to_its_bound) {
    options_.batch_commands_max = 3;
    open();
    Plug plug(*sequencer_);
    std::vector<std::future<Outcome>> waiting;
    for (int i = 0; i < 7; ++i) waiting.push_back(send("Test/Add", "1"));
    plug.leave.count_down();
    for (auto& future : waiting) EXPECT_TRUE(future.get().reply);
    EXPECT_EQ(disk_->rows.size(), 3u);
}

TEST_F(SequencerTest, tells_observers_each_event_once_and_in_order) {
    RecordingObserver all({});
    RecordingObserver fresh(EventObserver::kOnlyNew);
    open({&all, &fresh});
    for (int i = 0; i < 3; ++i) add(1);
    EXPECT_EQ(all.events_when_caught_up(3), (std::vector<std::uint64_t>{1, 2, 3}));
    RecordingObserver behind(position_at(1));
    RecordingObserver later(EventObserver::kOnlyNew);
    open({&behind, &later});
    EXPECT_EQ(behind.events_when_caught_up(3), (std::vector<std::uint64_t>{2, 3}));
    add(1);
    EXPECT_EQ(behind.events_when_caught_up(4), (std::vector<std::uint64_t>{2, 3, 4}));
    EXPECT_EQ(later.events_when_caught_up(4), (std::vector<std::uint64_t>{4}));
}

TEST_F(SequencerTest, refuses_a_journal_that_ends_before_what_an_observer_has) {
    open();
    add(1);
    RecordingObserver ahead({2, {}});
    EXPECT_EQ(try_open({&ahead}).error().number(), kJournalShort.number);
}

TEST_F(SequencerTest, refuses_a_journal_that_was_set_back_and_has_gone_on) {
    open();
    add(1);
    add(2);
    RecordingObserver knowing(position_at(2));
    sequencer_.reset();
    journal_.reset();
    disk_->rows.pop_back();
    open();
    add(3);
    add(4);
    EXPECT_EQ(try_open({&knowing}).error().number(), kOtherHistory.number);
    RecordingObserver older(position_at(1));
    open({&older});
    EXPECT_EQ(older.events_when_caught_up(3), (std::vector<std::uint64_t>{2, 3}));
}

TEST_F(SequencerTest, tells_an_observer_again_that_could_not_keep_what_it_was_given) {
    struct Forgetful final : EventObserver {
        JournalPosition position() const override { return kOnlyNew; }
        void on_event(const v1::Event&, std::string_view) override { ++events; }
        bool caught_up(const JournalPosition& end) override {
            ends.push_back(end.sequence);
            if (ends.size() == 3) kept.count_down();
            return ends.size() >= 3;
        }
        int events = 0;
        std::vector<std::uint64_t> ends;
        std::latch kept{1};
    } forgetful;
    open({&forgetful});
    add(1);
    forgetful.kept.wait();
    sequencer_.reset();
    EXPECT_EQ(forgetful.events, 1) << "events are told once";
    EXPECT_EQ(forgetful.ends, (std::vector<std::uint64_t>{1, 1, 1}));
}

TEST_F(SequencerTest, throttles_commands_while_observers_lag) {
    struct Blocked final : EventObserver {
        JournalPosition position() const override { return kOnlyNew; }
        void on_event(const v1::Event&, std::string_view) override { go.wait(); }
        bool caught_up(const JournalPosition&) override { return true; }
        std::latch go{1};
    } blocked;
    options_.event_backlog_max = 1000;
    open({&blocked});
    int done = 0;
    while (done < 1000 && add(1).reply) ++done;
    EXPECT_LT(done, 1000);
    EXPECT_EQ(add(1).reply.error().number(), kObserversLag.number);
    EXPECT_EQ(sum().reply.value(), std::to_string(done));
    blocked.go.count_down();
    expect_sum_soon(std::to_string(done));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!add(1, "same").reply && std::chrono::steady_clock::now() < deadline) {
    }
    EXPECT_EQ(sum().reply.value(), std::to_string(done + 1));
}

TEST_F(SequencerTest, starts_from_a_snapshot_and_replays_the_rest) {
    options_.snapshot_folder = folder_;
    open();
    add(1);
    add(2);
    open();  // The stop wrote a snapshot.
    EXPECT_EQ(sequencer_->status().snapshot_sequence, 2u);
    EXPECT_EQ(add(3).reply.value(), "6");
    RecordingObserver behind(position_at(1));
    open({&behind});
    EXPECT_EQ(sequencer_->status().snapshot_sequence, 0u) << "the observer needs command 2 again";
    EXPECT_EQ(behind.events_when_caught_up(3), (std::vector<std::uint64_t>{2, 3}));
    EXPECT_EQ(sum().reply.value(), "6");
}

TEST_F(SequencerTest, writes_snapshots_in_a_child_while_it_runs) {
    options_.snapshot_folder = folder_;
    options_.snapshot_interval_commands = 10;
    open();
    const SnapshotStore store(folder_);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (store.sequences().size() < 2 && std::chrono::steady_clock::now() < deadline) add(1);
    ASSERT_EQ(store.sequences().size(), 2u);
    EXPECT_EQ(store.sequences().back() % 10, 0u);
}

TEST_F(SequencerTest, passes_over_a_snapshot_that_does_not_fit_the_journal) {
    options_.snapshot_folder = folder_;
    open();
    add(1);
    add(2);
    sequencer_.reset();
    FakeCore other;
    const SnapshotStore store(folder_);
    Snapshot good = store.load(2).value();
    good.mark.rolling_hash[3] ^= 1;
    ASSERT_TRUE(store.save(good.mark, good.state));
    open();
    EXPECT_EQ(sequencer_->status().snapshot_sequence, 0u);
    EXPECT_EQ(sum().reply.value(), "3");
}

TEST_F(SequencerTest, refuses_a_journal_that_is_shorter_than_a_snapshot) {
    options_.snapshot_folder = folder_;
    open();
    add(1);
    add(2);
    sequencer_.reset();
    disk_->rows.pop_back();
    EXPECT_EQ(try_open().error().number(), kJournalShort.number);
}

TEST_F(SequencerTest, refuses_a_journal_that_replays_otherwise) {
    open();
    add(1);
    add(2);
    sequencer_.reset();
    disk_->rows.back().rolling_hash[0] ^= 1;
    disk_->rows.back().chain_hash =
        chain_hash_after(disk_->rows.front().chain_hash, disk_->rows.back().batch());
    const auto opened = try_open();
    EXPECT_EQ(opened.error().number(), kReplayDiverged.number);
    EXPECT_EQ(opened.error().detail(), "At command 2: the rolling hash differs.");
}

}  // namespace
}  // namespace penstock::shell

// The journal fails: nothing acknowledged is lost, nothing in doubt is done twice.
#include <gtest/gtest.h>

#include "shell/journal/error.h"
#include "shell/sequencer/error.h"
#include "shell/sequencer/sequencer_fixture.h"

namespace penstock::shell {
namespace {

class SequencerFaultTest : public SequencerFixture {
  protected:
    /// Sends until it is taken: what a client does with one key.
    Outcome add_until_done(int number, const std::string& key) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        Outcome outcome = add(number, key);
        while (!outcome.reply && std::chrono::steady_clock::now() < deadline)
            outcome = add(number, key);
        return outcome;
    }
    struct Look {
        std::future<std::uint64_t> seen;  ///< The last command applied; known at once.
        std::future<Outcome> answered;
    };
    Look look() {
        std::promise<std::uint64_t> seen;
        std::promise<Outcome> answered;
        Look look{seen.get_future(), answered.get_future()};
        sequencer_->inspect(
            [seen = std::move(seen)](const Core& core, Instant) mutable {
                seen.set_value(core.last_sequence());
            },
            [answered = std::move(answered)](Outcome outcome) mutable {
                answered.set_value(std::move(outcome));
            });
        return look;
    }
};

TEST_F(SequencerFaultTest, undoes_a_batch_that_was_not_kept) {
    open();
    add(1);
    journal_->order_fault(JournalFault::fail_before_durable);
    EXPECT_EQ(add(10, "k").reply.error().number(), kInDoubt.number);
    expect_sum_soon("1");
    EXPECT_EQ(add_until_done(10, "k").reply.value(), "11");
    EXPECT_EQ(sum().reply.value(), "11");
    EXPECT_FALSE(sequencer_->status().read_only);
}

TEST_F(SequencerFaultTest, finds_a_batch_that_was_kept_after_all) {
    RecordingObserver observer({});
    open({&observer});
    add(1);
    journal_->order_fault(JournalFault::fail_after_durable);
    EXPECT_EQ(add(10, "k").reply.error().number(), kInDoubt.number);
    const Outcome again = add_until_done(10, "k");
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.reply.value(), "11");
    add(1);
    EXPECT_EQ(observer.events_when_caught_up(3), (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST_F(SequencerFaultTest, drops_a_batch_that_was_written_in_part) {
    open();
    add(1);
    journal_->order_fault(JournalFault::fail_torn);
    EXPECT_FALSE(add(10, "k").reply);
    EXPECT_EQ(add_until_done(10, "k").reply.value(), "11");
}

TEST_F(SequencerFaultTest, stays_read_only_until_the_disk_is_back) {
    open();
    add(1);
    journal_->set_disk_dead(true);
    EXPECT_EQ(add(10, "k").reply.error().number(), kInDoubt.number);
    const auto refused = add(10, "k").reply;
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number(), kReadOnly.number);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!sequencer_->status().read_only && std::chrono::steady_clock::now() < deadline) {
    }
    EXPECT_TRUE(sequencer_->status().read_only);
    journal_->set_disk_dead(false);
    EXPECT_EQ(add_until_done(10, "k").reply.value(), "11");
}

TEST_F(SequencerFaultTest, goes_on_with_nothing_when_the_journal_cannot_be_replayed) {
    open();
    add(1);
    const std::string body = disk_->rows[0].body;
    disk_->rows[0].body = "no batch";
    journal_->order_fault(JournalFault::fail_before_durable);
    EXPECT_FALSE(add(10, "k").reply);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::uint16_t why = 0;
    const auto ask = [&] {
        const auto reply = sum().reply;
        why = reply ? 0 : reply.error().number();
        return why;
    };
    // Found by who checks the chain, or by who replays it: whichever comes first.
    const auto is_broken = [&] {
        return ask() == kReplayDiverged.number || why == kJournalBroken.number;
    };
    while (!is_broken() && std::chrono::steady_clock::now() < deadline) {
    }
    EXPECT_TRUE(is_broken()) << why;
    EXPECT_EQ(add(10, "k").reply.error().number(), why);
    disk_->rows[0].body = body;  // Nobody looks again: an operator must have seen it.
    EXPECT_TRUE(is_broken()) << why;
}

TEST_F(SequencerFaultTest, lets_a_question_go_with_the_batch_that_it_saw) {
    open();
    journal_->order_fault(JournalFault::fail_before_durable, 1);
    std::unique_lock disk(disk_->mutex);
    auto first = send("Test/Add", "1", "a");
    while (look().seen.get() == 0) {
    }  // Then the first is on its way to the disk, and waits there.
    auto second = send("Test/Add", "2", "b");
    auto [seen, answered] = look();
    EXPECT_EQ(seen.get(), 1) << "commands were applied ahead for no gain";
    look().seen.wait();  // The answer to the question before is with the batch by now.
    disk.unlock();
    EXPECT_TRUE(first.get().reply);
    const Outcome outcome = answered.get();
    EXPECT_TRUE(outcome.reply) << outcome.reply.error().message();
    EXPECT_EQ(outcome.sequence, 1);
    EXPECT_EQ(second.get().reply.error().number(), kInDoubt.number);
}

TEST_F(SequencerFaultTest, lets_no_question_go_before_the_batch_that_it_saw) {
    options_.commands_ahead = 1;
    open();
    journal_->order_fault(JournalFault::fail_before_durable, 1);
    std::unique_lock disk(disk_->mutex);
    auto first = send("Test/Add", "1", "a");
    while (look().seen.get() == 0) {
    }
    auto second = send("Test/Add", "2", "b");
    Look late = look();
    while (late.seen.get() == 1) late = look();
    disk.unlock();
    EXPECT_TRUE(first.get().reply);
    EXPECT_EQ(late.answered.get().reply.error().number(), kInDoubt.number);
    EXPECT_EQ(second.get().reply.error().number(), kInDoubt.number);
}

TEST_F(SequencerFaultTest, fails_answers_that_stand_on_a_lost_batch) {
    // All in one go: the query and the refusal saw what is then lost.
    open();
    journal_->order_fault(JournalFault::fail_before_durable);
    std::vector<std::future<Outcome>> waiting;
    for (int i = 0; i < 50; ++i) {
        waiting.push_back(send("Test/Add", "1", "k" + std::to_string(i)));
        waiting.push_back(send("Test/Refuse", ""));
    }
    for (auto& future : waiting) {
        const Outcome outcome = future.get();
        if (outcome.reply) continue;
        const auto number = outcome.reply.error().number();
        EXPECT_TRUE(number == kInDoubt.number || number == kReadOnly.number ||
                    number == kNoState.number || number == kFakeRefusal.number)
            << outcome.reply.error().message();
    }
    for (int i = 0; i < 50; ++i) add_until_done(1, "k" + std::to_string(i));
    EXPECT_EQ(sum().reply.value(), "50");
}

TEST_F(SequencerFaultTest, survives_faults_at_random_without_losing_or_doubling_anything) {
    open();
    std::uint32_t random = 12345;
    int total = 0;
    for (int i = 0; i < 300; ++i) {
        random = random * 1664525 + 1013904223;
        const auto fault = static_cast<JournalFault>((random >> 16) % 5);
        if ((random >> 24) % 4 == 0) journal_->order_fault(fault, (random >> 20) % 3);
        EXPECT_TRUE(add_until_done(i, "k" + std::to_string(i)).reply);
        total += i;
        if (i % 100 == 99) open();
    }
    EXPECT_EQ(sum().reply.value(), std::to_string(total));
}

TEST_F(SequencerFaultTest, refuses_commands_on_a_low_disk_and_keeps_its_state) {
    open();
    add(1);
    journal_->order_fault(JournalFault::refuse_low_disk);
    EXPECT_FALSE(add(10, "k").reply);
    EXPECT_EQ(add_until_done(10, "k").reply.value(), "11");
}

}  // namespace
}  // namespace penstock::shell

// Two sequencers on one journal: one leads, the other follows.
#include <array>
#include <random>
#include <thread>

#include "shell/journal/error.h"
#include "shell/sequencer/error.h"
#include "shell/sequencer/sequencer_fixture.h"
#include "shell/sequencer/standstill.h"

namespace penstock::shell {
namespace {

/// Leads when it is told to; the disk is told first, as a database would be.
class OrderedLeadership final : public Leadership {
  public:
    std::uint64_t epoch() const override { return epoch_; }
    Leader leader() const override { return {}; }
    void announce(const std::string&) override {}
    void stand() override {}
    void withdraw() override { epoch_ = 0; }
    void take(MemoryDisk& disk) { epoch_ = ++disk.epoch; }

  private:
    std::atomic<std::uint64_t> epoch_ = 0;
};

struct Server {
    OrderedLeadership leadership;
    std::unique_ptr<MemoryJournal> journal;
    std::unique_ptr<Sequencer> sequencer;
};

class SequencerRoleTest : public SequencerFixture {
  protected:
    SequencerRoleTest() {
        options_.follow_interval = milliseconds(1);
        for (Server& server : servers_) open(server);
    }
    void open(Server& server, std::vector<EventObserver*> observers = {}) {
        server.sequencer.reset();
        server.journal = MemoryJournal::open(disk_).value();
        SequencerOptions options = options_;
        options.leadership = &server.leadership;
        server.sequencer = Sequencer::open(*server.journal, factory_, clock_, std::move(observers),
                                           std::move(options))
                               .value();
    }
    static Outcome add(Server& server, const std::string& number, const std::string& key) {
        std::promise<Outcome> promise;
        server.sequencer->submit({.actor = {exchange::Actor::Kind::key, 1},
                                  .method = "Test/Add",
                                  .request = number,
                                  .idempotency_key = key,
                                  .guard = {}},
                                 [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
        return promise.get_future().get();
    }
    static Outcome sum(Server& server) {
        std::promise<Outcome> promise;
        server.sequencer->query({.actor = {}, .method = "Test/Sum", .request = {}},
                                [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
        return promise.get_future().get();
    }
    static void await(const std::function<bool()>& condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    }
    void lead(Server& server) {
        server.leadership.take(*disk_);
        await([&] { return server.sequencer->status().epoch == server.leadership.epoch(); });
    }

    std::array<Server, 2> servers_;
    Server& one_ = servers_[0];
    Server& other_ = servers_[1];
};

TEST_F(SequencerRoleTest, refuses_commands_while_nobody_leads) {
    EXPECT_EQ(add(one_, "1", "k").reply.error().number(), kNotLeading.number);
    await([&] { return sum(one_).reply == "0"; });
}

TEST_F(SequencerRoleTest, the_one_that_follows_answers_what_the_leader_did) {
    lead(one_);
    EXPECT_EQ(add(one_, "5", "k").reply.value(), "5");
    await([&] { return sum(other_).reply == "5"; });
    EXPECT_EQ(sum(other_).sequence, 1u);
    EXPECT_EQ(add(other_, "1", "l").reply.error().number(), kNotLeading.number);
    EXPECT_EQ(other_.sequencer->status().epoch, 0u);
}

TEST_F(SequencerRoleTest, takes_over_with_all_that_was_acknowledged) {
    lead(one_);
    add(one_, "5", "k");
    one_.leadership.withdraw();
    lead(other_);
    EXPECT_EQ(add(other_, "2", "l").reply.value(), "7");
    // The same key again, at the new leader: the first answer.
    const Outcome again = add(other_, "5", "k");
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.reply.value(), "5");
    await([&] { return sum(one_).reply == "7"; });
}

TEST_F(SequencerRoleTest, a_leader_that_does_not_know_it_was_replaced_writes_nothing) {
    lead(one_);
    add(one_, "5", "k");
    lead(other_);
    // The first still believes in its epoch; the journal does not.
    EXPECT_EQ(add(one_, "1", "l").reply.error().number(), kInDoubt.number);
    await([&] { return one_.sequencer->status().read_only; });
    EXPECT_EQ(add(other_, "2", "m").reply.value(), "7");
    one_.leadership.withdraw();
    await([&] { return sum(one_).reply == "7"; });
    EXPECT_FALSE(one_.sequencer->status().read_only) << "who follows writes nothing";
    EXPECT_EQ(disk_->rows.size(), 2u);
}

TEST_F(SequencerRoleTest, a_leader_whose_lease_ran_out_answers_no_question_as_leader) {
    lead(one_);
    add(one_, "5", "k");
    std::promise<Outcome> promise;
    Standstill standstill(*one_.sequencer,
                          [&](Outcome outcome) { promise.set_value(std::move(outcome)); });
    one_.leadership.withdraw();  // As if it had been stopped for longer than its lease.
    standstill.end();
    EXPECT_EQ(promise.get_future().get().reply.error().number(), kNotLeading.number);
}

TEST_F(SequencerRoleTest, a_follower_that_is_to_catch_up_reads_on_at_once) {
    options_.follow_interval = seconds(3'600);
    options_.staleness_max = seconds(3'600);
    open(other_);
    lead(one_);
    await([&] { return sum(other_).reply.has_value(); });
    for (int i = 1; i <= 3; ++i) {
        add(one_, "1", std::to_string(i));
        std::promise<Outcome> caught_up;
        other_.sequencer->catch_up(
            [&](Outcome outcome) { caught_up.set_value(std::move(outcome)); });
        EXPECT_TRUE(caught_up.get_future().get().reply);
        EXPECT_EQ(sum(other_).reply.value(), std::to_string(i));
    }
    other_.journal->set_disk_dead(true);
    std::promise<Outcome> unseen;
    other_.sequencer->catch_up([&](Outcome outcome) { unseen.set_value(std::move(outcome)); });
    EXPECT_EQ(unseen.get_future().get().reply.error().number(), kStale.number);
    EXPECT_TRUE(sum(other_).reply) << "questions are answered as of before";
    other_.journal->set_disk_dead(false);
    std::promise<Outcome> leading;
    one_.sequencer->catch_up([&](Outcome outcome) { leading.set_value(std::move(outcome)); });
    EXPECT_TRUE(leading.get_future().get().reply);
}

TEST_F(SequencerRoleTest, a_catching_up_waits_in_its_callers_line) {
    options_.flow_calls_max = 1;
    open(one_);
    lead(one_);
    Standstill standstill(*one_.sequencer, [](const Outcome&) {});
    const auto ask = [&](std::uint64_t flow) {
        auto promise = std::make_shared<std::promise<Outcome>>();
        auto future = promise->get_future();
        one_.sequencer->catch_up([promise](Outcome outcome) { promise->set_value(outcome); },
                                 {.flow = flow});
        return future;
    };
    auto first = ask(7);
    EXPECT_EQ(ask(7).get().reply.error().number(), kQueueFull.number);
    auto other = ask(8);
    standstill.end();
    EXPECT_TRUE(first.get().reply);
    EXPECT_TRUE(other.get().reply);
}

TEST_F(SequencerRoleTest, answers_nothing_when_it_has_not_heard_for_too_long) {
    options_.staleness_max = milliseconds(100);
    open(other_);
    lead(one_);
    add(one_, "5", "k");
    await([&] { return sum(other_).reply == "5"; });
    other_.journal->set_disk_dead(true);
    await([&] {
        const Outcome outcome = sum(other_);
        return !outcome.reply && outcome.reply.error().number() == kStale.number;
    });
    EXPECT_GE(other_.sequencer->status().staleness, milliseconds(100));
    other_.journal->set_disk_dead(false);
    await([&] { return sum(other_).reply == "5"; });
}

TEST_F(SequencerRoleTest, tells_observers_on_both_sides_each_event_once) {
    RecordingObserver first({});
    RecordingObserver second({});
    open(one_, {&first});
    open(other_, {&second});
    lead(one_);
    for (int i = 0; i < 20; ++i) add(one_, "1", "a" + std::to_string(i));
    one_.leadership.withdraw();
    lead(other_);
    for (int i = 0; i < 20; ++i) add(other_, "1", "b" + std::to_string(i));
    std::vector<std::uint64_t> all(40);
    for (std::uint64_t i = 0; i < all.size(); ++i) all[i] = i + 1;
    EXPECT_EQ(first.events_when_caught_up(40), all);
    EXPECT_EQ(second.events_when_caught_up(40), all);
}

TEST_F(SequencerRoleTest, refuses_to_follow_what_does_not_replay) {
    lead(one_);
    await([&] { return sum(other_).reply == "0"; });
    {
        const std::scoped_lock lock(disk_->mutex);
        const std::string nonsense = "nonsense";
        MemoryDisk::Row row{1, 1, Instant{1}, nonsense, {}, {}, false};
        row.chain_hash = chain_hash_after({}, row.batch());
        disk_->rows.push_back(row);
    }
    await([&] { return !sum(other_).reply; });
    EXPECT_EQ(sum(other_).reply.error().number(), kReplayDiverged.number);
    // It says so to whoever asks, and never leads again.
    EXPECT_EQ(add(other_, "1", "k").reply.error().number(), kReplayDiverged.number);
}

TEST_F(SequencerRoleTest, loses_and_repeats_nothing_while_the_lead_goes_back_and_forth) {
    constexpr int kKeys = 300;
    std::atomic<bool> done = false;
    std::thread clients([&] {
        std::minstd_rand random(1);
        for (int key = 0; key < kKeys; ++key) {
            // A careful client: the same key, at either server, until one has done it.
            while (!add(servers_[random() % 2], "1", "k" + std::to_string(key)).reply) {
            }
        }
        done = true;
    });
    std::minstd_rand random(2);
    while (!done) {
        Server& next = servers_[random() % 2];
        // Sometimes the old leader learns of it late.
        Server& old = &next == &one_ ? other_ : one_;
        const bool knows = random() % 2 == 0;
        if (knows) old.leadership.withdraw();
        next.leadership.take(*disk_);
        const std::uint64_t before = next.sequencer->status().last_sequence;
        await([&] { return done || next.sequencer->status().last_sequence >= before + 5; });
        old.leadership.withdraw();
    }
    clients.join();
    other_.leadership.withdraw();  // Late, but in the end everybody learns of it.
    lead(one_);
    EXPECT_EQ(sum(one_).reply.value(), std::to_string(kKeys));
    await([&] { return sum(other_).reply == std::to_string(kKeys); });
}

}  // namespace
}  // namespace penstock::shell

// What several servers on one PostgreSQL may and may not do.
#include "shell/journal/postgres_journal.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "shell/journal/batch_body.h"
#include "shell/journal/error.h"
#include "shell/journal/postgres_leadership.h"
#include "shell/postgres/postgres_instance.h"

namespace penstock::shell {
namespace {

using std::chrono::milliseconds;

/// Waits for a condition that another thread brings about; fails the test after twenty seconds.
void await(const std::string& what, const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << what;
        std::this_thread::yield();
    }
}

class PostgresJournalTest : public testing::Test {
  protected:
    std::unique_ptr<PostgresJournal> open(milliseconds timeout = milliseconds(10'000)) {
        auto journal = PostgresJournal::open({.url = url_, .timeout = timeout});
        EXPECT_TRUE(journal) << journal.error().message();
        return *std::move(journal);
    }
    std::unique_ptr<PostgresLeadership> stand(const std::string& name,
                                              milliseconds lease = milliseconds(2'000)) {
        auto made = PostgresLeadership::open({.url = url_, .name = name, .lease = lease});
        EXPECT_TRUE(made) << made.error().message();
        (*made)->stand();
        return *std::move(made);
    }
    postgres::Connection connect() {
        return postgres::Connection::open(url_, milliseconds(10'000)).value();
    }
    void execute(const std::string& sql) {
        const auto done = connect().run(sql);
        ASSERT_TRUE(done) << done.error().message();
    }
    static Result<void> append(Journal& journal) {
        const std::uint64_t next = journal.end().sequence + 1;
        std::string body;
        append_entry(body, {.sequence = next,
                            .time = Instant{100},
                            .actor_kind = 4,
                            .actor_id = 0,
                            .method = "InternalService/Tick",
                            .request = "",
                            .idempotency_key = "",
                            .reply = ""});
        return journal.append({next, next, Instant{100}, body, Digest{}});
    }
    static int follow(Journal& journal) {
        int batches = 0;
        const auto followed = journal.follow([&](const Batch&) -> Result<void> {
            ++batches;
            return {};
        });
        EXPECT_TRUE(followed) << followed.error().message();
        return batches;
    }

    const std::string url_ = postgres::PostgresInstance::shared().create_database();
};

TEST_F(PostgresJournalTest, takes_nothing_from_who_does_not_lead) {
    auto journal = open();
    EXPECT_EQ(append(*journal).error().number(), kFenced.number);
    ASSERT_TRUE(journal->reopen());
    EXPECT_EQ(journal->end().sequence, 0u);
    EXPECT_EQ(journal->probe().error().number(), kFenced.number);
}

TEST_F(PostgresJournalTest, one_appends_and_the_other_follows) {
    auto one = open();
    auto other = open();
    auto leadership = stand("one");
    await("it leads", [&] { return leadership->epoch() == 1; });
    one->lead(1);
    ASSERT_TRUE(append(*one));
    ASSERT_TRUE(append(*one));
    EXPECT_EQ(follow(*other), 2);
    EXPECT_EQ(other->end(), one->end());
    EXPECT_EQ(follow(*other), 0);
}

TEST_F(PostgresJournalTest, the_old_leader_is_fenced_and_learns_what_the_new_one_did) {
    auto old = open();
    auto young = open();
    execute("UPDATE leadership SET epoch = 1");
    old->lead(1);
    ASSERT_TRUE(append(*old));
    execute("UPDATE leadership SET epoch = 2");
    young->lead(2);
    ASSERT_EQ(follow(*young), 1);
    ASSERT_TRUE(append(*young));
    EXPECT_EQ(append(*old).error().number(), kFenced.number);
    EXPECT_EQ(append(*old).error().number(), kJournalFault.number) << "not before reopen()";
    ASSERT_TRUE(old->reopen());
    EXPECT_EQ(old->end(), young->end());
    EXPECT_EQ(append(*old).error().number(), kFenced.number);
}

TEST_F(PostgresJournalTest, an_append_under_way_holds_up_the_next_leader_until_it_is_over) {
    auto journal = open();
    execute("UPDATE leadership SET epoch = 1");
    journal->lead(1);
    // The append's own transaction, held open where the server would be between row and commit.
    auto under_way = connect();
    ASSERT_TRUE(under_way.run("BEGIN; SELECT epoch FROM leadership WHERE epoch = 1 FOR SHARE"));
    auto taking = std::async(std::launch::async, [&] {
        return connect().run("UPDATE leadership SET epoch = 2 WHERE id = 1").has_value();
    });
    EXPECT_EQ(taking.wait_for(milliseconds(300)), std::future_status::timeout);
    ASSERT_TRUE(append(*journal));
    ASSERT_TRUE(under_way.run("COMMIT"));
    EXPECT_TRUE(taking.get());
    EXPECT_EQ(append(*journal).error().number(), kFenced.number);
}

TEST_F(PostgresJournalTest, finds_out_what_became_of_an_append_whose_answer_was_lost) {
    auto journal = open(milliseconds(1'000));
    execute("UPDATE leadership SET epoch = 1");
    journal->lead(1);
    ASSERT_TRUE(append(*journal));
    // The table is locked, so the append takes longer than anybody waits.
    auto lock = connect();
    ASSERT_TRUE(lock.run("BEGIN; LOCK TABLE batch IN SHARE MODE"));
    EXPECT_EQ(append(*journal).error().number(), kJournalFault.number);
    ASSERT_TRUE(lock.run("COMMIT"));
    // It may have been done meanwhile: whichever it is, the journal goes on from there.
    for (int tries = 0; tries < 3 && !append(*journal); ++tries) ASSERT_TRUE(journal->reopen());
    auto reader = open();
    EXPECT_EQ(reader->end(), journal->end());
}

TEST_F(PostgresJournalTest, sees_that_what_was_durable_is_gone) {
    auto journal = open();
    execute("UPDATE leadership SET epoch = 1");
    journal->lead(1);
    ASSERT_TRUE(append(*journal));
    ASSERT_TRUE(append(*journal));
    execute("DELETE FROM batch WHERE first_sequence = 2");
    EXPECT_EQ(journal->reopen().error().number(), kJournalBroken.number);
}

TEST_F(PostgresJournalTest, neither_follows_nor_appends_to_a_database_that_was_set_back) {
    auto one = open();
    auto other = open();
    execute("UPDATE leadership SET epoch = 1");
    one->lead(1);
    ASSERT_TRUE(append(*one));
    ASSERT_TRUE(append(*one));
    ASSERT_EQ(follow(*other), 2);
    // A primary that had not replicated its last row died; its copy took over.
    execute("DELETE FROM batch WHERE first_sequence = 2");
    execute("UPDATE leadership SET epoch = 2");
    other->lead(2);
    EXPECT_EQ(append(*other).error().number(), kFenced.number);
    EXPECT_EQ(other->reopen().error().number(), kJournalBroken.number);
    auto fresh = open();
    EXPECT_EQ(fresh->end().sequence, 1u);
}

TEST_F(PostgresJournalTest, refuses_every_damage) {
    for (const std::string damage :
         {"UPDATE batch SET body = 'x' WHERE first_sequence = 2",
          "UPDATE batch SET time_ns = 0 WHERE first_sequence = 2",
          "UPDATE batch SET rolling_hash = 'x' WHERE first_sequence = 2",
          "DELETE FROM batch WHERE first_sequence = 2",
          "UPDATE batch SET last_sequence = 9 WHERE first_sequence = 3"}) {
        execute("DROP TABLE IF EXISTS batch, leadership, shared_value, penstock_schema");
        auto journal = open();
        execute("UPDATE leadership SET epoch = 1");
        journal->lead(1);
        for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(*journal));
        journal.reset();
        execute(damage);
        const auto opened = PostgresJournal::open({.url = url_});
        ASSERT_FALSE(opened) << damage;
        EXPECT_EQ(opened.error().number(), kJournalBroken.number) << opened.error().message();
    }
}

TEST_F(PostgresJournalTest, leads_by_turns_when_the_leader_withdraws) {
    auto one = stand("one");
    await("one leads", [&] { return one->epoch() == 1; });
    one->announce("http://one");
    auto two = stand("two");
    await("two sees one's address", [&] { return two->leader().address == "http://one"; });
    EXPECT_EQ(two->epoch(), 0u);
    EXPECT_EQ(two->leader().name, "one");
    one->withdraw();
    EXPECT_EQ(one->epoch(), 0u);
    await("two leads", [&] { return two->epoch() == 2; });
    two->withdraw();
    one->stand();
    await("one leads again", [&] { return one->epoch() == 3; });
}

TEST_F(PostgresJournalTest, looks_on_until_it_stands) {
    auto looking = PostgresLeadership::open({.url = url_, .name = "a", .lease = milliseconds(200)});
    ASSERT_TRUE(looking);
    auto other = stand("other", milliseconds(200));
    await("the other leads", [&] { return other->epoch() == 1; });
    other->withdraw();
    other.reset();
    EXPECT_EQ((*looking)->epoch(), 0u);
    (*looking)->stand();
    await("it leads", [&] { return (*looking)->epoch() == 2; });
}

TEST_F(PostgresJournalTest, takes_over_when_the_leader_falls_silent) {
    // What a stopped process looks like: the row says that somebody leads, and nobody renews.
    {
        auto first = stand("first", milliseconds(500));
    }
    execute("UPDATE leadership SET epoch = 5, is_free = false");
    auto second = stand("second", milliseconds(500));
    await("the second leads", [&] { return second->epoch() == 6; });
}

TEST_F(PostgresJournalTest, leaves_a_leader_alone_that_renews) {
    auto leader = stand("leader", milliseconds(300));
    await("it leads", [&] { return leader->epoch() == 1; });
    auto other = stand("other", milliseconds(300));
    const auto until = std::chrono::steady_clock::now() + milliseconds(1'500);
    while (std::chrono::steady_clock::now() < until) {
        ASSERT_EQ(leader->epoch(), 1u);
        ASSERT_EQ(other->epoch(), 0u);
        std::this_thread::yield();
    }
}

TEST_F(PostgresJournalTest, stops_leading_when_its_row_was_taken) {
    auto leadership = stand("one", milliseconds(400));
    await("it leads", [&] { return leadership->epoch() == 1; });
    // The same number, but another's: a database that was set back may give it twice.
    execute("UPDATE leadership SET holder = 'x#1', renewals = renewals + 1");
    await("it leads no more", [&] { return leadership->epoch() == 0; });
    await("it sees who does", [&] { return leadership->leader().name == "x"; });
}

TEST(PostgresLeadershipTest, stops_leading_when_the_database_is_gone_and_leads_again_after) {
    postgres::PostgresInstance instance;
    const std::string url = instance.create_database();
    auto leadership =
        PostgresLeadership::open({.url = url, .name = "one", .lease = milliseconds(600)}).value();
    leadership->stand();
    await("it leads", [&] { return leadership->epoch() == 1; });
    instance.kill();
    await("it leads no more", [&] { return leadership->epoch() == 0; });
    instance.start();
    await("it leads again", [&] { return leadership->epoch() == 2; });
}

}  // namespace
}  // namespace penstock::shell

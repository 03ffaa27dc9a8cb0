#include "shell/artifacts/grants.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <memory>
#include <string>

namespace penstock::artifacts {
namespace {

class GrantsTest : public testing::Test {
  protected:
    GrantsTest() {
        std::string name = testing::TempDir() + "/penstock-grants-XXXXXX";
        folder_ = mkdtemp(name.data());
    }
    ~GrantsTest() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<Grants> open() {
        auto opened = Grants::open(folder_ / "artifacts.db");
        EXPECT_TRUE(opened) << opened.error().message();
        return opened ? *std::move(opened) : nullptr;
    }
    static FileDigest digest(char digit) { return *FileDigest::parse(std::string(64, digit)); }
    static v1::Event order(std::uint64_t sequence) {
        v1::Event event;
        event.set_sequence(sequence);
        event.mutable_order_placed()->set_order("ord_5");
        event.mutable_order_placed()->set_buyer("party_4");
        return event;
    }
    static v1::Event attempt(std::uint64_t sequence, v1::AttemptState state, char digit) {
        v1::Event event;
        event.set_sequence(sequence);
        event.mutable_attempt_changed()->set_order("ord_5");
        event.mutable_attempt_changed()->set_state(state);
        event.mutable_attempt_changed()->add_outputs()->set_digest(std::string(64, digit));
        return event;
    }

    std::filesystem::path folder_;
};

TEST_F(GrantsTest, let_the_named_party_read_the_named_file_and_no_other) {
    EXPECT_TRUE(open()->grant(digest('a'), PartyId{3}, 5).value());
    const auto grants = open();
    EXPECT_FALSE(grants->grant(digest('a'), PartyId{3}, 5).value());
    EXPECT_TRUE(grants->grant(digest('c'), PartyId{3}, 2).value());
    EXPECT_EQ(grants->uploaded_bytes()->at(PartyId{3}), 7u);
    EXPECT_TRUE(grants->may_read(digest('a'), PartyId{3}));
    EXPECT_FALSE(grants->may_read(digest('a'), PartyId{4}));
    EXPECT_FALSE(grants->may_read(digest('b'), PartyId{3}));
}

TEST_F(GrantsTest, let_the_buyer_read_what_his_charged_attempts_put_out) {
    auto grants = open();
    grants->on_event(order(1));
    grants->caught_up({1});
    grants.reset();
    grants = open();
    EXPECT_EQ(grants->applied_sequence(), 1u);
    grants->on_event(attempt(2, v1::ATTEMPT_SUCCEEDED, 'a'));
    grants->on_event(attempt(3, v1::ATTEMPT_LOST, 'b'));
    grants->on_event(attempt(4, v1::ATTEMPT_RUNNING, 'c'));
    v1::Event foreign = attempt(5, v1::ATTEMPT_SUCCEEDED, 'd');
    foreign.mutable_attempt_changed()->set_order("ord_6");
    grants->on_event(foreign);
    grants->caught_up({5});
    EXPECT_TRUE(grants->may_read(digest('a'), PartyId{4}));
    EXPECT_FALSE(grants->may_read(digest('a'), PartyId{3}));
    for (const char other : {'b', 'c', 'd'})
        EXPECT_FALSE(grants->may_read(digest(other), PartyId{4}));
}

TEST_F(GrantsTest, forget_events_that_were_never_whole) {
    auto grants = open();
    grants->on_event(order(1));
    grants->on_event(attempt(2, v1::ATTEMPT_SUCCEEDED, 'a'));
    grants.reset();
    grants = open();
    EXPECT_EQ(grants->applied_sequence(), 0u);
    EXPECT_FALSE(grants->may_read(digest('a'), PartyId{4}));
}

TEST_F(GrantsTest, say_that_they_stand_still_and_take_anew_what_they_missed) {
    auto grants = open();
    grants->on_event(order(1));
    grants->caught_up({1});
    EXPECT_FALSE(grants->fault());
    const auto rename = [&](const char* sql) {
        return sqlite::Database::open(folder_ / "artifacts.db", sqlite::Durability::full)
            ->run(sql)
            .has_value();
    };
    ASSERT_TRUE(rename("ALTER TABLE buyers RENAME TO gone"));
    grants->on_event(attempt(2, v1::ATTEMPT_SUCCEEDED, 'a'));
    EXPECT_TRUE(grants->fault());
    ASSERT_TRUE(rename("ALTER TABLE gone RENAME TO buyers"));
    grants->on_event(attempt(3, v1::ATTEMPT_SUCCEEDED, 'b'));
    EXPECT_FALSE(grants->caught_up({3}));
    EXPECT_TRUE(grants->fault()) << "an event is missing";
    EXPECT_EQ(grants->applied_sequence(), 1u);
    grants->on_event(attempt(2, v1::ATTEMPT_SUCCEEDED, 'a'));
    grants->on_event(attempt(3, v1::ATTEMPT_SUCCEEDED, 'b'));
    EXPECT_TRUE(grants->caught_up({3}));
    EXPECT_FALSE(grants->fault());
    grants->on_event(attempt(2, v1::ATTEMPT_SUCCEEDED, 'a'));
    grants->caught_up({2});
    EXPECT_TRUE(grants->may_read(digest('a'), PartyId{4}));
}

TEST_F(GrantsTest, set_back_take_later_events_again_and_keep_what_was_uploaded) {
    const auto file = folder_ / "artifacts.db";
    const JournalPosition end{3, digest_of("three")};
    open()->grant(digest('a'), PartyId{3}, 5).value();
    open()->caught_up({7, digest_of("seven")});
    ASSERT_TRUE(Grants::set_back(file, end));
    EXPECT_EQ(open()->position(), end);
    ASSERT_TRUE(Grants::set_back(file, {9, digest_of("nine")}));  // It is not that far.
    EXPECT_EQ(open()->position(), end);
    EXPECT_TRUE(open()->may_read(digest('a'), PartyId{3}));
}

}  // namespace
}  // namespace penstock::artifacts

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <set>

#include "shell/event_fake/event_fake.h"
#include "shell/projection/error.h"
#include "shell/projection/sqlite_projection.h"

namespace penstock::projection {
namespace {

constexpr std::int64_t kForEver = INT64_MAX;

class ExportQueriesTest : public testing::Test {
  protected:
    ExportQueriesTest() {
        std::string name = testing::TempDir() + "/penstock-exports-XXXXXX";
        folder_ = mkdtemp(name.data());
        tables_ = SqliteProjection::open(folder_ / "projection.db").value();
        for (const v1::Event& event : events_) tables_->on_event(event);
        EXPECT_TRUE(tables_->caught_up({events_.back().sequence()}));
    }
    ~ExportQueriesTest() override { std::filesystem::remove_all(folder_); }

    std::vector<v1::JournalEntry> journal(const Accounts& accounts, std::int64_t from_ns,
                                          std::int64_t until_ns) const {
        v1::ListJournalRequest request;
        request.set_from_ns(from_ns);
        request.set_until_ns(until_ns);
        request.mutable_page()->set_size(7);
        std::vector<v1::JournalEntry> entries;
        std::uint64_t total = 0;
        std::int64_t amount = 0;
        do {
            const auto page = tables_->list_journal(accounts, request);
            EXPECT_TRUE(page) << page.error().message();
            if (!page) break;
            if (entries.empty()) {
                total = page->total();
                amount = page->amount_micros();
            }
            for (const v1::JournalEntry& entry : page->entries()) {
                entries.push_back(entry);
                amount -= entry.transfer().amount().micros();
            }
            request.mutable_page()->set_cursor(page->page().next_cursor());
        } while (!request.page().cursor().empty());
        EXPECT_EQ(entries.size(), total);
        EXPECT_EQ(amount, 0);
        return entries;
    }
    std::vector<v1::MeteredAttempt> attempts(std::string_view party, std::int64_t from_ns,
                                             std::int64_t until_ns) const {
        v1::ListMeteredAttemptsRequest request;
        request.set_from_ns(from_ns);
        request.set_until_ns(until_ns);
        request.mutable_page()->set_size(7);
        std::vector<v1::MeteredAttempt> all;
        std::uint64_t total = 0;
        do {
            const auto page = tables_->list_metered_attempts(party, request);
            EXPECT_TRUE(page) << page.error().message();
            if (!page) break;
            if (all.empty()) total = page->total();
            all.insert(all.end(), page->attempts().begin(), page->attempts().end());
            request.mutable_page()->set_cursor(page->page().next_cursor());
        } while (!request.page().cursor().empty());
        EXPECT_EQ(all.size(), total);
        return all;
    }

    const std::vector<v1::Event> events_ = event_fake::history(11, 40);
    std::filesystem::path folder_;
    std::unique_ptr<SqliteProjection> tables_;
};

TEST_F(ExportQueriesTest, the_journal_of_all_has_every_transfer_and_what_it_left) {
    const auto entries = journal(std::nullopt, 0, kForEver);
    std::size_t next = 0;
    for (const v1::Event& event : events_) {
        if (!event.has_transfer_posted()) continue;
        ASSERT_LT(next, entries.size());
        const v1::JournalEntry& entry = entries[next++];
        EXPECT_EQ(entry.transfer().ShortDebugString(), event.transfer_posted().ShortDebugString());
        EXPECT_EQ(entry.debit_after().account(), entry.transfer().debit_account());
        EXPECT_EQ(entry.credit_after().account(), entry.transfer().credit_account());
    }
    EXPECT_EQ(next, entries.size());
    EXPECT_GT(next, 20u);
}

TEST_F(ExportQueriesTest, a_journal_of_accounts_has_their_transfers_and_no_other_s_totals) {
    const Accounts own = std::vector<std::string>{"acc_20", "acc_40"};
    const auto is_own = [](const std::string& account) {
        return account == "acc_20" || account == "acc_40";
    };
    std::vector<std::string> expected;
    for (const v1::Event& event : events_) {
        const v1::Transfer& transfer = event.transfer_posted();
        if (is_own(transfer.debit_account()) || is_own(transfer.credit_account()))
            expected.push_back(transfer.id());
    }
    const auto entries = journal(own, 0, kForEver);
    ASSERT_EQ(entries.size(), expected.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(entries[i].transfer().id(), expected[i]);
        EXPECT_EQ(entries[i].has_debit_after(), is_own(entries[i].transfer().debit_account()));
        EXPECT_EQ(entries[i].has_credit_after(), is_own(entries[i].transfer().credit_account()));
    }
    EXPECT_GT(entries.size(), 10u);
    EXPECT_TRUE(journal(std::vector<std::string>{}, 0, kForEver).empty());
}

TEST_F(ExportQueriesTest, an_interval_of_the_journal_has_its_first_instant_and_not_its_last) {
    const auto all = journal(std::nullopt, 0, kForEver);
    const std::int64_t from = all[5].transfer().at_ns();
    const std::int64_t until = all[12].transfer().at_ns();
    const auto some = journal(std::nullopt, from, until);
    const auto within = [&](const v1::JournalEntry& entry) {
        return entry.transfer().at_ns() >= from && entry.transfer().at_ns() < until;
    };
    EXPECT_EQ(some.size(), static_cast<std::size_t>(std::ranges::count_if(all, within)));
    EXPECT_GE(some.size(), 7u);
    EXPECT_EQ(some.front().transfer().id(), all[5].transfer().id());
    EXPECT_TRUE(journal(std::nullopt, kForEver - 1, kForEver).empty());
}

TEST_F(ExportQueriesTest, attempts_that_ran_are_listed_as_they_ended_with_whose_they_were) {
    std::vector<std::string> expected;
    for (const v1::Event& event : events_)
        if (event.attempt_changed().has_ran())
            expected.push_back(event.attempt_changed().attempt());
    const auto all = attempts({}, 0, kForEver);
    ASSERT_EQ(all.size(), expected.size());
    std::set<v1::AttemptState> states;
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].attempt(), expected[i]);
        EXPECT_EQ(all[i].buyer(), "party_4");
        EXPECT_EQ(all[i].supplier_name().substr(0, 6), "Party ");
        EXPECT_EQ(all[i].has_usage(), all[i].state() == v1::ATTEMPT_SUCCEEDED);
        states.insert(all[i].state());
    }
    EXPECT_THAT(states, testing::ElementsAre(v1::ATTEMPT_SUCCEEDED, v1::ATTEMPT_LOST));

    EXPECT_EQ(attempts("party_4", 0, kForEver).size(), all.size());
    const auto sold = attempts("party_2", 0, kForEver);
    EXPECT_EQ(sold.size() + attempts("party_3", 0, kForEver).size(), all.size());
    EXPECT_GT(sold.size(), 5u);
    EXPECT_LT(sold.size(), all.size());
    EXPECT_TRUE(attempts("party_1", 0, kForEver).empty());

    const auto some = attempts({}, all[4].ran().end_ns(), all[9].ran().end_ns());
    ASSERT_EQ(some.size(), 5u);
    EXPECT_EQ(some.front().attempt(), all[4].attempt());
}

TEST_F(ExportQueriesTest, pages_are_refused_that_cannot_be) {
    v1::ListJournalRequest request;
    request.mutable_page()->set_size(501);
    EXPECT_EQ(tables_->list_journal(std::nullopt, request).error().number(), kBadPageSize.number);
    v1::ListMeteredAttemptsRequest asked;
    asked.mutable_page()->set_cursor("m1");
    EXPECT_EQ(tables_->list_metered_attempts({}, asked).error().number(), kBadCursor.number);
}

}  // namespace
}  // namespace penstock::projection

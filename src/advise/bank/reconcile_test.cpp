#include "advise/bank/reconcile.h"

#include <gtest/gtest.h>

#include "base/money.h"

namespace penstock::advise {
namespace {

v1::BankPosting posting(std::string transfer, std::int64_t amount, std::string entry = {}) {
    v1::BankPosting made;
    made.set_transfer(std::move(transfer));
    made.set_amount_micros(amount);
    made.set_entry(std::move(entry));
    return made;
}

/// Two entries on the statement; the ledger has one of them, and a pay-out that the bank has not.
class Reconcile : public testing::Test {
  protected:
    Reconcile() {
        before_.set_account("110022");
        before_.set_currency("CNY");
        statement_.set_account("110022");
        statement_.set_currency("CNY");
        statement_.set_first_day("2026-11-01");
        statement_.set_last_day("2026-11-30");
        statement_.set_opening_micros(0);
        add_entry("e1", 500);
        add_entry("e2", -20);
        postings_ = {posting("t1", 500, "e1"), posting("t2", -100)};
        balance_ = 400;
    }

    void add_entry(std::string identity, std::int64_t amount) {
        v1::BankEntry& entry = *statement_.add_entries();
        entry.set_identity(std::move(identity));
        entry.set_amount_micros(amount);
        statement_.set_closing_micros(statement_.closing_micros() + amount);
    }

    /// Goes on from November, with the pay-out that was in transit.
    void begin_december() {
        before_ = run().position();
        statement_.clear_entries();
        statement_.set_first_day("2026-12-01");
        statement_.set_last_day("2026-12-31");
        statement_.set_opening_micros(480);
        statement_.set_closing_micros(480);
        add_entry("e3", -100);
    }

    v1::Reconciliation run() const {
        return reconcile(before_, statement_, {balance_, postings_, settled_});
    }
    /// The reasons and subjects of all breaks; "" when it is proved.
    std::string breaks() const {
        const v1::Reconciliation result = run();
        EXPECT_EQ(result.proved(), result.breaks().empty());
        EXPECT_EQ(result.proved(), result.has_position());
        std::string all;
        for (const v1::ReconciliationBreak& one : result.breaks()) {
            all.append(all.empty() ? "" : " ").append(one.reason());
            if (!one.subject().empty()) all.append(":").append(one.subject());
        }
        return all;
    }

    v1::ReconciledPosition before_;
    v1::BankStatement statement_;
    std::vector<v1::BankPosting> postings_;
    std::vector<v1::BankPosting> settled_;
    std::int64_t balance_ = 0;
};

TEST_F(Reconcile, proves_the_balance_and_lists_what_is_in_transit) {
    const v1::Reconciliation result = run();
    ASSERT_TRUE(result.proved()) << result.ShortDebugString();
    EXPECT_EQ(result.position().closing_micros(), 480);
    EXPECT_EQ(result.position().ledger_micros(), 400);
    ASSERT_EQ(result.position().only_ledger_size(), 1);
    EXPECT_EQ(result.position().only_ledger(0).id(), "t2");
    EXPECT_EQ(result.position().only_ledger(0).since(), "2026-11-30");
    ASSERT_EQ(result.position().only_bank_size(), 1);
    EXPECT_EQ(result.position().only_bank(0).amount_micros(), -20);
}

TEST_F(Reconcile, goes_on_where_it_ended_and_clears_items_in_transit) {
    begin_december();
    postings_ = {posting("t3", -20, "e2")};  // The ledger learns of November's fee.
    settled_ = {posting("t2", -100, "e3")};  // The pay-out has left the bank.
    balance_ = 380;
    const v1::Reconciliation result = run();
    ASSERT_TRUE(result.proved()) << result.ShortDebugString();
    EXPECT_TRUE(result.position().only_ledger().empty());
    EXPECT_TRUE(result.position().only_bank().empty());
    EXPECT_EQ(result.position().closing_micros(), result.position().ledger_micros());
}

TEST_F(Reconcile, sees_a_transfer_that_was_altered_in_transit) {
    begin_december();
    postings_.clear();
    settled_ = {posting("t2", -90, "e3")};
    EXPECT_EQ(breaks(), "AMOUNT_DIFFERS:t2");
    settled_ = {posting("t2", -100, "e3")};
    EXPECT_EQ(breaks(), "");
}

TEST_F(Reconcile, names_every_break) {
    balance_ = 401;
    EXPECT_EQ(breaks(), "LEDGER_DIFFERS");
    balance_ = 400;
    postings_[1].set_entry("e9");
    EXPECT_EQ(breaks(), "ENTRY_UNKNOWN:t2");
    postings_[1].set_entry("e1");
    EXPECT_EQ(breaks(), "ENTRY_CLAIMED_TWICE:t2");
    postings_[1].set_entry("e2");
    EXPECT_EQ(breaks(), "AMOUNT_DIFFERS:t2");
    postings_[1] = posting("t1", -100);
    EXPECT_EQ(breaks(), "TRANSFER_TWICE:t1");
    postings_[1] = posting("t2", -100);
    settled_ = {posting("t8", -20, "e2")};
    EXPECT_EQ(breaks(), "TRANSFER_UNKNOWN:t8");
}

TEST_F(Reconcile, believes_no_sum_of_the_statement) {
    statement_.set_closing_micros(481);
    EXPECT_EQ(breaks(), "CLOSING_DIFFERS");
    statement_.set_closing_micros(480);
    statement_.clear_opening_micros();
    EXPECT_EQ(breaks(), "BALANCE_UNKNOWN");
    statement_.set_opening_micros(5);
    EXPECT_EQ(breaks(), "OPENING_DIFFERS CLOSING_DIFFERS");
    statement_.set_opening_micros(0);
    statement_.mutable_entries(1)->set_identity("e1");
    EXPECT_EQ(breaks(), "ENTRY_TWICE:e1");
    statement_.mutable_entries(1)->set_identity("e2");
    statement_.mutable_entries(1)->set_amount_micros(kMoneyMax.micros + 1);
    EXPECT_TRUE(breaks().starts_with("AMOUNT_TOO_LARGE:e2"));
}

TEST_F(Reconcile, keeps_to_one_account_and_to_days_in_order) {
    before_.set_account("998877");
    EXPECT_EQ(breaks(), "ACCOUNT_DIFFERS");
    before_.set_account("110022");
    before_.set_last_day("2026-11-01");
    EXPECT_EQ(breaks(), "DAYS_OVERLAP");
}

TEST_F(Reconcile, sees_a_position_that_was_altered) {
    v1::ItemInTransit& item = *before_.add_only_bank();
    item.set_id("e0");
    item.set_amount_micros(7);
    EXPECT_EQ(breaks(), "POSITION_DIFFERS");
}

}  // namespace
}  // namespace penstock::advise

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <set>

#include "shell/event_fake/event_fake.h"
#include "shell/projection/error.h"
#include "shell/projection/sqlite_projection.h"

namespace penstock::projection {
namespace {

class ProjectionTest : public testing::Test {
  protected:
    ProjectionTest() {
        std::string name = testing::TempDir() + "/penstock-projection-XXXXXX";
        folder_ = mkdtemp(name.data());
    }
    ~ProjectionTest() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<SqliteProjection> open(const char* name = "projection.db") {
        auto opened = SqliteProjection::open(folder_ / name);
        EXPECT_TRUE(opened) << opened.error().message();
        return opened ? *std::move(opened) : nullptr;
    }
    /// Feeds the commands from `first` to `last`, telling `every` few that it has caught up.
    static void feed(SqliteProjection& projection, const std::vector<v1::Event>& events,
                     std::uint64_t every, std::uint64_t last = UINT64_MAX) {
        std::uint64_t sequence = 0;
        for (const v1::Event& event : events) {
            if (event.sequence() > last) break;
            if (sequence != event.sequence() && sequence % every == 0)
                projection.caught_up({sequence});
            sequence = event.sequence();
            projection.on_event(event);
        }
        projection.caught_up({sequence});
        EXPECT_FALSE(projection.fault()) << projection.fault()->message();
    }

    std::filesystem::path folder_;
};

TEST_F(ProjectionTest, has_the_same_tables_after_a_rebuild_whatever_the_steps) {
    const auto events = event_fake::history(7, 60);
    auto live = open();
    feed(*live, events, 1);
    const auto expected = live->dump();
    ASSERT_TRUE(expected) << expected.error().message();
    EXPECT_GT(expected->size(), 10'000u);

    ASSERT_TRUE(live->reset());
    EXPECT_EQ(live->applied_sequence(), 0u);
    EXPECT_NE(*live->dump(), *expected);
    feed(*live, events, 17);
    EXPECT_EQ(*live->dump(), *expected);
}

TEST_F(ProjectionTest, resumes_after_what_was_committed_when_it_dies_between_steps) {
    const auto events = event_fake::history(8, 30);
    auto whole = open("whole.db");
    feed(*whole, events, 5);
    {
        auto dying = open();
        feed(*dying, events, 5, 40);
        for (const v1::Event& event : events)  // Given, but never caught up with.
            if (event.sequence() > 40 && event.sequence() < 60) dying->on_event(event);
    }
    auto resumed = open();
    EXPECT_EQ(resumed->applied_sequence(), 40u);
    feed(*resumed, events, 3);  // From the first again: what is known changes nothing.
    EXPECT_EQ(*resumed->dump(), *whole->dump());
    EXPECT_EQ(lag(*resumed, resumed->applied_sequence() + 4), 4u);
}

TEST_F(ProjectionTest, reads_back_every_field_that_an_event_gave) {
    const auto events = event_fake::history(9, 10);
    auto projection = open();
    feed(*projection, events, 4);
    std::map<std::string, v1::Contract> last;
    for (const v1::Event& event : events)
        if (event.has_contract_changed())
            last[event.contract_changed().id()] = event.contract_changed();
    ASSERT_FALSE(last.empty());
    for (const auto& [id, contract] : last) {
        const auto found = projection->contract(id);
        ASSERT_TRUE(found) << id;
        EXPECT_EQ(found->SerializeAsString(), contract.SerializeAsString());
    }
    const auto parties = projection->list_parties({});
    ASSERT_TRUE(parties);
    ASSERT_EQ(parties->parties_size(), 4);
    EXPECT_EQ(parties->parties(1).roles_size(), 2);
    EXPECT_EQ(parties->parties(3).decision_note(), "资质 checked");
    EXPECT_FALSE(projection->contract("ctr_9999"));
    EXPECT_FALSE(projection->contract("ord_1"));
    EXPECT_FALSE(projection->contract(""));
}

TEST_F(ProjectionTest, pages_through_lists_without_gap_or_repeat) {
    auto projection = open();
    feed(*projection, event_fake::history(10, 40), 4);
    std::vector<std::string> seen;
    v1::PageRequest page;
    page.set_size(7);
    do {
        const auto list = projection->list_contracts("party_4", page);
        ASSERT_TRUE(list) << list.error().message();
        for (const auto& contract : list->contracts()) seen.push_back(contract.id());
        page.set_cursor(list->page().next_cursor());
    } while (!page.cursor().empty());
    ASSERT_EQ(seen.size(), 80u);
    for (unsigned i = 0; i < 80; ++i) EXPECT_EQ(seen[i], "ctr_" + std::to_string(i + 1));
    EXPECT_EQ(projection->list_contracts("party_2", {})->contracts_size(), 40);
    EXPECT_EQ(projection->list_contracts("party_9", {})->contracts_size(), 0);
}

TEST_F(ProjectionTest, lists_acts_by_whom_they_concern_and_what_they_are) {
    auto projection = open();
    for (std::uint64_t i = 1; i <= 40; ++i) {
        v1::Event event;
        event.set_sequence(i);
        event.set_ordinal(3);
        v1::Act& act = *event.mutable_act();
        act.set_kind(i % 4 == 0 ? v1::ACT_SIGN_IN_FAILED : v1::ACT_SIGNED_IN);
        act.set_party("party_" + std::to_string(i % 2));
        act.set_user("user_" + std::to_string(i % 5));
        act.set_actor(i == 8 ? "user_1" : "anonymous");
        act.set_at_ns(static_cast<std::int64_t>(i) * 100);
        projection->on_event(event);
        projection->caught_up({i});
    }
    const auto count = [&](v1::ListAuditEventsRequest request) {
        std::vector<std::uint64_t> seen;
        request.mutable_page()->set_size(3);
        do {
            const auto list = projection->list_audit_events(request);
            EXPECT_TRUE(list) << list.error().message();
            for (const auto& event : list->events()) {
                seen.push_back(event.sequence());
                EXPECT_EQ(event.ordinal(), 3u);
                EXPECT_EQ(event.act().at_ns(), static_cast<std::int64_t>(event.sequence()) * 100);
            }
            request.mutable_page()->set_cursor(list->page().next_cursor());
        } while (!request.page().cursor().empty());
        EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend()));
        return std::set(seen.begin(), seen.end()).size();
    };
    v1::ListAuditEventsRequest request;
    EXPECT_EQ(count(request), 40u);
    request.set_party("party_1");
    EXPECT_EQ(count(request), 20u);
    request.set_kind(v1::ACT_SIGN_IN_FAILED);
    EXPECT_EQ(count(request), 0u);
    request.set_party("party_0");
    EXPECT_EQ(count(request), 10u);
    request.Clear();
    request.set_user("user_1");
    EXPECT_EQ(count(request), 9u) << "eight that concern the user, and one by it";
    request.Clear();
    request.set_from_ns(1'000);
    request.set_until_ns(2'000);
    EXPECT_EQ(count(request), 10u);
    request.mutable_page()->set_cursor("x");
    EXPECT_EQ(projection->list_audit_events(request).error().reason(), "BAD_CURSOR");
}

TEST_F(ProjectionTest, lists_the_newest_transfers_of_the_named_accounts_first) {
    auto projection = open();
    feed(*projection, event_fake::history(11, 40), 4);
    std::vector<std::uint64_t> seen;
    v1::PageRequest page;
    page.set_size(9);
    do {
        const auto list = projection->list_transfers({"acc_20", "acc_40"}, page);
        ASSERT_TRUE(list) << list.error().message();
        for (const auto& transfer : list->transfers()) {
            EXPECT_THAT(transfer.credit_account(), testing::AnyOf("acc_20", "acc_40"));
            seen.push_back(number_of(transfer.id()));
        }
        page.set_cursor(list->page().next_cursor());
    } while (!page.cursor().empty());
    EXPECT_GT(seen.size(), 20u);
    EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend()));
    EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), seen.size());
    EXPECT_EQ(seen.back(), 1u);
    EXPECT_EQ(projection->list_transfers({}, {})->transfers_size(), 0);
}

TEST_F(ProjectionTest, tells_what_each_transfer_left_on_an_account) {
    const auto events = event_fake::history(13, 20);
    auto projection = open();
    feed(*projection, events, 4);
    std::vector<v1::AccountMovement> expected;  // The oldest first.
    v1::AccountTotals totals;
    totals.set_account("acc_20");
    for (const v1::Event& event : events) {
        if (!event.has_transfer_posted()) continue;
        const v1::Transfer& transfer = event.transfer_posted();
        const std::int64_t amount = transfer.amount().micros();
        if (transfer.debit_account() == "acc_20")
            totals.set_debits_posted(totals.debits_posted() + amount);
        else if (transfer.credit_account() == "acc_20")
            totals.set_credits_posted(totals.credits_posted() + amount);
        else
            continue;
        totals.set_at_ns(transfer.at_ns());
        v1::AccountMovement& entry = expected.emplace_back();
        *entry.mutable_transfer() = transfer;
        *entry.mutable_after() = totals;
    }
    ASSERT_GT(expected.size(), 10u);
    v1::ListAccountTransfersRequest request;
    request.set_account("acc_20");
    request.mutable_page()->set_size(4);
    std::size_t left = expected.size();
    do {
        const auto list = projection->list_account_transfers(request);
        ASSERT_TRUE(list) << list.error().message();
        for (const v1::AccountMovement& entry : list->entries()) {
            ASSERT_GT(left, 0u);
            EXPECT_EQ(entry.ShortDebugString(), expected[--left].ShortDebugString());
        }
        request.mutable_page()->set_cursor(list->page().next_cursor());
    } while (!request.page().cursor().empty());
    EXPECT_EQ(left, 0u);

    // The interval holds its first instant and not its last.
    request.mutable_page()->set_size(0);
    request.set_from_ns(expected[3].after().at_ns());
    request.set_until_ns(expected[7].after().at_ns());
    const auto within = [&](const v1::AccountMovement& entry) {
        return entry.after().at_ns() >= request.from_ns() &&
               entry.after().at_ns() < request.until_ns();
    };
    const auto some = projection->list_account_transfers(request);
    ASSERT_TRUE(some) << some.error().message();
    EXPECT_EQ(some->entries_size(), std::ranges::count_if(expected, within));
    EXPECT_GT(some->entries_size(), 0);

    EXPECT_EQ(projection->transfer(expected[0].transfer().id())->ShortDebugString(),
              expected[0].transfer().ShortDebugString());
    EXPECT_EQ(projection->transfer("tr_999999").error().number(), kNotProjected.number);
    EXPECT_EQ(projection->transfer("acc_1").error().number(), kNotProjected.number);
}

TEST_F(ProjectionTest, proves_a_day_from_entries_and_transfers_alone) {
    struct Told {
        std::int64_t transfer, entry, closing, in_transit;
        bool is_proved;
    };
    int number = 0;
    for (const Told& told :
         {Told{50, 50, 50, 0, true}, Told{50, 40, 40, 10, true}, Told{50, 40, 50, 0, false},
          Told{50, 50, 50, 1, false}, Told{49, 50, 50, 0, false}}) {
        auto projection = open(("day" + std::to_string(++number) + ".db").c_str());
        v1::Event event;
        event.set_sequence(1);
        v1::Transfer& transfer = *event.mutable_transfer_posted();
        transfer.set_id("tr_1");
        transfer.set_debit_account("acc_1");
        transfer.set_credit_account("acc_2");
        transfer.mutable_amount()->set_micros(told.transfer);
        projection->on_event(event);
        v1::BankEntryChanged& entry = *event.mutable_bank_entry_changed();
        entry.set_id("bent_1");
        entry.set_statement("bst_1");
        entry.set_identity("one");
        entry.set_amount_micros(told.entry);
        event.set_ordinal(1);
        projection->on_event(event);
        v1::StatementImported& statement = *event.mutable_statement_imported();
        statement.set_id("bst_1");
        statement.set_last_day("2026-11-02");
        statement.set_account("acc_1");
        statement.set_last_transfer("tr_1");
        statement.set_closing_micros(told.closing);
        statement.set_ledger_micros(50);
        statement.set_in_transit_micros(told.in_transit);
        event.set_ordinal(2);
        projection->on_event(event);
        // What comes later belongs to another day.
        v1::Transfer& later = *event.mutable_transfer_posted();
        later.set_id("tr_2");
        later.set_debit_account("acc_1");
        later.set_credit_account("acc_2");
        later.mutable_amount()->set_micros(7);
        event.set_sequence(2);
        projection->on_event(event);
        projection->caught_up({2});
        const auto day = projection->reconciliation("2026-11-30");
        ASSERT_TRUE(day) << day.error().message();
        EXPECT_EQ(day->proved(), told.is_proved) << day->ShortDebugString();
        EXPECT_EQ(day->ledger_micros(), told.transfer);
        const auto before = projection->reconciliation("2026-11-01");
        EXPECT_EQ(before.error().number(), kNoStatement.number);
        EXPECT_EQ(before.error().detail(), "The first one ends 2026-11-02.");
    }
}

TEST_F(ProjectionTest, says_that_no_statement_has_come_to_prove_a_day_by) {
    const auto day = open()->reconciliation("2026-11-30");
    ASSERT_FALSE(day);
    EXPECT_EQ(day.error().number(), kNoStatement.number);
    EXPECT_EQ(day.error().detail(), "None was imported yet.");
}

TEST_F(ProjectionTest, keeps_what_a_bank_entry_was_when_it_is_explained) {
    auto projection = open();
    v1::Event event;
    event.set_sequence(1);
    v1::BankEntryChanged& entry = *event.mutable_bank_entry_changed();
    entry.set_id("bent_1");
    entry.set_identity("one");
    entry.set_state(v1::BANK_ENTRY_UNEXPLAINED);
    projection->on_event(event);
    event.set_sequence(2);
    entry.clear_identity();
    entry.set_state(v1::BANK_ENTRY_EXPLAINED);
    projection->on_event(event);
    projection->caught_up({2});
    const std::string tables = projection->dump().value();
    EXPECT_NE(tables.find("|one|"), std::string::npos);
    EXPECT_NE(tables.find("|BANK_ENTRY_EXPLAINED|"), std::string::npos);
}

TEST_F(ProjectionTest, refuses_a_cursor_it_did_not_give_and_a_page_too_large) {
    auto projection = open();
    v1::PageRequest page;
    for (const char* cursor : {"7", "n", "n-1", "n1x", "n99999999999999999999", "nn1"}) {
        page.set_cursor(cursor);
        const auto list = projection->list_parties(page);
        ASSERT_FALSE(list) << cursor;
        EXPECT_EQ(list.error().number(), kBadCursor.number);
    }
    page.Clear();
    page.set_size(501);
    EXPECT_EQ(projection->list_parties(page).error().number(), kBadPageSize.number);
}

TEST_F(ProjectionTest, makes_a_bill_whose_lines_sum_to_what_is_accrued) {
    const auto events = event_fake::history(12, 40);
    auto projection = open();
    feed(*projection, events, 4);
    unsigned settled = 0;
    unsigned in_force = 0;
    for (unsigned order = 1; order <= 40; ++order) {
        const auto bill = projection->bill("ord_" + std::to_string(order));
        ASSERT_TRUE(bill) << bill.error().message();
        std::int64_t lines = 0;
        for (const auto& line : bill->lines()) lines += line.amount().micros();
        const std::int64_t parts = bill->paid_to_suppliers().micros() +
                                   bill->operator_fee().micros() +
                                   bill->settlement_rounding().micros();
        EXPECT_EQ(bill->accrued().micros(), lines);
        EXPECT_EQ(bill->payable().micros(), lines + bill->rounding().micros());
        EXPECT_EQ(bill->payable().micros() % 10'000, 0);
        EXPECT_EQ(bill->contracts_size(), 2);
        const auto is_settled = [](const v1::Contract& contract) {
            return contract.state() == v1::CONTRACT_SETTLED;
        };
        if (std::ranges::none_of(bill->contracts(), is_settled)) {
            ++in_force;
            EXPECT_FALSE(bill->has_settlement_rounding());
            EXPECT_EQ(parts, 0);
        }
        if (bill->settled()) {
            ++settled;
            EXPECT_EQ(parts, bill->payable().micros());
        }
    }
    EXPECT_GT(settled, 10u);
    EXPECT_LT(settled, 40u);
    EXPECT_GT(in_force, 0u);
    EXPECT_EQ(projection->bill("ord_41").error().number(), kNotProjected.number);
    EXPECT_THAT(*projection->order_parties("ord_1"),
                testing::ElementsAre("party_4", "party_2", "party_3"));
    EXPECT_FALSE(projection->order_parties("ord_41"));
}

TEST_F(ProjectionTest, bills_contracts_by_plan_by_their_charges_each_period_to_the_fen) {
    auto projection = open();
    std::uint64_t sequence = 0;
    const auto tell = [&](auto fill) {
        v1::Event event;
        event.set_sequence(++sequence);
        fill(event);
        projection->on_event(event);
        projection->caught_up({sequence});
    };
    v1::Contract contract;
    contract.set_id("ctr_1");
    contract.set_order("ord_1");
    contract.set_state(v1::CONTRACT_ACTIVE);
    v1::PlanQuantity& ports = *contract.mutable_by_plan()->add_quantities();
    ports.set_component("ports");
    ports.set_quantity(2);
    contract.mutable_by_plan()->set_accept_until_ns(7);
    tell([](v1::Event& event) {
        event.mutable_order_placed()->set_order("ord_1");
        event.mutable_order_placed()->add_contracts("ctr_1");
        event.mutable_order_placed()->mutable_held()->set_currency("CNY");
    });
    tell([&](v1::Event& event) { *event.mutable_contract_changed() = contract; });
    const auto charge = [&](std::int64_t period, std::int64_t micros) {
        tell([&](v1::Event& event) {
            v1::PlanCharged& charged = *event.mutable_plan_charged();
            charged.set_contract("ctr_1");
            charged.mutable_period()->set_start_ns(period);
            charged.add_charges()->set_component("ports");
            charged.mutable_amount()->set_micros(micros);
        });
    };
    charge(100, 3'000);
    charge(100, 3'000);
    charge(200, 4'999);
    charge(300, 15'000);
    const auto bill = projection->bill("ord_1").value();
    EXPECT_EQ(bill.contracts(0).SerializeAsString(), contract.SerializeAsString());
    ASSERT_EQ(bill.by_plan().charged_size(), 4);
    EXPECT_EQ(bill.by_plan().charged(3).charges(0).component(), "ports");
    EXPECT_EQ(bill.accrued().micros(), 25'999);
    EXPECT_EQ(bill.payable().micros(), 30'000) << "what one period leaves counts in the next";
    EXPECT_EQ(bill.rounding().micros(), 30'000 - 25'999);
    EXPECT_FALSE(bill.settled());
}

TEST_F(ProjectionTest, replaces_a_file_that_is_damaged_or_of_another_format) {
    std::ofstream(folder_ / "projection.db") << std::string(9000, 'x');
    EXPECT_EQ(open()->applied_sequence(), 0u);
    feed(*open(), event_fake::history(1, 1), 1);
    EXPECT_GT(open()->applied_sequence(), 0u);
    {
        auto database = sqlite::Database::open(folder_ / "projection.db", sqlite::Durability::full);
        ASSERT_TRUE(database->run("PRAGMA user_version=77"));
    }
    EXPECT_EQ(open()->applied_sequence(), 0u);
}

TEST_F(ProjectionTest, stands_still_and_says_why_while_it_cannot_write) {
    const auto events = event_fake::history(2, 4);
    auto projection = open();
    feed(*projection, events, 2, 10);
    const auto rename = [&](const std::string& from, const std::string& to) {
        auto other = sqlite::Database::open(folder_ / "projection.db", sqlite::Durability::full);
        ASSERT_TRUE(other->run("ALTER TABLE " + from + " RENAME TO " + to));
    };
    rename("contracts", "gone");
    for (const v1::Event& event : events) projection->on_event(event);
    EXPECT_FALSE(projection->caught_up({events.back().sequence()}));
    ASSERT_TRUE(projection->fault());
    EXPECT_EQ(projection->applied_sequence(), 10u);
    EXPECT_TRUE(projection->list_parties({}));

    rename("gone", "contracts");
    EXPECT_TRUE(projection->fault()) << "forgotten before anything was written";
    for (const v1::Event& event : events) projection->on_event(event);
    EXPECT_TRUE(projection->caught_up({events.back().sequence()}));
    EXPECT_FALSE(projection->fault());
    const auto whole = open("whole.db");
    feed(*whole, events, 2);
    EXPECT_EQ(projection->dump().value(), whole->dump().value());
}

}  // namespace
}  // namespace penstock::projection

// Bank statements: what they settle, and how people explain the rest.
#include <gtest/gtest.h>

#include "core/exchange/bank_world.h"

namespace penstock::exchange {
namespace {

TEST_F(Bank, books_a_statement_and_proves_that_books_and_bank_agree) {
    const std::string top_up = announce(50'000'000);
    const std::string id = withdraw(30'000'000);
    approve(anna_, id);
    auto day = statement("2026-11-01");
    add(day, kPaidIn, "bank-1");                         // Confirmed by hand before.
    add(day, 50'000'000, "in-2", top_up);                // Credited now.
    add(day, -30'000'000, "out-1", "PSK-WITHDRAWAL-1");  // Paid now.
    add(day, 5'000'000, "in-3", "PSK-TOPUP-99");
    add(day, -1'000'000, "", "");  // The bank's charges, without a number.
    const auto imported = import(bo_, day);
    EXPECT_EQ(imported.settled(), 3u);
    EXPECT_EQ(imported.unexplained(), 2u);
    EXPECT_EQ(world_.available(world_.buyer_key), 120'000'000);
    EXPECT_EQ(balance(v1::ACCOUNT_SUSPENSE), 4'000'000);
    EXPECT_EQ(last_statement().ledger_micros(), day.closing_micros());
    EXPECT_EQ(last_statement().in_transit_micros(), 0);

    const auto queue = unmatched();
    ASSERT_EQ(queue.entries_size(), 2);
    EXPECT_EQ(queue.entries(0).reason(), v1::BANK_MATCH_REFERENCE_UNKNOWN);
    EXPECT_EQ(queue.entries(1).reason(), v1::BANK_MATCH_REFERENCE_MISSING);
    // What stands on the statement is credited by nobody once more.
    v1::ConfirmTopUpRequest again;
    again.set_top_up("topup_" + announce(5'000'000).substr(10));
    again.set_bank_reference("in-3");
    again.mutable_amount()->set_micros(5'000'000);
    again.mutable_amount()->set_currency("CNY");
    EXPECT_EQ(world_.refused(world_.operator_key, "LedgerService/ConfirmTopUp", again),
              "BANK_REFERENCE_USED");
    EXPECT_EQ(world_.refused(bo_, "CustodyService/ImportStatement", day), "STATEMENT_REPEATED");
}

TEST_F(Bank, knows_what_the_bank_has_not_shown_yet) {
    import(bo_, statement("2026-11-01"));
    EXPECT_EQ(last_statement().ledger_micros(), kPaidIn);
    EXPECT_EQ(last_statement().in_transit_micros(), kPaidIn);
    EXPECT_EQ(last_statement().in_transit_size(), 1);
    auto day = statement("2026-11-02");
    add(day, kPaidIn, "bank-1");
    import(bo_, day);
    EXPECT_EQ(last_statement().in_transit_size(), 0);
    EXPECT_EQ(last_statement().ledger_micros(), kPaidIn);
}

TEST_F(Bank, leaves_to_people_whatever_is_doubtful) {
    const std::string first = announce(50'000'000);
    const std::string second = announce(60'000'000);
    approve(anna_, withdraw(30'000'000));
    const std::string waiting = withdraw(1'000'000);
    auto day = statement("2026-11-01");
    add(day, 50'000'000, "in-1", first);
    add(day, 50'000'000, "in-2", first);
    add(day, 59'000'000, "in-3", second);
    add(day, 60'000'000, "in-3", second);
    add(day, 7, "bank-1");
    add(day, -30'000'000, "out-1", "PSK-WITHDRAWAL-1");  // Anna brings it, who approved it.
    add(day, -1'000'000, "out-2", "PSK-WITHDRAWAL-2");   // Not approved.
    const auto imported = import(anna_, day);
    EXPECT_EQ(imported.settled(), 1u);
    const auto queue = unmatched();
    ASSERT_EQ(queue.entries_size(), 6);
    EXPECT_EQ(queue.entries(0).reason(), v1::BANK_MATCH_REFERENCE_USED);
    EXPECT_EQ(queue.entries(1).reason(), v1::BANK_MATCH_AMOUNT_DIFFERS);
    EXPECT_EQ(queue.entries(2).reason(), v1::BANK_MATCH_REFERENCE_USED);
    EXPECT_EQ(queue.entries(3).reason(), v1::BANK_MATCH_AMOUNT_DIFFERS);
    EXPECT_EQ(queue.entries(4).reason(), v1::BANK_MATCH_SECOND_OFFICER_NEEDED);
    EXPECT_EQ(queue.entries(5).reason(), v1::BANK_MATCH_REFERENCE_UNKNOWN);
    EXPECT_EQ(last_statement().in_transit_micros(), kPaidIn) << "the seven micros are not it";
}

TEST_F(Bank, explains_entries_in_every_way_there_is) {
    approve(anna_, withdraw(30'000'000));
    auto day = statement("2026-11-01");
    add(day, 5'000'000, "in-1");
    add(day, -1'000'000, "fee-1");
    add(day, -30'000'000 + 40'000'000, "odd-1");
    add(day, -10'000'000, "odd-2");
    add(day, 99'000'000 + 1'000'000, "bank-one");  // Typed "bank-1" when it was confirmed.
    add(day, -30'000'000, "out-1");
    import(bo_, day);
    const auto queue = unmatched();
    ASSERT_EQ(queue.entries_size(), 6);

    auto credit = explain(queue.entries(0).entry(), v1::ENTRY_CREDITS_PARTY);
    credit.set_party(world_.buyer);
    EXPECT_EQ(resolve(credit).remaining_micros(), 0);
    EXPECT_EQ(world_.available(world_.buyer_key), 75'000'000);
    EXPECT_EQ(world_.refused(anna_, "CustodyService/ResolveEntry", credit), "BANK_ENTRY_NOT_FOUND");

    resolve(explain(queue.entries(1).entry(), v1::ENTRY_IS_OPERATORS));
    EXPECT_EQ(balance(v1::ACCOUNT_FEE), -1'000'000);

    auto offset = explain(queue.entries(2).entry(), v1::ENTRY_OFFSETS);
    offset.set_other_entry(queue.entries(3).entry());
    resolve(offset);

    auto transit = explain(queue.entries(4).entry(), v1::ENTRY_IN_TRANSIT);
    transit.set_bank_reference("bank-1");
    resolve(transit);

    auto payment = explain(queue.entries(5).entry(), v1::ENTRY_PAYS_WITHDRAWAL);
    payment.set_withdrawal("wd_1");
    resolve(payment);
    EXPECT_EQ(world_.available(world_.buyer_key), 75'000'000);
    EXPECT_EQ(world_.recorder.last(v1::Event::kWithdrawalChanged).withdrawal_changed().state(),
              v1::WITHDRAWAL_PAID);

    EXPECT_EQ(unmatched().entries_size(), 0);
    EXPECT_EQ(balance(v1::ACCOUNT_SUSPENSE), 0);
    EXPECT_EQ(-balance(v1::ACCOUNT_BANK), closing_);
}

TEST_F(Bank, refuses_explanations_that_do_not_fit) {
    auto day = statement("2026-11-01");
    add(day, 5'000'000, "in-1");
    add(day, -1'000'000, "out-1");
    import(bo_, day);
    const std::string in = unmatched().entries(0).entry();
    const std::string out = unmatched().entries(1).entry();
    const auto refused = [&](const v1::ResolveEntryRequest& request) {
        return world_.refused(anna_, "CustodyService/ResolveEntry", request);
    };
    EXPECT_EQ(refused(explain(in, v1::ENTRY_RESOLUTION_UNSPECIFIED)), "RESOLUTION_INVALID");
    auto credit = explain(out, v1::ENTRY_CREDITS_PARTY);
    credit.set_party(world_.buyer);
    EXPECT_EQ(refused(credit), "RESOLUTION_INVALID");
    credit.set_entry(in);
    credit.set_party("party_99");
    EXPECT_EQ(refused(credit), "ACCOUNT_NOT_FOUND");
    auto offset = explain(in, v1::ENTRY_OFFSETS);
    offset.set_other_entry(out);
    EXPECT_EQ(refused(offset), "ENTRY_AMOUNT_DIFFERS");
    offset.set_other_entry(in);
    EXPECT_EQ(refused(offset), "BANK_ENTRY_NOT_FOUND");
    auto transit = explain(in, v1::ENTRY_IN_TRANSIT);
    transit.set_bank_reference("bank-2");
    EXPECT_EQ(refused(transit), "NOT_IN_TRANSIT");
    transit.set_bank_reference("bank-1");
    EXPECT_EQ(refused(transit), "ENTRY_AMOUNT_DIFFERS");
    approve(bo_, withdraw(2'000'000));
    auto payment = explain(out, v1::ENTRY_PAYS_WITHDRAWAL);
    payment.set_withdrawal("wd_1");
    EXPECT_EQ(refused(payment), "ENTRY_AMOUNT_DIFFERS");
    EXPECT_EQ(world_.refused(world_.operator_key, "CustodyService/ResolveEntry",
                             explain(out, v1::ENTRY_IS_OPERATORS)),
              "OFFICER_NEEDED");
}

TEST_F(Bank, puts_what_stood_on_the_account_before_on_suspense) {
    closing_ = 130'000'000;
    import(bo_, statement("2026-11-01"));
    const auto queue = unmatched();
    ASSERT_EQ(queue.entries_size(), 1);
    EXPECT_EQ(queue.entries(0).reason(), v1::BANK_MATCH_OPENING);
    auto transit = explain(queue.entries(0).entry(), v1::ENTRY_IN_TRANSIT);
    transit.set_bank_reference("bank-1");
    EXPECT_EQ(resolve(transit).remaining_micros(), 30'000'000);
    resolve(explain(queue.entries(0).entry(), v1::ENTRY_IS_OPERATORS));
    EXPECT_EQ(balance(v1::ACCOUNT_FEE), 30'000'000);
    EXPECT_EQ(-balance(v1::ACCOUNT_BANK), 130'000'000);
}

TEST_F(Bank, leaves_unbooked_what_the_books_have_no_room_for) {
    auto day = statement("2026-11-01");
    add(day, kPaidIn, "bank-1");
    import(bo_, day);
    const std::string promised = withdraw(kPaidIn);
    auto next = statement("2026-11-02");
    add(next, -1'000'000, "fee-1");  // The books have promised all that there is.
    EXPECT_EQ(import(bo_, next).unexplained(), 1u);
    EXPECT_EQ(last_statement().closing_micros(), 99'000'000);
    EXPECT_EQ(last_statement().ledger_micros(), kPaidIn);
    EXPECT_EQ(last_statement().in_transit_micros(), 1'000'000);
    ASSERT_EQ(last_statement().in_transit_size(), 1);
    EXPECT_EQ(last_statement().in_transit_count(), 1u);
    const auto charge = unmatched().entries(0);
    EXPECT_TRUE(charge.not_booked());
    EXPECT_EQ(last_statement().in_transit(0).id(), charge.entry());
    EXPECT_EQ(balance(v1::ACCOUNT_SUSPENSE), 0);

    v1::ResolveEntryResponse response;
    const auto operators = explain(charge.entry(), v1::ENTRY_IS_OPERATORS);
    world_.must(anna_, "CustodyService/ResolveEntry", operators, response);
    EXPECT_EQ(world_.refused(bo_, "CustodyService/ResolveEntry", operators), "EXCEEDS_DEBITS");
    v1::Withdrawal cancelled;
    world_.must(world_.buyer_key, "CustodyService/CancelWithdrawal",
                on<v1::CancelWithdrawalRequest>(promised), cancelled);
    world_.must(bo_, "CustodyService/ResolveEntry", operators, response);
    EXPECT_EQ(balance(v1::ACCOUNT_FEE), -1'000'000);
    EXPECT_EQ(balance(v1::ACCOUNT_SUSPENSE), 0);
    EXPECT_EQ(-balance(v1::ACCOUNT_BANK), closing_);
}

TEST_F(Bank, books_what_had_no_room_when_it_is_explained) {
    auto day = statement("2026-11-01");
    add(day, kPaidIn, "bank-1");
    import(bo_, day);
    approve(anna_, withdraw(40'000'000));
    approve(anna_, withdraw(60'000'000));
    v1::Withdrawal done;
    world_.must(bo_, "CustodyService/ConfirmWithdrawal", paid("wd_2", "typed wrongly"), done);
    auto next = statement("2026-11-02");
    add(next, -40'000'000, "out-1", "PSK-WITHDRAWAL-1");  // Anna brings it, who approved it.
    add(next, -60'000'000, "out-2");
    add(next, 5'000'000, "back-1");
    add(next, -5'000'000, "out-3");
    import(anna_, next);
    const auto queue = unmatched();
    ASSERT_EQ(queue.entries_size(), 4);
    EXPECT_TRUE(queue.entries(0).not_booked());
    EXPECT_EQ(queue.entries(0).reason(), v1::BANK_MATCH_SECOND_OFFICER_NEEDED);
    EXPECT_TRUE(queue.entries(1).not_booked());
    EXPECT_FALSE(queue.entries(2).not_booked());
    EXPECT_FALSE(queue.entries(3).not_booked()) << "what came in made room";
    EXPECT_EQ(last_statement().closing_micros(), 0);
    EXPECT_EQ(last_statement().ledger_micros(), 40'000'000);

    auto payment = explain(queue.entries(0).entry(), v1::ENTRY_PAYS_WITHDRAWAL);
    payment.set_withdrawal("wd_1");
    resolve(payment);
    auto transit = explain(queue.entries(1).entry(), v1::ENTRY_IN_TRANSIT);
    transit.set_bank_reference("typed wrongly");
    resolve(transit);
    auto offset = explain(queue.entries(3).entry(), v1::ENTRY_OFFSETS);
    offset.set_other_entry(queue.entries(2).entry());
    resolve(offset);
    EXPECT_EQ(unmatched().entries_size(), 0);
    EXPECT_EQ(balance(v1::ACCOUNT_SUSPENSE), 0);
    EXPECT_EQ(balance(v1::ACCOUNT_BANK), 0);
    EXPECT_EQ(world_.available(world_.buyer_key), 0);
}

TEST_F(Bank, refuses_statements_of_other_currencies_and_of_days_far_off) {
    const auto refused = [&](const v1::ImportStatementRequest& request) {
        return world_.refused(bo_, "CustodyService/ImportStatement", request);
    };
    auto dollars = statement("2026-11-01");
    dollars.set_currency("USD");
    EXPECT_EQ(refused(dollars), "CURRENCY_UNSUPPORTED");
    // The world is at 15 January 2027.
    for (const char* day : {"2026-11-31", "2028-01-17", "9999-12-31"})
        EXPECT_EQ(refused(statement(day)), "STATEMENT_INVALID") << day;
    import(bo_, statement("2028-01-16"));
}

}  // namespace
}  // namespace penstock::exchange

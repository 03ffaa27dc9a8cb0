// Withdrawals, bank statements, and what two officers must agree on.
#include <gtest/gtest.h>

#include "core/exchange/officers_world.h"
#include "penstock/v1/custody.pb.h"

namespace penstock::exchange {
namespace {

/// A world with two officers of the operator, Anna and Bo, and a bank account.
class Bank : public testing::Test {
  protected:
    Bank() {
        v1::SetCustodyResponse response;
        world_.must(world_.operator_key, "CustodyService/SetCustody", custody(1), response);
    }

    static v1::SetCustodyRequest custody(std::uint32_t officers) {
        v1::SetCustodyRequest request;
        request.mutable_custody()->set_bank_account("1100-22");
        request.mutable_custody()->set_officers(officers);
        return request;
    }
    static v1::RequestWithdrawalRequest withdrawal_of(std::int64_t micros) {
        v1::RequestWithdrawalRequest request;
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        request.set_payee("main account");
        return request;
    }
    std::string withdraw(std::int64_t micros) {
        v1::RequestWithdrawalResponse response;
        world_.must(world_.buyer_key, "CustodyService/RequestWithdrawal", withdrawal_of(micros),
                    response);
        return response.withdrawal();
    }
    template <class Request>
    static Request on(const std::string& withdrawal) {
        Request request;
        request.set_withdrawal(withdrawal);
        return request;
    }
    static v1::ConfirmWithdrawalRequest paid(const std::string& withdrawal,
                                             const std::string& reference) {
        auto request = on<v1::ConfirmWithdrawalRequest>(withdrawal);
        request.set_bank_reference(reference);
        return request;
    }
    static v1::RejectWithdrawalRequest refusal_of(const std::string& withdrawal) {
        auto request = on<v1::RejectWithdrawalRequest>(withdrawal);
        request.set_note("The bank does not know the account.");
        return request;
    }
    v1::Withdrawal approve(const Actor& officer, const std::string& withdrawal) {
        v1::Withdrawal response;
        world_.must(officer, "CustodyService/ApproveWithdrawal",
                    on<v1::ApproveWithdrawalRequest>(withdrawal), response);
        return response;
    }
    std::string announce(std::int64_t micros) {
        v1::RequestTopUpRequest request;
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        v1::RequestTopUpResponse response;
        world_.must(world_.buyer_key, "LedgerService/RequestTopUp", request, response);
        return response.reference();
    }
    /// A statement of one day that begins where the last one ended.
    v1::ImportStatementRequest statement(const std::string& day) const {
        v1::ImportStatementRequest request;
        request.set_account("1100-22");
        request.set_currency("CNY");
        request.set_first_day(day);
        request.set_last_day(day);
        request.set_opening_micros(closing_);
        request.set_closing_micros(closing_);
        return request;
    }
    static void add(v1::ImportStatementRequest& request, std::int64_t micros,
                    const std::string& bank_reference, const std::string& reference = "") {
        v1::StatementEntry& entry = *request.add_entries();
        entry.set_identity(request.first_day() + " " + std::to_string(request.entries_size()));
        entry.set_booking_day(request.first_day());
        entry.set_amount_micros(micros);
        entry.set_bank_reference(bank_reference);
        entry.set_reference(reference);
        request.set_closing_micros(request.closing_micros() + micros);
    }
    v1::ImportStatementResponse import(const Actor& officer,
                                       const v1::ImportStatementRequest& request) {
        v1::ImportStatementResponse response;
        world_.must(officer, "CustodyService/ImportStatement", request, response);
        if (!response.awaits_second_officer()) closing_ = request.closing_micros();
        return response;
    }
    v1::ListUnmatchedResponse unmatched() {
        return world_.ask<v1::ListUnmatchedResponse>(
            world_.operator_key, "CustodyService/ListUnmatched", v1::ListUnmatchedRequest{});
    }
    /// Both officers say it.
    v1::ResolveEntryResponse resolve(const v1::ResolveEntryRequest& request) {
        v1::ResolveEntryResponse response;
        world_.must(anna_, "CustodyService/ResolveEntry", request, response);
        EXPECT_TRUE(response.awaits_second_officer());
        EXPECT_EQ(world_.refused(anna_, "CustodyService/ResolveEntry", request),
                  "SECOND_OFFICER_NEEDED");
        world_.must(bo_, "CustodyService/ResolveEntry", request, response);
        EXPECT_FALSE(response.awaits_second_officer());
        return response;
    }
    v1::ResolveEntryRequest explain(const std::string& entry, v1::EntryResolution resolution) {
        v1::ResolveEntryRequest request;
        request.set_entry(entry);
        request.set_resolution(resolution);
        return request;
    }
    std::int64_t balance(v1::AccountKind kind) {
        std::int64_t sum = 0;
        const v1::GetTrialBalanceResponse books = world_.books();
        for (const v1::Account& account : books.accounts())
            if (account.kind() == kind) sum += account.credits_posted() - account.debits_posted();
        return sum;
    }
    const v1::StatementImported& last_statement() {
        return world_.recorder.last(v1::Event::kStatementImported).statement_imported();
    }

    OfficersWorld world_;
    const Actor anna_ = world_.anna;
    const Actor bo_ = world_.bo;
    std::int64_t closing_ = 0;
};

// The world's buyer has 100 yuan, confirmed under "bank-1" before any statement came.
constexpr std::int64_t kPaidIn = 100'000'000;

TEST_F(Bank, pays_a_withdrawal_that_two_officers_have_seen) {
    const std::string id = withdraw(30'000'000);
    EXPECT_EQ(world_.available(world_.buyer_key), 70'000'000);
    EXPECT_EQ(world_.refused(anna_, "CustodyService/ConfirmWithdrawal", paid(id, "out-1")),
              "WITHDRAWAL_STATE");
    EXPECT_EQ(approve(anna_, id).state(), v1::WITHDRAWAL_APPROVED);
    EXPECT_EQ(world_.refused(anna_, "CustodyService/ConfirmWithdrawal", paid(id, "out-1")),
              "SECOND_OFFICER_NEEDED");
    EXPECT_EQ(
        world_.refused(world_.operator_key, "CustodyService/ConfirmWithdrawal", paid(id, "out-1")),
        "OFFICER_NEEDED");
    EXPECT_EQ(world_.refused(bo_, "CustodyService/ConfirmWithdrawal", paid(id, "bank-1")),
              "BANK_REFERENCE_USED");
    v1::Withdrawal done;
    world_.must(bo_, "CustodyService/ConfirmWithdrawal", paid(id, "out-1"), done);
    EXPECT_EQ(done.state(), v1::WITHDRAWAL_PAID);
    EXPECT_NE(done.approved_by(), done.decided_by());
    EXPECT_EQ(world_.available(world_.buyer_key), 70'000'000);
    EXPECT_EQ(balance(v1::ACCOUNT_BANK), -70'000'000);
    EXPECT_EQ(world_.refused(bo_, "CustodyService/ConfirmWithdrawal", paid(id, "out-2")),
              "WITHDRAWAL_NOT_FOUND");
}

TEST_F(Bank, gives_the_money_back_when_a_withdrawal_comes_to_nothing) {
    v1::Withdrawal done;
    world_.must(world_.buyer_key, "CustodyService/CancelWithdrawal",
                on<v1::CancelWithdrawalRequest>(withdraw(10'000'000)), done);
    EXPECT_EQ(done.state(), v1::WITHDRAWAL_CANCELLED);
    EXPECT_EQ(world_.available(world_.buyer_key), kPaidIn);

    world_.must(anna_, "CustodyService/RejectWithdrawal", refusal_of(withdraw(10'000'000)), done);
    EXPECT_EQ(done.state(), v1::WITHDRAWAL_REJECTED);
    EXPECT_EQ(world_.available(world_.buyer_key), kPaidIn);

    const std::string id = withdraw(10'000'000);
    approve(anna_, id);
    EXPECT_EQ(world_.refused(world_.buyer_key, "CustodyService/CancelWithdrawal",
                             on<v1::CancelWithdrawalRequest>(id)),
              "WITHDRAWAL_STATE");
    EXPECT_EQ(world_.refused(anna_, "CustodyService/RejectWithdrawal", refusal_of(id)),
              "SECOND_OFFICER_NEEDED");
    world_.must(bo_, "CustodyService/RejectWithdrawal", refusal_of(id), done);
    EXPECT_EQ(world_.available(world_.buyer_key), kPaidIn);
}

TEST_F(Bank, lets_a_withdrawal_expire_that_nobody_decides_and_none_that_is_approved) {
    withdraw(10'000'000);
    approve(anna_, withdraw(20'000'000));
    world_.pass(custody::kDecisionWindow - seconds(1));
    EXPECT_EQ(world_.available(world_.buyer_key), 70'000'000);
    world_.pass(seconds(1));
    EXPECT_EQ(world_.available(world_.buyer_key), 80'000'000);
    EXPECT_EQ(world_.recorder.last(v1::Event::kWithdrawalChanged).withdrawal_changed().state(),
              v1::WITHDRAWAL_EXPIRED);
    world_.pass(seconds(90 * 86'400));
    EXPECT_EQ(world_.available(world_.buyer_key), 80'000'000);
}

TEST_F(Bank, expires_at_most_a_thousand_withdrawals_in_one_tick) {
    // A party has ten at most: each one goes, and its timer stays.
    for (int i = 0; i < 1'050; ++i) {
        const Reply reply = world_.send(world_.buyer_key, "CustodyService/CancelWithdrawal",
                                        on<v1::CancelWithdrawalRequest>(withdraw(1)));
        ASSERT_EQ(reply.outcome, Reply::Outcome::done);
    }
    withdraw(7'000'000);
    world_.now = world_.now + custody::kDecisionWindow;
    v1::TickResponse fired;
    Command tick;
    tick.sequence = world_.exchange.last_sequence() + 1;
    tick.time = world_.now;
    tick.actor = {Actor::Kind::system, 0};
    tick.method = "InternalService/Tick";
    ASSERT_TRUE(fired.ParseFromString(world_.exchange.apply(tick, world_.recorder).bytes));
    EXPECT_EQ(fired.timers_fired(), 1'000u);
    EXPECT_TRUE(world_.exchange.has_due_timers(world_.now));
    world_.pass(seconds(1));
    EXPECT_EQ(world_.available(world_.buyer_key), kPaidIn);
}

TEST_F(Bank, holds_no_more_than_a_party_has) {
    EXPECT_EQ(world_.refused(world_.buyer_key, "CustodyService/RequestWithdrawal",
                             withdrawal_of(kPaidIn + 1)),
              "INSUFFICIENT_FUNDS");
    EXPECT_EQ(
        world_.refused(world_.supplier_key, "CustodyService/RequestWithdrawal", withdrawal_of(1)),
        "INSUFFICIENT_FUNDS");
    auto nameless = withdrawal_of(1);
    nameless.clear_payee();
    EXPECT_EQ(world_.refused(world_.buyer_key, "CustodyService/RequestWithdrawal", nameless),
              "CUSTODY_NOTE_INVALID");
    EXPECT_EQ(world_.refused(world_.supplier_key, "CustodyService/CancelWithdrawal",
                             on<v1::CancelWithdrawalRequest>(withdraw(1))),
              "NOT_YOURS");
}

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

TEST_F(Bank, books_nothing_of_a_statement_that_cannot_be_booked_whole) {
    auto day = statement("2026-11-01");
    add(day, kPaidIn, "bank-1");
    import(bo_, day);
    withdraw(kPaidIn);
    auto next = statement("2026-11-02");
    add(next, -1'000'000, "fee-1");  // The books have promised all that there is.
    EXPECT_EQ(world_.refused(bo_, "CustodyService/ImportStatement", next), "EXCEEDS_DEBITS");
    next.set_currency("USD");
    EXPECT_EQ(world_.refused(bo_, "CustodyService/ImportStatement", next), "CURRENCY_UNSUPPORTED");
}

TEST_F(Bank, credits_money_by_two_officers_where_that_is_set) {
    v1::SetCustodyResponse set;
    world_.must(anna_, "CustodyService/SetCustody", custody(2), set);
    EXPECT_FALSE(set.awaits_second_officer());

    v1::ConfirmTopUpRequest confirm;
    confirm.set_top_up("topup_" + announce(50'000'000).substr(10));
    confirm.set_bank_reference("in-1");
    confirm.mutable_amount()->set_micros(50'000'000);
    confirm.mutable_amount()->set_currency("CNY");
    EXPECT_EQ(world_.refused(world_.operator_key, "LedgerService/ConfirmTopUp", confirm),
              "OFFICER_NEEDED");
    v1::ConfirmTopUpResponse confirmed;
    world_.must(anna_, "LedgerService/ConfirmTopUp", confirm, confirmed);
    EXPECT_TRUE(confirmed.awaits_second_officer());
    EXPECT_EQ(world_.available(world_.buyer_key), kPaidIn);
    EXPECT_EQ(world_.refused(anna_, "LedgerService/ConfirmTopUp", confirm),
              "SECOND_OFFICER_NEEDED");
    world_.must(bo_, "LedgerService/ConfirmTopUp", confirm, confirmed);
    EXPECT_FALSE(confirmed.awaits_second_officer());
    EXPECT_EQ(world_.available(world_.buyer_key), 150'000'000);

    const auto day = statement("2026-11-01");
    EXPECT_TRUE(import(anna_, day).awaits_second_officer());
    EXPECT_EQ(import(bo_, day).statement(), "bst_1");

    world_.must(anna_, "CustodyService/SetCustody", custody(1), set);
    EXPECT_TRUE(set.awaits_second_officer());
    world_.must(bo_, "CustodyService/SetCustody", custody(1), set);
    EXPECT_FALSE(set.awaits_second_officer());
    const auto now = world_.ask<v1::Custody>(world_.operator_key, "CustodyService/GetCustody",
                                             v1::GetCustodyRequest{});
    EXPECT_EQ(now.officers(), 1u);
    EXPECT_EQ(now.bank_account(), "1100-22");
}

TEST_F(Bank, names_the_payments_that_it_waits_for) {
    const std::string top_up = announce(50'000'000);
    withdraw(10'000'000);
    approve(anna_, withdraw(20'000'000));
    v1::ListAnnouncedPaymentsRequest request;
    request.mutable_page()->set_size(1);
    std::vector<std::string> seen;
    do {
        const auto list = world_.ask<v1::ListAnnouncedPaymentsResponse>(
            world_.operator_key, "CustodyService/ListAnnouncedPayments", request);
        for (const auto& payment : list.payments())
            seen.push_back(payment.reference() + " " + std::to_string(payment.amount_micros()));
        request.mutable_page()->set_cursor(list.page().next_cursor());
    } while (!request.page().cursor().empty());
    EXPECT_EQ(seen, (std::vector<std::string>{top_up + " 50000000", "PSK-WITHDRAWAL-2 -20000000"}));
}

TEST_F(Bank, comes_back_from_a_snapshot_and_a_replay_as_it_was) {
    approve(anna_, withdraw(30'000'000));
    auto day = statement("2026-11-01");
    add(day, 5'000'000, "in-1");
    import(bo_, day);
    v1::ResolveEntryResponse response;
    world_.must(anna_, "CustodyService/ResolveEntry",
                explain(unmatched().entries(0).entry(), v1::ENTRY_IS_OPERATORS), response);
    const std::string snapshot = world_.exchange.snapshot();
    const auto restored = Exchange::restore(snapshot);
    ASSERT_TRUE(restored) << restored.error().message();
    EXPECT_EQ(restored->snapshot(), snapshot);
    EXPECT_EQ(restored->broken_invariants(), std::vector<std::string>{});
    Exchange replayed;
    Recorder recorder;
    for (const Given& given : world_.log) {
        Command command;
        command.sequence = replayed.last_sequence() + 1;
        command.time = given.time;
        command.actor = given.actor;
        command.method = given.method;
        command.request = given.request;
        command.idempotency_key = given.key;
        replayed.apply(command, recorder);
    }
    EXPECT_EQ(replayed.snapshot(), snapshot);
}

}  // namespace
}  // namespace penstock::exchange

// Withdrawals, and what two officers must agree on.
#include <gtest/gtest.h>

#include "core/exchange/bank_world.h"

namespace penstock::exchange {
namespace {

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
                                        on<v1::CancelWithdrawalRequest>(withdraw(kFen)));
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
    const auto refused = [&](const Actor& actor, const v1::RequestWithdrawalRequest& request) {
        return world_.refused(actor, "CustodyService/RequestWithdrawal", request);
    };
    EXPECT_EQ(refused(world_.buyer_key, withdrawal_of(kPaidIn + kFen)), "INSUFFICIENT_FUNDS");
    EXPECT_EQ(refused(world_.supplier_key, withdrawal_of(kFen)), "INSUFFICIENT_FUNDS");
    EXPECT_EQ(refused(world_.buyer_key, withdrawal_of(kFen + 1)), "AMOUNT_NOT_PAYABLE");
    auto unclear = withdrawal_of(kFen);
    unclear.clear_payee();
    EXPECT_EQ(refused(world_.buyer_key, unclear), "PAYEE_INVALID");
    unclear.set_payee("6222 0000 1111 2222");
    EXPECT_EQ(refused(world_.buyer_key, unclear), "PAYEE_INVALID");
    EXPECT_EQ(world_.refused(world_.supplier_key, "CustodyService/CancelWithdrawal",
                             on<v1::CancelWithdrawalRequest>(withdraw(kFen))),
              "NOT_YOURS");
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
    approve(anna_, withdraw(kFen));
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
    EXPECT_EQ(seen, (std::vector<std::string>{top_up + " 50000000", "PSK-WITHDRAWAL-2 -20000000",
                                              "PSK-WITHDRAWAL-3 -10000"}));
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

// Bills that the buyer pays to the supplier's own bank account: declared and received; and the fees
// that are owed for them.
#include <gtest/gtest.h>

#include <string>

#include "core/exchange/direct_payment_world.h"

namespace penstock::exchange {
namespace {

TEST_F(DirectPayment, is_settled_when_both_have_said_so) {
    buy_a_day();
    EXPECT_TRUE(last_bill().paid_directly());
    const v1::DeclarePaymentResponse declared = declare("bill_1");
    EXPECT_EQ(declared.declared().micros(), 10 * kYuan);
    EXPECT_EQ(last_bill().declared().bank_reference(), "ICBC-20260301-0007");
    EXPECT_EQ(committed(), 10 * kYuan) << "until the supplier has answered";
    EXPECT_EQ(answer("bill_1", true), 300'000);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(last_bill().paid_to_supplier().micros(), 9'700'000);
    EXPECT_EQ(last_bill().operator_fee().micros(), 300'000);
    EXPECT_FALSE(last_bill().has_declared());
    EXPECT_EQ(committed(), 0);
    EXPECT_EQ(cash(), 100 * kYuan) << "nothing went through the exchange";
    EXPECT_EQ(income(), 0);
    EXPECT_EQ(owed(), 300'000);
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(DirectPayment, is_received_where_the_supplier_says_nothing) {
    buy_a_day();
    const std::int64_t until = declare("bill_1").answer_until_ns();
    world.pass(Instant{until} - world.now - Duration{1});
    EXPECT_EQ(last_bill().state(), v1::BILL_OPEN) << "not overdue while it waits for an answer";
    world.pass(Duration{1});
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(owed(), 300'000);
}

TEST_F(DirectPayment, collects_fees_once_a_day_and_when_cash_comes) {
    buy_a_day();
    declare("bill_1");
    answer("bill_1", true);
    world.pass(kDay);
    EXPECT_EQ(owed(), 300'000) << "the supplier has no cash";
    // What it owes it must cover before it sells so again.
    place(1);
    v1::AcceptContractRequest accept;
    accept.set_contract(world.contract);
    EXPECT_EQ(world.refused(world.supplier_key, "ContractService/AcceptContract", accept),
              "FEES_OWED");
    agree(on_credit());
    order(1);
    world.pass(kDay + kTurns);
    pay(last_bill().id());
    EXPECT_EQ(income(), 9'700'000);
    world.pass(Duration{});
    EXPECT_EQ(owed(), 0) << "before it can be spent";
    EXPECT_EQ(income(), 9'400'000);
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(DirectPayment, leaves_new_fees_a_day_where_older_ones_were_collected_before_theirs) {
    buy_a_day();
    buy_a_day();
    declare("bill_1");
    answer("bill_1", true);
    world.pass(kHour);
    top_up(world.supplier_key, 10 * kYuan);
    world.pass(Duration{});
    EXPECT_EQ(owed(), 0);
    world.pass(kHour);
    declare("bill_2");
    answer("bill_2", true);
    world.pass(kDay - Duration{1});
    EXPECT_EQ(owed(), 300'000) << "the first day's collection is no more";
    world.pass(Duration{1});
    EXPECT_EQ(owed(), 0);
}

TEST_F(DirectPayment, lets_nobody_withdraw_what_it_owes) {
    buy_a_day();
    agree(on_credit());
    order(1);
    world.pass(kDay + kTurns);
    pay(last_bill().id());
    declare("bill_1");
    answer("bill_1", true);
    v1::RequestWithdrawalRequest request;
    request.mutable_amount()->set_micros(9'500'000);
    request.mutable_amount()->set_currency("CNY");
    request.set_payee("main account");
    EXPECT_EQ(world.refused(world.supplier_key, "CustodyService/RequestWithdrawal", request),
              "FEES_OWED");
    request.mutable_amount()->set_micros(9'400'000);
    v1::RequestWithdrawalResponse response;
    world.must(world.supplier_key, "CustodyService/RequestWithdrawal", request, response);
    world.pass(kDay);
    EXPECT_EQ(owed(), 0) << "the rest was left for it";
}

TEST_F(DirectPayment, approves_no_withdrawal_of_what_fees_will_take) {
    buy_a_day();
    agree(on_credit());
    order(1);
    world.pass(kDay + kTurns);
    pay(last_bill().id());
    v1::RequestWithdrawalRequest request;
    request.mutable_amount()->set_micros(9'700'000);
    request.mutable_amount()->set_currency("CNY");
    request.set_payee("main account");
    v1::RequestWithdrawalResponse asked;
    world.must(world.supplier_key, "CustodyService/RequestWithdrawal", request, asked);
    answer("bill_1", true);
    v1::ApproveWithdrawalRequest approve;
    approve.set_withdrawal(asked.withdrawal());
    EXPECT_EQ(world.refused(anna, "CustodyService/ApproveWithdrawal", approve), "FEES_OWED");
    v1::CancelWithdrawalRequest cancel;
    cancel.set_withdrawal(asked.withdrawal());
    v1::Withdrawal cancelled;
    world.must(world.supplier_key, "CustodyService/CancelWithdrawal", cancel, cancelled);
    world.pass(kDay);
    EXPECT_EQ(owed(), 0);
    EXPECT_EQ(income(), 9'400'000);
}

TEST_F(DirectPayment, pays_only_what_nobody_disputes) {
    buy_a_day();
    const std::string claim = dispute(4 * kYuan);
    EXPECT_EQ(declare("bill_1").declared().micros(), 6 * kYuan);
    EXPECT_EQ(refused_declaration("bill_1"), "PAYMENT_DECLARED");
    answer("bill_1", true);
    EXPECT_EQ(committed(), 4 * kYuan);
    EXPECT_EQ(refused_declaration("bill_1"), "NOTHING_PAYABLE");
    decide(claim, 1 * kYuan);
    EXPECT_EQ(committed(), 3 * kYuan);
    EXPECT_EQ(declare("bill_1").declared().micros(), 3 * kYuan);
    answer("bill_1", true);
    EXPECT_EQ(committed(), 0);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(owed(), 270'000) << "of 9 yuan, whatever the steps";
}

TEST_F(DirectPayment, needs_the_operators_consent_and_the_right_party) {
    allow(false);
    EXPECT_EQ(world.refused(world.buyer_key, "ContractService/PlaceOrder", order_for_days(1)),
              "DIRECT_PAYMENT_NOT_ALLOWED");
    allow(true);
    place(1);
    allow(false);
    v1::AcceptContractRequest accept;
    accept.set_contract(world.contract);
    EXPECT_EQ(world.refused(world.supplier_key, "ContractService/AcceptContract", accept),
              "DIRECT_PAYMENT_NOT_ALLOWED")
        << "it was ordered before, and is not accepted any more";
    allow(true);
    buy_a_day();
    EXPECT_EQ(refused_payment("bill_1"), "BILL_PAID_DIRECTLY");
    EXPECT_EQ(refused_answer("bill_1", false), "NO_PAYMENT_DECLARED");
    v1::DeclarePaymentRequest wrong = declaration_of("bill_1");
    wrong.set_bank_reference("");
    EXPECT_EQ(world.refused(world.buyer_key, "CreditService/DeclarePayment", wrong),
              "BANK_REFERENCE_INVALID");
    EXPECT_EQ(
        world.refused(world.supplier_key, "CreditService/DeclarePayment", declaration_of("bill_1")),
        "PERMISSION_DENIED");
    declare("bill_1");
    agree(on_credit());
    order(1);
    world.pass(kDay + kTurns);
    EXPECT_EQ(refused_declaration(last_bill().id()), "BILL_PAID_HERE");
    EXPECT_EQ(refused_answer(last_bill().id(), true), "BILL_PAID_HERE");
    EXPECT_TRUE(world
                    .ask<v1::GetDirectPaymentResponse>(world.buyer_key,
                                                       "CreditService/GetDirectPayment",
                                                       v1::GetDirectPaymentRequest())
                    .allowed());
}

}  // namespace
}  // namespace penstock::exchange

// Bills that the buyer pays to the supplier's own bank account: declared, answered, overdue; and
// the fees that are owed for them.
#include <gtest/gtest.h>

#include <string>

#include "core/exchange/direct_payment.h"
#include "core/exchange/post_paid_world.h"

namespace penstock::exchange {
namespace {

/// Enough for the turns of the first few contracts.
constexpr Duration kTurns = seconds(30);

/// As PostPaid, paid without the exchange, which takes 3% of it.
class DirectPayment : public PostPaid {
  protected:
    void SetUp() override {
        PostPaid::SetUp();
        v1::SaleTerms terms = on_credit();
        terms.mutable_post_paid()->set_directly(true);
        agree(terms);
        allow(true);
    }
    void allow(bool allowed) {
        v1::AllowDirectPaymentRequest request;
        request.set_allowed(allowed);
        v1::AllowDirectPaymentResponse response;
        world.must(world.operator_key, "CreditService/AllowDirectPayment", request, response);
    }
    /// A contract of a day, whose bill is issued.
    void buy_a_day() {
        order(1);
        world.pass(kDay + kTurns);
    }
    static v1::DeclarePaymentRequest declaration_of(const std::string& bill) {
        v1::DeclarePaymentRequest request;
        request.set_bill(bill);
        request.set_bank_reference("ICBC-20260301-0007");
        return request;
    }
    v1::DeclarePaymentResponse declare(const std::string& bill) {
        v1::DeclarePaymentResponse response;
        world.must(world.buyer_key, "CreditService/DeclarePayment", declaration_of(bill), response);
        return response;
    }
    std::string_view refused_declaration(const std::string& bill) {
        return world.refused(world.buyer_key, "CreditService/DeclarePayment", declaration_of(bill));
    }
    static v1::AnswerPaymentRequest answer_of(const std::string& bill, bool received) {
        v1::AnswerPaymentRequest request;
        request.set_bill(bill);
        request.set_received(received);
        return request;
    }
    std::int64_t answer(const std::string& bill, bool received) {
        v1::AnswerPaymentResponse response;
        world.must(world.supplier_key, "CreditService/AnswerPayment", answer_of(bill, received),
                   response);
        return response.fees_owed().micros();
    }
    std::string_view refused_answer(const std::string& bill, bool received) {
        return world.refused(world.supplier_key, "CreditService/AnswerPayment",
                             answer_of(bill, received));
    }
    std::int64_t owed() {
        return fees_owed(world.exchange.state(), *PartyId::parse(world.supplier)).micros;
    }
};

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

TEST_F(DirectPayment, is_overdue_where_nobody_pays_or_the_supplier_has_nothing) {
    buy_a_day();
    EXPECT_EQ(refused_declaration("bill_9"), "NOT_YOURS");
    declare("bill_1");
    world.pass(kWeek + kTurn);
    EXPECT_EQ(last_bill().state(), v1::BILL_OPEN);
    EXPECT_EQ(answer("bill_1", false), 0);
    world.pass(kTurn);
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE);
    EXPECT_EQ(cash(), 100 * kYuan) << "it is not taken from the buyer's cash";
    EXPECT_EQ(line().bills_overdue(), 1u);
    declare("bill_1");
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE) << "until the supplier has it";
    answer("bill_1", true);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(line().bills_overdue(), 0u);
    EXPECT_EQ(committed(), 0);
}

TEST_F(DirectPayment, collects_fees_once_a_day_as_far_as_the_cash_goes) {
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
    world.pass(kDay);
    EXPECT_EQ(owed(), 0);
    EXPECT_EQ(income(), 9'400'000);
    EXPECT_EQ(world.books().difference(), 0);
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
    buy_a_day();
    EXPECT_EQ(refused_payment("bill_1"), "BILL_PAID_DIRECTLY");
    EXPECT_EQ(refused_answer("bill_1", true), "NO_PAYMENT_DECLARED");
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

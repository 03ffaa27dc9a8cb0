// Orders on credit: what is committed, collected, overdue and released.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/exchange/credit.h"
#include "core/exchange/post_paid_world.h"
#include "penstock/v1/change.pb.h"

namespace penstock::exchange {
namespace {

TEST_F(PostPaid, is_committed_when_ordered_and_collected_when_due) {
    order(1);
    EXPECT_EQ(cash(), 100 * kYuan) << "nothing is set aside";
    EXPECT_EQ(committed(), 10 * kYuan);
    EXPECT_TRUE(world.contract_now().by_plan().post_paid());
    world.pass(kDay + kTurn);
    const v1::IssuedBill issued = last_bill();
    EXPECT_TRUE(issued.post_paid());
    EXPECT_EQ(issued.state(), v1::BILL_OPEN);
    EXPECT_EQ(issued.due_at_ns(), (world.now + kWeek).ns);
    EXPECT_EQ(committed(), 10 * kYuan) << "until the bill is paid";
    world.pass(kWeek - Duration{1});
    EXPECT_EQ(income(), 0);
    world.pass(Duration{1});
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(income(), 9'700'000);
    EXPECT_EQ(cash(), 90 * kYuan);
    EXPECT_EQ(committed(), 0);
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(PostPaid, frees_what_was_not_used) {
    order(3);
    EXPECT_EQ(committed(), 30 * kYuan);
    world.pass(kDay);
    v1::CancelOrderRequest request;
    request.set_order(world.contract_now().order());
    v1::CancelOrderResponse response;
    world.must(world.buyer_key, "ContractService/CancelOrder", request, response);
    EXPECT_EQ(committed(), last_bill().charged().micros());
    EXPECT_LT(committed(), 30 * kYuan);
}

TEST_F(PostPaid, is_free_again_where_the_supplier_declines) {
    place(5);
    EXPECT_EQ(committed(), kLimit);
    set_limit(world.operator_key, 20 * kYuan);
    v1::DeclineContractRequest request;
    request.set_contract(world.contract);
    v1::DeclineContractResponse response;
    world.must(world.supplier_key, "ContractService/DeclineContract", request, response);
    EXPECT_EQ(committed(), 0);
    EXPECT_EQ(credit_granted(world.exchange.state(), *PartyId::parse(world.buyer)),
              Money{20 * kYuan});
}

TEST_F(PostPaid, is_taken_back_above_a_lowered_limit_as_it_is_paid) {
    order(1);
    set_limit(world.operator_key, 0);
    EXPECT_EQ(line().limit().micros(), 0);
    EXPECT_EQ(committed(), 10 * kYuan);
    world.pass(kDay + kTurn);
    world.pass(kWeek);
    EXPECT_EQ(committed(), 0);
    EXPECT_EQ(credit_granted(world.exchange.state(), *PartyId::parse(world.buyer)), Money{});
}

TEST_F(PostPaid, is_overdue_where_cash_does_not_cover_it_until_cash_comes) {
    order(1);
    spend_down_to(9 * kYuan);
    world.pass(kDay + kTurn);
    world.pass(kWeek);
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE);
    EXPECT_EQ(income(), 0) << "no part of it is paid";
    EXPECT_EQ(line().bills_overdue(), 1u);
    EXPECT_EQ(refused(order_for_days(1)), "BILLS_OVERDUE");
    EXPECT_EQ(refused_payment("bill_1"), "INSUFFICIENT_FUNDS");
    world.pass(kDay);
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE);
    get_back();
    world.pass(Duration{});
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(income(), 9'700'000);
    EXPECT_EQ(line().bills_overdue(), 0u);
    EXPECT_EQ(committed(), 0);
}

TEST_F(PostPaid, is_paid_by_hand_before_it_is_due) {
    order(1);
    world.pass(kDay + kTurn);
    EXPECT_EQ(pay("bill_1"), 10 * kYuan);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(income(), 9'700'000);
    EXPECT_EQ(refused_payment("bill_1"), "BILL_SETTLED");
    EXPECT_EQ(refused_payment("bill_7"), "NOT_YOURS");
    world.pass(kWeek);
    EXPECT_EQ(income(), 9'700'000) << "nothing twice";
    EXPECT_EQ(world.books().difference(), 0);
}

/// An overdue bill of 10 yuan, and no cash.
class InArrears : public PostPaid {
  protected:
    void SetUp() override {
        PostPaid::SetUp();
        order(1);
        world.pass(kDay + kTurn);
    }
    void fall_overdue() {
        spend_down_to(0);
        world.pass(kWeek);
        EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE);
    }
    v1::PlaceOrderRequest prepaid() const {
        v1::PlaceOrderRequest order = order_for_days(1);
        order.set_post_paid(false);
        return order;
    }
};

TEST_F(InArrears, cash_that_comes_is_collected_before_it_can_be_spent) {
    fall_overdue();
    top_up(10 * kYuan);
    const Reply reply = world.send(world.buyer_key, "ContractService/PlaceOrder", prepaid());
    ASSERT_EQ(reply.outcome, Reply::Outcome::rejected);
    EXPECT_EQ(reply.error->reason(), "INSUFFICIENT_FUNDS");
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(income(), 9'700'000);
    EXPECT_EQ(committed(), 0);
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(InArrears, less_than_a_bill_is_left_alone) {
    fall_overdue();
    top_up(10 * kYuan - 10'000);
    world.pass(Duration{});
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE);
    EXPECT_EQ(cash(), 10 * kYuan - 10'000);
    top_up(10'000);
    world.pass(Duration{});
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(cash(), 0);
}

TEST_F(InArrears, what_a_declined_order_held_is_collected) {
    spend_down_to(10 * kYuan);
    world.pass(kWeek - Duration{1});
    v1::PlaceOrderResponse placed;
    v1::PlaceOrderRequest order = prepaid();
    order.mutable_lines(0)->mutable_term()->set_end_ns((world.now + kHour).ns);
    world.must(world.buyer_key, "ContractService/PlaceOrder", order, placed);
    world.pass(Duration{1});
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE);
    v1::DeclineContractRequest request;
    request.set_contract(placed.contracts(0));
    v1::DeclineContractResponse response;
    world.must(world.supplier_key, "ContractService/DeclineContract", request, response);
    world.pass(Duration{});
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(cash(), 0);
}

TEST_F(PostPaid, ends_the_contract_of_a_bill_that_stays_overdue) {
    set_limit(anna, 500 * kYuan);
    set_limit(bo, 500 * kYuan);
    v1::PlaceOrderRequest request = order_for_days(30);
    request.mutable_max_total()->set_micros(400 * kYuan);
    v1::PlaceOrderResponse placed;
    world.must(world.buyer_key, "ContractService/PlaceOrder", request, placed);
    world.contract = placed.contracts(0);
    v1::AcceptContractRequest accept;
    accept.set_contract(world.contract);
    v1::AcceptContractResponse accepted;
    world.must(world.supplier_key, "ContractService/AcceptContract", accept, accepted);
    spend_down_to(5 * kYuan);
    world.pass(kDay + kTurn);
    world.pass(kWeek);
    EXPECT_EQ(line().bills_overdue(), 1u);
    world.pass(kTwoDays - Duration{1});
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_ACTIVE);
    world.pass(Duration{1});
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().close_reason(), v1::CLOSE_BUYER_UNPAID);
    EXPECT_EQ(committed(), world.contract_now().charged().micros()) << "the rest is free again";
    EXPECT_EQ(income(), 0);
    get_back();
    for (int day = 0; day < 9; ++day) world.pass(kDay);
    EXPECT_EQ(committed(), 0) << "all of it is paid in the end";
    EXPECT_EQ(line().bills_overdue(), 0u);
}

TEST_F(PostPaid, what_is_disputed_waits_and_what_is_given_back_is_owed_no_more) {
    order(1);
    world.pass(kDay + kTurn);
    const std::string id = dispute(4 * kYuan);
    spend_down_to(5 * kYuan);
    world.pass(kWeek);
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE) << "6 are owed";
    get_back();
    world.pass(Duration{});
    EXPECT_EQ(last_bill().state(), v1::BILL_OPEN);
    EXPECT_EQ(refused_payment("bill_1"), "NOTHING_PAYABLE");
    EXPECT_EQ(committed(), 4 * kYuan);
    const std::int64_t before = cash();
    decide(id, 3 * kYuan);
    EXPECT_EQ(cash(), before) << "it was never paid";
    EXPECT_EQ(committed(), kYuan);
    world.pass(kTurn);
    EXPECT_EQ(cash(), before - kYuan);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(committed(), 0);
    EXPECT_EQ(income(), 6'790'000);
}

TEST_F(PostPaid, is_refused_where_it_cannot_be) {
    v1::PlaceOrderRequest request = order_for_days(6);
    EXPECT_EQ(refused(request), "CREDIT_EXCEEDED");
    request = order_for_days(1);
    request.mutable_lines(0)->clear_quantities();
    request.mutable_lines(0)->set_cores(1);
    EXPECT_EQ(refused(request), "NOT_SOLD_BY_CORE");
    agree(v1::SaleTerms{});
    EXPECT_EQ(refused(order_for_days(1)), "POST_PAID_NOT_OFFERED");
    EXPECT_EQ(world.refused(world.supplier_key, "CreditService/PayBill", payment_of("bill_1")),
              "PERMISSION_DENIED");
    buy({{"port", 1}}, kDay);
    world.pass(kDay + kTurn);
    EXPECT_EQ(refused_payment(last_bill().id()), "BILL_SETTLED");
    v1::SaleTerms terms;
    terms.set_dispute_window_ns(kDay.ns);
    agree(terms);
    buy({{"port", 1}}, kDay);
    world.pass(kDay + kDay);
    EXPECT_EQ(refused_payment(last_bill().id()), "BILL_NOT_ON_CREDIT");
}

TEST_F(PostPaid, takes_more_of_the_credit_where_a_contract_is_extended) {
    order(2);
    v1::ProposeChangeRequest request;
    request.set_contract(world.contract);
    request.mutable_max_additional()->set_micros(100 * kYuan);
    request.mutable_max_additional()->set_currency("CNY");
    const auto propose = [&](std::int64_t days) {
        request.set_term_end_ns((kFirst + seconds(days * 86'400)).ns);
        v1::ProposeChangeResponse response;
        world.must(world.buyer_key, "ChangeService/ProposeChange", request, response);
        return response.change_order();
    };
    v1::WithdrawChangeRequest withdraw;
    withdraw.set_change_order(propose(4));
    EXPECT_EQ(committed(), 40 * kYuan);
    v1::WithdrawChangeResponse withdrawn;
    world.must(world.buyer_key, "ChangeService/WithdrawChange", withdraw, withdrawn);
    EXPECT_EQ(committed(), 20 * kYuan);
    request.set_term_end_ns((kFirst + seconds(6LL * 86'400)).ns);
    EXPECT_EQ(world.refused(world.buyer_key, "ChangeService/ProposeChange", request),
              "CREDIT_EXCEEDED");
    v1::AcceptChangeRequest accept;
    accept.set_change_order(propose(3));
    v1::AcceptChangeResponse accepted;
    world.must(world.supplier_key, "ChangeService/AcceptChange", accept, accepted);
    EXPECT_EQ(committed(), 30 * kYuan);
    EXPECT_EQ(cash(), 100 * kYuan);
    world.pass(seconds(3LL * 86'400) + kTurn);
    EXPECT_EQ(world.contract_now().charged().micros(), 30 * kYuan);
}

/// What an order that is paid directly needs, a change that sells more needs, too.
class ChangedDirectly : public PostPaid {
  protected:
    void SetUp() override {
        PostPaid::SetUp();
        v1::SaleTerms terms = on_credit();
        terms.mutable_post_paid()->set_directly(true);
        agree(terms);
        world.pass(seconds(1));
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan),
              component_of("core", v1::PRICE_UNIT_CORE_HOUR, kYuan / 10)});
        allow(true);
    }
    void allow(bool allowed) {
        v1::AllowDirectPaymentRequest request;
        request.set_allowed(allowed);
        v1::AllowDirectPaymentResponse response;
        world.must(world.operator_key, "CreditService/AllowDirectPayment", request, response);
    }
    void buy_on_credit(const char* component, std::int64_t days) {
        v1::PlaceOrderRequest order = order_of({{component, 1}}, seconds(days * 86'400));
        order.set_post_paid(true);
        v1::PlaceOrderResponse placed;
        world.must(world.buyer_key, "ContractService/PlaceOrder", order, placed);
        world.contract = placed.contracts(0);
        v1::AcceptContractRequest request;
        request.set_contract(world.contract);
        v1::AcceptContractResponse response;
        world.must(world.supplier_key, "ContractService/AcceptContract", request, response);
    }
    /// The supplier has received what a bill comes to, and has no cash for the fee.
    void owe_fees() {
        const std::string contract = world.contract;
        buy_on_credit("port", 1);
        world.pass(kDay + seconds(30));
        v1::DeclarePaymentRequest declaration;
        declaration.set_bill(last_bill_of(world.contract));
        declaration.set_bank_reference("ICBC-20260301-0007");
        v1::DeclarePaymentResponse declared;
        world.must(world.buyer_key, "CreditService/DeclarePayment", declaration, declared);
        v1::AnswerPaymentRequest answer;
        answer.set_bill(declaration.bill());
        answer.set_received(true);
        v1::AnswerPaymentResponse answered;
        world.must(world.supplier_key, "CreditService/AnswerPayment", answer, answered);
        world.contract = contract;
    }
    std::string last_bill_of(const std::string& contract) const {
        std::string bill;
        for (const v1::Event& event : world.recorder.events)
            if (event.bill_changed().contract() == contract) bill = event.bill_changed().id();
        return bill;
    }
    v1::ProposeChangeRequest extension(std::int64_t days) const {
        v1::ProposeChangeRequest request;
        request.set_contract(world.contract);
        request.set_term_end_ns((kFirst + seconds(days * 86'400)).ns);
        request.mutable_max_additional()->set_micros(100 * kYuan);
        request.mutable_max_additional()->set_currency("CNY");
        return request;
    }
    std::string_view refused_change(const v1::ProposeChangeRequest& request) {
        return world.refused(world.buyer_key, "ChangeService/ProposeChange", request);
    }
    v1::AcceptChangeRequest propose(const v1::ProposeChangeRequest& request) {
        v1::ProposeChangeResponse response;
        world.must(world.buyer_key, "ChangeService/ProposeChange", request, response);
        v1::AcceptChangeRequest acceptance;
        acceptance.set_change_order(response.change_order());
        return acceptance;
    }
    std::string_view refused_answer(const v1::AcceptChangeRequest& request) {
        return world.refused(world.supplier_key, "ChangeService/AcceptChange", request);
    }
};

TEST_F(ChangedDirectly, is_refused_without_the_operators_consent) {
    buy_on_credit("port", 3);
    const v1::AcceptChangeRequest acceptance = propose(extension(4));
    allow(false);
    EXPECT_EQ(refused_answer(acceptance), "DIRECT_PAYMENT_NOT_ALLOWED");
    v1::WithdrawChangeRequest withdrawal;
    withdrawal.set_change_order(acceptance.change_order());
    v1::WithdrawChangeResponse withdrawn;
    world.must(world.buyer_key, "ChangeService/WithdrawChange", withdrawal, withdrawn);
    EXPECT_EQ(refused_change(extension(4)), "DIRECT_PAYMENT_NOT_ALLOWED");
}

TEST_F(ChangedDirectly, is_refused_where_the_supplier_owes_fees) {
    buy_on_credit("port", 3);
    owe_fees();
    EXPECT_EQ(refused_answer(propose(extension(4))), "FEES_OWED");
}

TEST_F(ChangedDirectly, is_refused_at_once_where_the_supplier_is_not_asked) {
    buy_on_credit("core", 3);
    owe_fees();
    EXPECT_EQ(refused_change(extension(4)), "FEES_OWED");
}

TEST_F(ChangedDirectly, may_still_buy_less) {
    buy_on_credit("port", 3);
    owe_fees();
    allow(false);
    v1::ProposeChangeRequest less = extension(3);
    less.clear_term_end_ns();
    v1::PlanQuantity& ports = *less.add_quantities();
    ports.set_component("port");
    ports.set_quantity(0);
    v1::PlanQuantity& cores = *less.add_quantities();
    cores.set_component("core");
    cores.set_quantity(1);
    v1::AcceptChangeResponse accepted;
    world.must(world.supplier_key, "ChangeService/AcceptChange", propose(less), accepted);
}

TEST_F(PostPaid, survives_a_snapshot_while_it_is_overdue) {
    order(1);
    spend_down_to(9 * kYuan);
    world.pass(kDay + kTurn);
    world.pass(kWeek);
    auto restored = Exchange::restore(world.exchange.snapshot());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->snapshot(), world.exchange.snapshot());
    world.exchange = *std::move(restored);
    EXPECT_EQ(line().bills_overdue(), 1u);
    get_back();
    world.pass(Duration{});
    EXPECT_EQ(income(), 9'700'000);
}

/// A port whose second day's bill takes two fen from the exchange's rounding.
class AtTheTurnoversEnd : public PostPaid {
  protected:
    void SetUp() override {
        PostPaid::SetUp();
        world.pass(kDay);
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 1'086'000)});
        top_up(kMoneyMax.micros - 100 * kYuan);  // The bank's turnover is then at its end, too.
        order(2);
        world.pass(kDay + kTurn);
        EXPECT_EQ(pay("bill_1"), 1'090'000);
        EXPECT_EQ(last_bill().rounding().micros(), 10'000);
        world.pass(kDay);
        EXPECT_EQ(last_bill().charged().micros(), 1'080'000);
    }
    /// Turns over so much that only this is left to be debited from the buyer's cash.
    void leave_room_for(std::int64_t micros) {
        const State& state = world.exchange.state();
        const AccountId account = state.ledger.find(
            ledger::AccountKind::cash, *PartyId::parse(world.buyer), state.settings.currency);
        const Money debits = state.ledger.account(account).debits_posted;
        v1::PlaceGuaranteeRequest request;
        request.mutable_amount()->set_micros((kMoneyMax - debits).micros - micros);
        request.mutable_amount()->set_currency("CNY");
        v1::PlaceGuaranteeResponse response;
        world.must(world.buyer_key, "GuaranteeService/PlaceGuarantee", request, response);
    }
};

TEST_F(AtTheTurnoversEnd, a_bill_is_refused_whose_rounding_has_no_room) {
    leave_room_for(1'090'000);
    EXPECT_EQ(refused_payment("bill_2"), "ACCOUNT_OVERFLOW");
}

TEST_F(AtTheTurnoversEnd, a_bill_is_paid_whose_rounding_just_fits) {
    leave_room_for(1'100'000);
    EXPECT_EQ(pay("bill_2"), 1'080'000);
    EXPECT_EQ(last_bill().rounding().micros(), -20'000);
    EXPECT_EQ(world.books().difference(), 0);
}

}  // namespace
}  // namespace penstock::exchange

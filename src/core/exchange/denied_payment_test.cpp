// Bills that are paid directly and whose payment is not received: overdue, denied, decided.
#include <gtest/gtest.h>

#include <string>

#include "core/exchange/direct_payment_world.h"

namespace penstock::exchange {
namespace {

using DeniedPayment = DirectPayment;

TEST_F(DeniedPayment, is_too_late_to_answer_when_the_time_to_answer_ends) {
    buy_a_day();
    dispute(4 * kYuan);
    world.now = Instant{declare("bill_1").answer_until_ns()};
    // What is due fires before any command of the same instant.
    const Reply late =
        world.send(world.supplier_key, "CreditService/AnswerPayment", answer_of("bill_1", false));
    ASSERT_EQ(late.outcome, Reply::Outcome::rejected);
    EXPECT_EQ(late.error->reason(), "NO_PAYMENT_DECLARED");
    EXPECT_EQ(last_bill().paid_to_supplier().micros(), 5'820'000);
}

TEST_F(DeniedPayment, is_overdue_at_the_instant_when_it_is_due_and_nobody_has_declared) {
    buy_a_day();
    world.pass(Instant{last_bill().due_at_ns()} - world.now - Duration{1});
    EXPECT_EQ(last_bill().state(), v1::BILL_OPEN);
    world.pass(Duration{1});
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE);
    EXPECT_EQ(line().bills_overdue(), 1u);
    EXPECT_EQ(cash(), 100 * kYuan);
    declare("bill_1");
    answer("bill_1", true);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
}

TEST_F(DeniedPayment, is_overdue_where_the_supplier_has_nothing) {
    buy_a_day();
    EXPECT_EQ(refused_declaration("bill_9"), "NOT_YOURS");
    declare("bill_1");
    world.pass(kWeek + kTurn);
    EXPECT_EQ(last_bill().state(), v1::BILL_OPEN);
    EXPECT_EQ(answer("bill_1", false), 0);
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE) << "before anybody can declare it again";
    EXPECT_EQ(last_bill().denied().bank_reference(), "ICBC-20260301-0007");
    EXPECT_EQ(last_bill().denied().denied_at_ns(), world.now.ns);
    EXPECT_EQ(cash(), 100 * kYuan) << "it is not taken from the buyer's cash";
    EXPECT_EQ(line().bills_overdue(), 1u);
    declare("bill_1");
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE) << "until the supplier has it";
    answer("bill_1", true);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(line().bills_overdue(), 0u);
    EXPECT_EQ(committed(), 0);
}

TEST_F(DeniedPayment, is_what_its_supplier_has_after_all) {
    buy_a_day();
    const std::string disputed = dispute(4 * kYuan);
    declare("bill_1");
    answer("bill_1", false);
    decide(disputed, 0);
    answer("bill_1", true);
    ASSERT_EQ(last_bill().received_size(), 1);
    EXPECT_EQ(last_bill().received(0).bank_reference(), "ICBC-20260301-0007");
    EXPECT_EQ(last_bill().received(0).amount().micros(), 6 * kYuan)
        << "and not all that is payable";
    EXPECT_EQ(last_bill().state(), v1::BILL_OPEN);
}

TEST_F(DeniedPayment, is_denied_16_times_at_most) {
    buy_a_day();
    for (std::uint32_t i = 1; i <= billing::kDenialsMax; ++i) {
        declare("bill_1");
        answer("bill_1", false);
        EXPECT_EQ(last_bill().denied().denials(), i);
    }
    EXPECT_EQ(refused_declaration("bill_1"), "DECLARATIONS_EXHAUSTED");
    EXPECT_EQ(answer("bill_1", true), 300'000) << "the supplier may still say so";
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
}

TEST_F(DeniedPayment, ends_its_contract_when_it_is_denied_after_the_grace) {
    v1::SaleTerms terms = on_credit();
    terms.mutable_post_paid()->set_directly(true);
    terms.mutable_post_paid()->set_due_after_ns(kTwoDays.ns);
    terms.mutable_post_paid()->set_grace_ns(kDay.ns);
    agree(terms);
    order(5);
    world.pass(kDay + kTurns);
    declare("bill_1");
    world.pass(kTwoDays);
    answer("bill_1", false);
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE);
    declare("bill_1");
    world.pass(kDay);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_ACTIVE) << "the supplier is to answer";
    answer("bill_1", false);
    EXPECT_EQ(world.contract_now().close_reason(), v1::CLOSE_BUYER_UNPAID);
}

TEST_F(DeniedPayment, is_received_when_two_officers_say_so_of_what_was_denied) {
    buy_a_day();
    EXPECT_EQ(refused_decision("bill_9"), "BILL_NOT_FOUND");
    EXPECT_EQ(refused_decision("bill_1"), "NO_PAYMENT_DENIED");
    declare("bill_1");
    EXPECT_EQ(refused_decision("bill_1"), "PAYMENT_DECLARED");
    answer("bill_1", false);
    pass_until_due();
    EXPECT_EQ(line().bills_overdue(), 1u);
    EXPECT_TRUE(say(anna, "bill_1", true).awaits_second_officer());
    EXPECT_EQ(refused_decision("bill_1"), "SECOND_OFFICER_NEEDED");
    EXPECT_TRUE(say(bo, "bill_1", false).awaits_second_officer()) << "that is not the same";
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE);
    const v1::DecidePaymentResponse decided = say(bo, "bill_1", true);
    EXPECT_FALSE(decided.awaits_second_officer());
    EXPECT_EQ(decided.paid().micros(), 10 * kYuan);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(last_bill().received(0).bank_reference(), "ICBC-20260301-0007");
    EXPECT_EQ(last_bill().paid_to_supplier().micros(), 9'700'000);
    EXPECT_EQ(line().bills_overdue(), 0u);
    EXPECT_EQ(committed(), 0);
    EXPECT_EQ(owed(), 300'000) << "as if the supplier had said so";
    const v1::PaymentDecided told =
        world.recorder.last(v1::Event::kPaymentDecided).payment_decided();
    EXPECT_EQ(told.bill(), "bill_1");
    EXPECT_EQ(told.payment().amount().micros(), 10 * kYuan);
    EXPECT_TRUE(told.received());
    EXPECT_EQ(refused_decision("bill_1"), "BILL_SETTLED");
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(DeniedPayment, stays_denied_when_two_officers_say_so_until_they_know_better) {
    buy_a_day();
    declare("bill_1");
    answer("bill_1", false);
    say(anna, "bill_1", false);
    EXPECT_FALSE(say(bo, "bill_1", false).awaits_second_officer());
    EXPECT_FALSE(world.recorder.last(v1::Event::kPaymentDecided).payment_decided().received());
    EXPECT_EQ(last_bill().state(), v1::BILL_OPEN);
    EXPECT_EQ(owed(), 0);
    say(anna, "bill_1", true);
    EXPECT_FALSE(say(bo, "bill_1", true).awaits_second_officer());
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
}

TEST_F(DeniedPayment, is_decided_by_officers_who_have_seen_the_same_denial) {
    buy_a_day();
    declare("bill_1");
    answer("bill_1", false);
    say(anna, "bill_1", true);
    world.pass(kTurn);
    declare("bill_1");
    answer("bill_1", false);
    EXPECT_TRUE(say(bo, "bill_1", true).awaits_second_officer()) << "Anna saw the one before";
    const std::string claim = dispute(4 * kYuan);
    EXPECT_TRUE(say(bo, "bill_1", true).awaits_second_officer()) << "less of it is payable now";
    EXPECT_EQ(say(anna, "bill_1", true).paid().micros(), 6 * kYuan);
    EXPECT_EQ(committed(), 4 * kYuan);
    EXPECT_EQ(refused_decision("bill_1"), "NO_PAYMENT_DENIED") << "it is used up";
    decide(claim, 4 * kYuan);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
}

TEST_F(DeniedPayment, decides_nothing_that_is_not_payable_nor_without_a_reason) {
    buy_a_day();
    declare("bill_1");
    answer("bill_1", false);
    v1::DecidePaymentRequest silent = decision_of("bill_1", true);
    silent.clear_note();
    EXPECT_EQ(world.refused(anna, "CreditService/DecidePayment", silent), "DISPUTE_REASON_INVALID");
    EXPECT_EQ(world.refused(world.operator_key, "CreditService/DecidePayment",
                            decision_of("bill_1", true)),
              "OFFICER_NEEDED");
    dispute(10 * kYuan);
    EXPECT_EQ(refused_decision("bill_1"), "NOTHING_PAYABLE");
    EXPECT_EQ(refused_answer("bill_1", true), "NOTHING_PAYABLE");
    agree(on_credit());
    order(1);
    world.pass(kDay + kTurns);
    EXPECT_EQ(refused_decision(last_bill().id()), "BILL_PAID_HERE");
}

TEST_F(DeniedPayment, is_received_where_nobody_has_declared_it) {
    buy_a_day();
    dispute(4 * kYuan);
    EXPECT_EQ(answer("bill_1", true), 180'000) << "all that is payable";
    EXPECT_EQ(committed(), 4 * kYuan);
    EXPECT_EQ(last_bill().received(0).amount().micros(), 6 * kYuan);
    EXPECT_EQ(last_bill().received(0).bank_reference(), "");
    EXPECT_EQ(refused_answer("bill_1", true), "NOTHING_PAYABLE");
}

TEST_F(DeniedPayment, is_answered_for_the_sum_that_the_supplier_was_shown) {
    buy_a_day();
    const std::string claim = dispute(4 * kYuan);
    const auto answer_for = [&](bool received, std::int64_t micros) {
        v1::AnswerPaymentRequest request = answer_of("bill_1", received);
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        return request;
    };
    const auto refused_for = [&](bool received, std::int64_t micros) {
        return world.refused(world.supplier_key, "CreditService/AnswerPayment",
                             answer_for(received, micros));
    };
    v1::AnswerPaymentRequest foreign = answer_for(true, 6 * kYuan);
    foreign.mutable_amount()->set_currency("USD");
    EXPECT_EQ(world.refused(world.supplier_key, "CreditService/AnswerPayment", foreign),
              "CURRENCY_UNSUPPORTED");
    decide(claim, 0);
    EXPECT_EQ(refused_for(true, 6 * kYuan), "PAYMENT_CHANGED") << "all of it is payable since";
    declare("bill_1");
    EXPECT_EQ(refused_for(false, 6 * kYuan), "PAYMENT_CHANGED");
    EXPECT_EQ(refused_for(true, 10 * kYuan + 1), "PAYMENT_CHANGED");
    EXPECT_EQ(last_bill().received_size(), 0);
    v1::AnswerPaymentResponse answered;
    world.must(world.supplier_key, "CreditService/AnswerPayment", answer_for(false, 10 * kYuan),
               answered);
    EXPECT_EQ(refused_for(true, 9 * kYuan), "PAYMENT_CHANGED");
    world.must(world.supplier_key, "CreditService/AnswerPayment", answer_for(true, 10 * kYuan),
               answered);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
}

TEST_F(DeniedPayment, is_not_overdue_while_a_part_of_it_waits_for_an_answer) {
    buy_a_day();
    const std::string claim = dispute(4 * kYuan);
    world.pass(seconds(6 * 86'400));
    declare("bill_1");
    world.pass(kTwoDays);
    decide(claim, 0);
    world.pass(kTwoDays + kDay);
    EXPECT_EQ(last_bill().state(), v1::BILL_OPEN) << "the rest cannot be declared meanwhile";
    EXPECT_EQ(refused_declaration("bill_1"), "PAYMENT_DECLARED");
    answer("bill_1", true);
    EXPECT_EQ(last_bill().state(), v1::BILL_OVERDUE) << "now it can";
    EXPECT_EQ(declare("bill_1").declared().micros(), 4 * kYuan);
    answer("bill_1", true);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(last_bill().received_size(), 2);
}

TEST_F(DeniedPayment, is_answered_by_no_agent) {
    buy_a_day();
    declare("bill_1");
    for (const bool received : {false, true})
        EXPECT_EQ(world.refused(world.agent, "CreditService/AnswerPayment",
                                answer_of("bill_1", received)),
                  "ANSWER_BY_AGENT");
}

}  // namespace
}  // namespace penstock::exchange

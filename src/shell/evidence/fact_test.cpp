#include "shell/evidence/fact.h"

#include <gtest/gtest.h>

#include "format/receipt.h"
#include "shell/event_fake/event_fake.h"
#include "shell/evidence/canonical_json.h"

namespace penstock::evidence {
namespace {

TEST(CanonicalJson, sorts_keys_and_leaves_out_what_is_at_its_default) {
    v1::Event event;
    event.set_sequence(9'007'199'254'740'993);
    event.set_at_ns(5);
    v1::Contract& contract = *event.mutable_contract_changed();
    contract.set_supplier("party_2");
    contract.set_cores(4);
    contract.set_state(v1::CONTRACT_SETTLED);
    contract.mutable_term();
    contract.set_buyer("a\"\\\n\x01é");
    EXPECT_EQ(canonical_json(event),
              "{\"atNs\":\"5\",\"contractChanged\":{\"buyer\":\"a\\\"\\\\\\n\\u0001é\",\"cores\":4,"
              "\"state\":\"CONTRACT_SETTLED\",\"supplier\":\"party_2\",\"term\":{}},"
              "\"sequence\":\"9007199254740993\"}");
}

TEST(CanonicalJson, writes_lists_and_bytes) {
    v1::UsageAccepted usage;
    usage.set_statement_blake2b(std::string("\0\xff", 2));
    EXPECT_EQ(canonical_json(usage), "{\"statementBlake2b\":\"AP8=\"}");
    v1::OrderPlaced order;
    order.add_contracts("b");
    order.add_contracts("a");
    EXPECT_EQ(canonical_json(order), "{\"contracts\":[\"b\",\"a\"]}");
}

TEST(Fact, is_kept_of_each_thing_that_ends_or_binds_and_of_nothing_on_its_way) {
    v1::Event event;
    v1::AttemptChanged& attempt = *event.mutable_attempt_changed();
    attempt.set_task("task_1");
    attempt.set_order("ord_1");
    attempt.set_state(v1::ATTEMPT_RUNNING);
    EXPECT_FALSE(fact_of(event));
    attempt.set_state(v1::ATTEMPT_LOST);
    EXPECT_FALSE(fact_of(event)->receipt);
    attempt.set_state(v1::ATTEMPT_FAILED);
    attempt.set_task_state(v1::TASK_WAITING);
    EXPECT_FALSE(fact_of(event)->receipt);
    attempt.set_task_state(v1::TASK_FAILED);
    EXPECT_TRUE(fact_of(event)->receipt);
    attempt.set_state(v1::ATTEMPT_SUCCEEDED);
    const auto fact = fact_of(event);
    ASSERT_TRUE(fact && fact->receipt);
    EXPECT_EQ(fact->kind, "computation");
    EXPECT_EQ(fact->subject, "task_1");
    EXPECT_EQ(fact->order, "ord_1");
}

TEST(Fact, is_kept_of_bills_when_they_are_issued_and_settled) {
    v1::Event event;
    event.set_at_ns(5);
    v1::IssuedBill& bill = *event.mutable_bill_changed();
    bill.set_id("bill_7");
    bill.set_kind(v1::SETTLEMENT_BILL);
    bill.set_order("ord_1");
    bill.set_contract("ctr_2");
    bill.set_issued_at_ns(5);
    bill.set_state(v1::BILL_OPEN);
    const auto issued = fact_of(event);
    ASSERT_TRUE(issued && issued->receipt);
    EXPECT_EQ(issued->kind, "bill");
    EXPECT_EQ(issued->subject, "bill_7");
    EXPECT_EQ(issued->order, "ord_1");
    EXPECT_EQ(issued->contract, "ctr_2");
    event.set_at_ns(6);
    EXPECT_FALSE(fact_of(event)) << "a part of it is disputed, or paid";
    bill.set_state(v1::BILL_SETTLED);
    const auto settled = fact_of(event);
    ASSERT_TRUE(settled && settled->receipt);
    EXPECT_EQ(settled->kind, "bill_settled") << "so that either receipt has a name of its own";
    EXPECT_EQ(settled->subject, "bill_7");
    bill.set_issued_at_ns(6);
    EXPECT_EQ(fact_of(event)->kind, "bill") << "paid out as it is issued";
    bill.set_post_paid(true);
    EXPECT_EQ(fact_of(event)->kind, "bill_settled") << "issued and paid in one instant, on credit";
    bill.set_kind(v1::SETTLEMENT_CREDIT_NOTE);
    EXPECT_EQ(fact_of(event)->kind, "credit_note");
}

TEST(Fact, is_kept_of_notice_when_it_is_given_and_of_change_orders) {
    v1::Event event;
    event.set_at_ns(5);
    v1::Contract& contract = *event.mutable_contract_changed();
    contract.set_id("ctr_2");
    contract.set_order("ord_1");
    contract.set_state(v1::CONTRACT_ACTIVE);
    contract.mutable_by_plan()->mutable_notice()->set_given_at_ns(5);
    EXPECT_EQ(fact_of(event)->kind, "notice");
    EXPECT_TRUE(fact_of(event)->receipt);
    event.set_at_ns(6);
    EXPECT_EQ(fact_of(event)->kind, "contract") << "told again with what comes later";
    v1::ChangeOrder& change = *event.mutable_change_order_changed();
    change.set_id("chg_3");
    change.set_contract("ctr_2");
    change.set_order("ord_1");
    change.set_state(v1::CHANGE_ORDER_PROPOSED);
    const auto proposed = fact_of(event);
    ASSERT_TRUE(proposed && proposed->receipt);
    EXPECT_EQ(proposed->kind, "change_order");
    EXPECT_EQ(proposed->subject, "chg_3");
    EXPECT_EQ(proposed->contract, "ctr_2");
    change.set_state(v1::CHANGE_ORDER_LAPSED);
    EXPECT_EQ(fact_of(event)->kind, "change_order_ended");
}

TEST(Fact, is_kept_of_disputes_and_of_how_they_ended) {
    v1::Event event;
    v1::Dispute& dispute = *event.mutable_dispute_changed();
    dispute.set_id("dsp_3");
    dispute.set_order("ord_1");
    dispute.set_contract("ctr_2");
    dispute.set_reason("It was down.");
    dispute.set_state(v1::DISPUTE_OPEN);
    const auto opened = fact_of(event);
    ASSERT_TRUE(opened && opened->receipt);
    EXPECT_EQ(opened->kind, "dispute");
    EXPECT_EQ(opened->subject, "dsp_3");
    EXPECT_EQ(opened->order, "ord_1");
    for (const v1::DisputeState state :
         {v1::DISPUTE_DECIDED, v1::DISPUTE_WITHDRAWN, v1::DISPUTE_LAPSED}) {
        dispute.set_state(state);
        const auto ended = fact_of(event);
        ASSERT_TRUE(ended && ended->receipt);
        EXPECT_EQ(ended->kind, "dispute_ended");
    }
}

TEST(Fact, is_kept_of_decisions_about_denied_payments) {
    v1::Event event;
    event.set_sequence(70);
    v1::PaymentDecided& decided = *event.mutable_payment_decided();
    decided.set_bill("bill_3");
    decided.set_order("ord_1");
    decided.set_contract("ctr_2");
    decided.set_note("Its bank says so.");
    const auto fact = fact_of(event);
    ASSERT_TRUE(fact && fact->receipt);
    EXPECT_EQ(fact->kind, "payment_decided");
    EXPECT_EQ(fact->subject, "bill_3_70");
    EXPECT_EQ(fact->order, "ord_1");
    EXPECT_EQ(fact->contract, "ctr_2");
}

TEST(Fact, is_kept_of_terms_of_sale_without_a_receipt) {
    v1::Event event;
    event.mutable_sale_terms_set()->set_product("prod_1");
    event.mutable_sale_terms_set()->mutable_terms()->set_version(2);
    const auto fact = fact_of(event);
    ASSERT_TRUE(fact);
    EXPECT_EQ(fact->kind, "sale_terms");
    EXPECT_EQ(fact->subject, "prod_1");
    EXPECT_FALSE(fact->receipt) << "they belong to no order";
}

TEST(Fact, of_an_act_tells_the_public_neither_who_nor_what) {
    v1::Event event;
    event.set_sequence(7);
    event.set_ordinal(2);
    event.mutable_act()->set_kind(v1::ACT_SIGN_IN_FAILED);
    event.mutable_act()->set_user("user_3");
    const auto fact = fact_of(event);
    ASSERT_TRUE(fact);
    EXPECT_EQ(fact->kind, "audit");
    EXPECT_EQ(fact->subject, "act_7_2");
    EXPECT_FALSE(fact->receipt);
    EXPECT_NE(fact->payload.find("\"user\":\"user_3\""), std::string::npos) << fact->payload;
}

TEST(Fact, fits_the_form_of_an_entry_for_every_event) {
    unsigned kept = 0;
    for (const v1::Event& event : event_fake::history(3, 20)) {
        const auto fact = fact_of(event);
        if (!fact) continue;
        ++kept;
        EXPECT_TRUE(format::is_entry_kind(fact->kind)) << fact->kind;
        EXPECT_TRUE(format::is_entry_subject(fact->subject)) << fact->subject;
        EXPECT_LE(fact->payload.size(), format::kReceiptPayloadMax);
    }
    EXPECT_GT(kept, 100u);
}

TEST(Fact, commits_to_the_digest_of_what_is_too_long_to_hand_out) {
    v1::Event event;
    event.set_sequence(7);
    v1::AttemptChanged& attempt = *event.mutable_attempt_changed();
    attempt.set_task("task_1");
    attempt.set_state(v1::ATTEMPT_SUCCEEDED);
    for (unsigned i = 0; i < 10'000; ++i)
        attempt.add_outputs()->set_digest(std::string(64, static_cast<char>('a' + i % 6)));
    const auto first = fact_of(event);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->payload.size(),
              std::string("{\"sequence\":\"7\",\"textSha256\":\"\"}").size() + 64);
    attempt.mutable_outputs(9'999)->set_digest("other");
    EXPECT_NE(fact_of(event)->payload, first->payload);
}

}  // namespace
}  // namespace penstock::evidence

#include "shell/bills/compose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/bill/bill_sums.h"
#include "shell/bills/lines.h"
#include "shell/bills/test_sources.h"

namespace penstock::bills {
namespace {

v1::SettlementBill composed(const projection::BillSources& from) {
    const auto bill = compose(from, issuer());
    EXPECT_TRUE(bill) << (bill ? "" : bill.error().message() + " " + bill.error().detail());
    if (!bill) return {};
    EXPECT_TRUE(format::check_bill(*bill));
    EXPECT_EQ(bill->payable_micros(), from.issued.charged().micros());
    EXPECT_EQ(bill->subtotal_micros() + bill->rounding_micros(), bill->payable_micros());
    return *bill;
}

v1::PricePlan plan() {
    v1::PricePlan made;
    made.set_version(4);
    made.set_utc_offset_minutes(-300);
    v1::PriceComponent& cards = *made.add_components();
    cards.set_name("cards");
    cards.add_tiers()->set_up_to_units(100);
    cards.add_tiers();
    cards.mutable_blocks()->set_units_per_block(10);
    v1::PriceComponent& nights = *made.add_components();
    nights.set_name("nights");
    nights.add_tiers();
    nights.add_bands()->set_name("谷");
    return made;
}

TEST(Compose, lines_of_usage_tell_of_energy_and_work) {
    auto from = sources();
    from.plan = plan();
    v1::StatedEnergy& stated = *from.plan->add_energy();
    stated.set_component("cards");
    stated.set_milliwatt_hours(700'000);
    stated.set_pue_thousandths(1'280);
    from.rate.set_gemm_fp64_mflops_per_core(25'000);
    add_charge(from, "cards", v1::PLAN_CHARGE_USAGE, "1", 1'000'000, 1'000'000);
    add_charge(from, "cards", v1::PLAN_CHARGE_USAGE, "9", 1'000'000, 9'000'000);
    add_charge(from, "nights", v1::PLAN_CHARGE_USAGE, "1", 1'000'000, 1'000'000);
    add_charge(from, "cards", v1::PLAN_CHARGE_ESTIMATE_COVERED, "10", 0, 0);
    add_attempt(from, 4, 2 * kHour, 1'000'000, 8'000'000, 3);
    set(*from.issued.mutable_charged(), 19'000'000);
    const auto bill = composed(from);
    ASSERT_EQ(bill.lines_size(), 4);
    EXPECT_EQ(bill.lines(0).pflop_hours_micros(), 200);
    EXPECT_EQ(bill.lines(1).energy_kwh_micros(), 8'960'000);
    EXPECT_FALSE(bill.lines(1).has_carbon_kg_micros());
    EXPECT_FALSE(bill.lines(1).has_pflop_hours_micros());
    EXPECT_FALSE(bill.lines(2).has_energy_kwh_micros());
    EXPECT_FALSE(bill.lines(3).has_energy_kwh_micros()) << "nobody used it";
}

TEST(Compose, charges_of_one_component_price_and_band_are_one_line) {
    auto from = sources();
    from.plan = plan();
    from.contract.set_price_plan_version(4);
    add_charge(from, "cards", v1::PLAN_CHARGE_BLOCK, "2", 5'000'000, 10'000'000);
    add_charge(from, "cards", v1::PLAN_CHARGE_COVERED, "20", 0, 0);
    add_charge(from, "cards", v1::PLAN_CHARGE_USAGE, "1.333333333", 1'000'001, 1'333'335)
        .mutable_interval()
        ->set_end_ns(kStart + kHour);
    add_charge(from, "cards", v1::PLAN_CHARGE_USAGE, "1.333333333", 1'000'001, 1'333'334)
        .mutable_interval()
        ->set_end_ns(kStart + 3 * kHour);
    add_charge(from, "cards", v1::PLAN_CHARGE_USAGE, "1", 500'000, 500'000).set_place(1);
    add_charge(from, "nights", v1::PLAN_CHARGE_ESTIMATED, "2", 250'000, 500'000).set_place(1);
    set(*from.issued.mutable_charged(), 13'670'000);
    const auto bill = composed(from);
    ASSERT_EQ(bill.lines_size(), 5);
    EXPECT_EQ(bill.utc_offset_minutes(), -300);
    EXPECT_EQ(bill.contracts(0).price_version(), 4u);
    EXPECT_EQ(bill.lines(0).kind(), v1::SETTLEMENT_LINE_BLOCK);
    EXPECT_EQ(bill.lines(0).band(), "× 10");
    EXPECT_EQ(bill.lines(1).kind(), v1::SETTLEMENT_LINE_COVERED);
    const v1::SettlementLine& usage = bill.lines(2);
    EXPECT_EQ(usage.charges(), 2u);
    EXPECT_EQ(usage.band(), "0–100");
    EXPECT_EQ(usage.quantity_nanos(), 2'666'666'666);
    EXPECT_EQ(usage.amount_micros(), 2'666'669);
    EXPECT_EQ(usage.used().end_ns(), kStart + 3 * kHour);
    EXPECT_EQ(bill.lines(3).band(), "> 100");
    EXPECT_EQ(bill.lines(3).charges(), 0u);
    EXPECT_EQ(bill.lines(4).kind(), v1::SETTLEMENT_LINE_ESTIMATED);
    EXPECT_EQ(bill.lines(4).band(), "谷");
    EXPECT_EQ(bill.rounding_micros(), 3'331);
}

TEST(Compose, a_service_credit_stands_below_the_charges_without_quantity) {
    auto from = sources();
    add_charge(from, "cards", v1::PLAN_CHARGE_USAGE, "10", 1'000'000, 10'000'000);
    auto& credit = add_charge(from, "availability", v1::PLAN_CHARGE_SLA_CREDIT, "", 0, -1'000'000);
    credit.clear_unit();
    set(*from.issued.mutable_charged(), 9'000'000);
    const auto bill = composed(from);
    ASSERT_EQ(bill.lines_size(), 2);
    EXPECT_EQ(bill.lines(1).kind(), v1::SETTLEMENT_LINE_SLA_CREDIT);
    EXPECT_EQ(bill.lines(1).component(), "availability");
    EXPECT_EQ(bill.lines(1).amount_micros(), -1'000'000);
}

TEST(Compose, work_by_the_core_names_attempts_and_their_signed_usage) {
    auto from = sources();
    add_attempt(from, 4, kHour / 2, 100'000, 200'000, 12);
    add_attempt(from, 1, 1'234'567'891, 100'000, 34, 13);
    set(*from.issued.mutable_charged(), 200'000);
    const auto bill = composed(from);
    ASSERT_EQ(bill.lines_size(), 2);
    EXPECT_EQ(bill.lines(0).quantity_nanos(), 2'000'000'000);
    EXPECT_EQ(bill.lines(0).unit(), v1::PRICE_UNIT_CORE_HOUR);
    EXPECT_EQ(bill.lines(1).subject(), "att_2");
    EXPECT_EQ(bill.lines(1).usage(0).agent(), "agent_6");
    EXPECT_EQ(bill.lines(1).usage(0).first(), 13u);
    EXPECT_EQ(bill.utc_offset_minutes(), 480);
    EXPECT_EQ(bill.payments(0).kind(), v1::SETTLEMENT_PAYMENT_ESCROW);
    EXPECT_EQ(bill.due_micros(), 0);
    EXPECT_EQ(bill.due_at_ns(), 0);
}

TEST(Compose, what_results_were_too_dear_stands_below_the_work) {
    auto from = sources();
    add_attempt(from, 4, kHour / 2, 100'000, 200'000, 12);
    auto& credit = add_charge(from, "results", v1::PLAN_CHARGE_RESULT_CREDIT, "20", 0, -50'000);
    credit.clear_unit();
    set(*from.issued.mutable_charged(), 150'000);
    const auto bill = composed(from);
    ASSERT_EQ(bill.lines_size(), 2);
    EXPECT_EQ(bill.lines(1).kind(), v1::SETTLEMENT_LINE_RESULT_CREDIT);
    EXPECT_EQ(bill.lines(1).amount_micros(), -50'000);
}

TEST(Compose, very_many_attempts_are_added_up_by_price) {
    auto from = sources();
    for (std::size_t i = 0; i <= kAttemptLinesMax; ++i)
        add_attempt(from, 1, 36'000'000, i % 2 == 0 ? 1'000'000 : 2'000'000, i % 2 == 0 ? 10 : 20,
                    i + 1);
    set(*from.issued.mutable_charged(), 150'000);
    const auto bill = composed(from);
    ASSERT_EQ(bill.lines_size(), 2);
    EXPECT_EQ(bill.lines(0).charges(), 5'001u);
    EXPECT_EQ(bill.lines(1).charges(), 5'000u);
    EXPECT_EQ(bill.lines(0).usage(0).first(), 1u);
    EXPECT_EQ(bill.lines(0).usage(0).last(), 10'001u);
}

TEST(Compose, what_the_contracts_limit_has_cut_shows_no_unit_price) {
    auto from = sources();
    add_attempt(from, 4, kHour, 100'000, 300'000, 1);
    add_charge(from, "tokens", v1::PLAN_CHARGE_USAGE, "99999999999999999999", 0, 0);
    set(*from.issued.mutable_charged(), 300'000);
    const auto bill = composed(from);
    for (const auto& line : bill.lines()) {
        EXPECT_EQ(line.unit(), v1::PRICE_UNIT_UNSPECIFIED);
        EXPECT_EQ(line.quantity_nanos(), 0);
    }
}

TEST(Compose, the_seller_and_the_tax_follow_the_role) {
    for (const auto& [role, seller] : {std::pair(v1::TRADE_ROLE_UNSPECIFIED, "party_5"),
                                       std::pair(v1::TRADE_ROLE_AGENT, "party_5"),
                                       std::pair(v1::TRADE_ROLE_PRINCIPAL, "party_1"),
                                       std::pair(v1::TRADE_ROLE_HOSTING, "party_1")}) {
        auto from = sources();
        from.issued.set_role(role);
        add_attempt(from, 1, kHour, 106'000'000, 106'000'000, 1);
        set(*from.issued.mutable_charged(), 106'000'000);
        const auto bill = composed(from);
        EXPECT_EQ(bill.contracts(0).seller(), seller);
        ASSERT_EQ(bill.taxes_size(), 1);
        EXPECT_EQ(bill.taxes(0).seller(), seller);
        EXPECT_EQ(bill.taxes(0).tax_micros(), 6'000'000);
        EXPECT_EQ(bill.taxes(0).net_micros(), 100'000'000);
    }
}

projection::BillSources credit_note() {
    auto from = sources();
    from.issued.set_id("bill_9");
    from.issued.set_kind(v1::SETTLEMENT_CREDIT_NOTE);
    from.issued.set_corrects("bill_7");
    set(*from.issued.mutable_charged(), -2'500'000);
    v1::Dispute& dispute = from.dispute.emplace();
    dispute.set_id("dsp_2");
    dispute.set_reason("half of it was down");
    return from;
}

TEST(Compose, a_credit_note_gives_back_what_was_decided) {
    auto from = credit_note();
    auto bill = composed(from);
    EXPECT_EQ(bill.number(), 9u);
    EXPECT_EQ(bill.corrects(), 7u);
    EXPECT_EQ(bill.reason(), "half of it was down");
    ASSERT_EQ(bill.lines_size(), 1);
    EXPECT_EQ(bill.lines(0).kind(), v1::SETTLEMENT_LINE_REFUND);
    EXPECT_EQ(bill.lines(0).subject(), "dsp_2");
    EXPECT_EQ(bill.payments(0).amount_micros(), -2'500'000);
    EXPECT_EQ(bill.due_micros(), 0);
    from.dispute->set_note("Logs agree.");
    EXPECT_EQ(composed(from).reason(), "Logs agree.");
    from.dispute.reset();
    EXPECT_EQ(composed(from).reason(), "");
}

TEST(Compose, a_bill_on_credit_is_due_until_it_is_paid_or_set_off) {
    auto from = sources();
    from.issued.set_post_paid(true);
    add_attempt(from, 1, kHour, 10'000'000, 10'000'000, 1);
    set(*from.issued.mutable_charged(), 10'000'000);
    auto bill = composed(from);
    EXPECT_EQ(bill.due_micros(), 10'000'000);
    EXPECT_EQ(bill.due_at_ns(), from.issued.due_at_ns());
    EXPECT_EQ(bill.payments_size(), 0);
    set(*from.issued.mutable_paid_to_supplier(), 7'000'000);
    set(*from.issued.mutable_operator_fee(), 490'000);
    set(*from.issued.mutable_tax(), 10'000);
    EXPECT_EQ(composed(from).due_micros(), 2'500'000);
    auto note = credit_note();
    note.issued.set_post_paid(true);
    from.credit_notes.push_back(note.issued);
    bill = composed(from);
    EXPECT_EQ(bill.due_micros(), 0);
    EXPECT_EQ(bill.due_at_ns(), 0);
    EXPECT_EQ(bill.payments(1).reference(), "bill_9");
    EXPECT_EQ(composed(note).payments(0).reference(), "bill_7");
}

TEST(Compose, a_bill_that_is_paid_directly_says_so_and_how_it_was) {
    auto from = sources();
    from.issued.set_post_paid(true);
    from.issued.set_paid_directly(true);
    add_attempt(from, 1, kHour, 10'000'000, 10'000'000, 1);
    set(*from.issued.mutable_charged(), 10'000'000);
    auto bill = composed(from);
    EXPECT_TRUE(bill.paid_directly());
    EXPECT_EQ(bill.payments_size(), 0);
    EXPECT_EQ(bill.due_micros(), 10'000'000);
    set(*from.issued.mutable_paid_to_supplier(), 9'700'000);
    set(*from.issued.mutable_operator_fee(), 300'000);
    v1::ReceivedPayment& declared = *from.issued.add_received();
    set(*declared.mutable_amount(), 6'000'000);
    declared.set_bank_reference("bill_9");
    set(*from.issued.add_received()->mutable_amount(), 4'000'000);
    bill = composed(from);
    EXPECT_EQ(bill.due_micros(), 0);
    EXPECT_EQ(bill.due_at_ns(), 0);
    ASSERT_EQ(bill.payments_size(), 2);
    for (const v1::SettlementPayment& payment : bill.payments())
        EXPECT_EQ(payment.kind(), v1::SETTLEMENT_PAYMENT_DIRECT);
    EXPECT_EQ(bill.payments(0).reference(), "bill_9");
    EXPECT_EQ(bill.payments(0).amount_micros(), 6'000'000);
    EXPECT_EQ(bill.payments(1).reference(), "ctr_3") << "the buyer has declared none";
}

TEST(Compose, names_that_cannot_be_printed_are_replaced_by_ids) {
    auto from = sources();
    from.buyer = "two\nlines";
    from.supplier.clear();
    from.product =
        "\xE2\x80\xAE"
        "backwards";
    add_attempt(from, 1, kHour, 10'000'000, 10'000'000, 1);
    set(*from.issued.mutable_charged(), 10'000'000);
    const auto bill = composed(from);
    EXPECT_EQ(bill.buyer().name(), "party_4");
    EXPECT_EQ(bill.suppliers(0).name(), "party_5");
    EXPECT_EQ(bill.contracts(0).product(), "prod_8");
}

TEST(Compose, charges_that_do_not_make_what_was_charged_are_refused) {
    auto from = sources();
    add_attempt(from, 1, kHour, 10'000'000, 10'000'000, 1);
    set(*from.issued.mutable_charged(), 10'010'000);
    const auto bill = compose(from, issuer());
    ASSERT_FALSE(bill);
    EXPECT_EQ(bill.error().reason(), "BILL_SUM_WRONG");
}

}  // namespace
}  // namespace penstock::bills

#include "format/bill/bill_sums.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/money.h"
#include "format/bill/error.h"
#include "format/bill/test_bill.h"

namespace penstock::format {
namespace {

v1::SettlementBill good_bill() {
    v1::SettlementBill bill = test_bill();
    EXPECT_TRUE(add_up(bill).has_value());
    return bill;
}

TEST(BillSums, tax_comes_on_top_for_each_seller_and_rate) {
    const v1::SettlementBill bill = good_bill();
    ASSERT_EQ(bill.taxes_size(), 2);
    EXPECT_EQ(bill.taxes(0).seller(), "party_1");
    EXPECT_EQ(bill.taxes(0).net_micros(), 3'333'333);
    EXPECT_EQ(bill.taxes(0).tax_micros(), 430'000);
    EXPECT_EQ(bill.taxes(1).net_micros(), 25'000'002);
    EXPECT_EQ(bill.taxes(1).tax_micros(), 1'500'000);
    EXPECT_EQ(bill.subtotal_micros(), 28'333'335);
    EXPECT_EQ(bill.tax_micros(), 1'930'000);
    EXPECT_EQ(bill.rounding_micros(), -3'335);
    EXPECT_EQ(bill.payable_micros(), 30'260'000);
    EXPECT_TRUE(check_bill(bill).has_value());
}

TEST(BillSums, included_tax_is_taken_out_of_the_lines) {
    v1::SettlementBill bill = test_bill();
    bill.set_tax_basis(v1::TAX_BASIS_INCLUDED);
    ASSERT_TRUE(add_up(bill).has_value());
    EXPECT_EQ(bill.taxes(0).net_micros() + bill.taxes(0).tax_micros(), 3'333'333);
    EXPECT_EQ(bill.taxes(0).tax_micros(), 380'000);
    EXPECT_EQ(bill.payable_micros(), 28'330'000);
    EXPECT_TRUE(check_bill(bill).has_value());
}

TEST(BillSums, payments_leave_what_is_due) {
    v1::SettlementBill bill = test_bill();
    v1::SettlementPayment& payment = *bill.add_payments();
    payment.set_kind(v1::SETTLEMENT_PAYMENT_VOUCHER);
    payment.set_reference("vou_9");
    payment.set_amount_micros(10'000'000);
    ASSERT_TRUE(add_up(bill).has_value());
    EXPECT_EQ(bill.due_micros(), 20'260'000);
    EXPECT_TRUE(check_bill(bill).has_value());
}

TEST(BillSums, energy_stands_on_usage_and_carbon_beside_it) {
    v1::SettlementBill bill = good_bill();
    bill.mutable_lines(0)->set_energy_kwh_micros(2'240'000);
    bill.mutable_lines(0)->set_carbon_kg_micros(1'305'920);
    EXPECT_TRUE(check_bill(bill));
    v1::SettlementBill of_block = bill;
    of_block.mutable_lines(0)->set_kind(v1::SETTLEMENT_LINE_BLOCK);
    EXPECT_EQ(check_bill(of_block).error().field(), "lines[0].energy_kwh_micros");
    bill.mutable_lines(0)->clear_energy_kwh_micros();
    EXPECT_EQ(check_bill(bill).error().field(), "lines[0].carbon_kg_micros");
}

TEST(BillSums, a_credit_note_gives_back_what_the_bill_took) {
    const v1::SettlementBill bill = good_bill();
    v1::SettlementBill note = test_bill();
    note.set_number(43);
    note.set_kind(v1::SETTLEMENT_CREDIT_NOTE);
    note.set_corrects(42);
    for (v1::SettlementLine& line : *note.mutable_lines()) {
        line.set_kind(v1::SETTLEMENT_LINE_CORRECTION);
        line.set_quantity_nanos(-line.quantity_nanos());
        line.set_amount_micros(-line.amount_micros());
    }
    ASSERT_TRUE(add_up(note).has_value());
    EXPECT_TRUE(check_bill(note).has_value());
    EXPECT_EQ(note.payable_micros(), -bill.payable_micros());
    EXPECT_EQ(note.rounding_micros(), -bill.rounding_micros());
}

TEST(BillSums, amounts_may_be_off_by_a_micro_for_each_charge_they_add_up) {
    v1::SettlementBill bill = test_bill();
    bill.mutable_lines(2)->set_amount_micros(5'000'007);
    ASSERT_TRUE(add_up(bill).has_value());
    EXPECT_FALSE(check_bill(bill).has_value());
    bill.mutable_lines(2)->set_charges(7);
    EXPECT_TRUE(check_bill(bill).has_value());
}

TEST(BillSums, rounding_that_was_carried_on_stays_below_one_fen) {
    v1::SettlementBill bill = test_bill();  // 30.263335 in all.
    for (const std::int64_t payable : {30'260'000, 30'270'000}) {
        ASSERT_TRUE(add_up(bill, Money{payable}).has_value()) << payable;
        EXPECT_TRUE(check_bill(bill).has_value()) << payable;
        EXPECT_EQ(bill.rounding_micros(), payable - 30'263'335);
    }
    const std::string before = bill.SerializeAsString();
    for (const std::int64_t payable : {30'250'000, 30'280'000, 30'263'335}) {
        const auto added = add_up(bill, Money{payable});
        ASSERT_FALSE(added.has_value()) << payable;
        EXPECT_EQ(added.error().field(), "payable_micros");
    }
    EXPECT_FALSE(add_up(bill, Money{INT64_MAX}).has_value());
    EXPECT_EQ(bill.SerializeAsString(), before);
}

struct Wrong {
    std::string field;
    std::string reason;
    std::function<void(v1::SettlementBill&)> spoil;
};

void expect_refused(const Wrong& wrong) {
    v1::SettlementBill bill = good_bill();
    wrong.spoil(bill);
    const auto checked = check_bill(bill);
    ASSERT_FALSE(checked.has_value()) << wrong.field;
    EXPECT_EQ(checked.error().field(), wrong.field);
    EXPECT_EQ(checked.error().reason(), wrong.reason) << wrong.field;
}

TEST(BillSums, any_sum_that_is_off_by_a_micro_is_told) {
    using Bill = v1::SettlementBill;
    const Wrong wrongs[] = {
        {"subtotal_micros", "BILL_SUM_WRONG", [](Bill& b) { b.set_subtotal_micros(28'333'336); }},
        {"lines[2].amount_micros", "BILL_SUM_WRONG",
         [](Bill& b) { b.mutable_lines(2)->set_amount_micros(4'000'000); }},
        {"taxes[1].tax_micros", "BILL_SUM_WRONG",
         [](Bill& b) { b.mutable_taxes(1)->set_tax_micros(1'500'001); }},
        {"taxes[0].net_micros", "BILL_SUM_WRONG",
         [](Bill& b) { b.mutable_taxes(0)->set_net_micros(1); }},
        {"taxes[0]", "BILL_SUM_WRONG", [](Bill& b) { b.mutable_taxes()->SwapElements(0, 1); }},
        {"taxes", "BILL_SUM_WRONG", [](Bill& b) { b.mutable_taxes()->RemoveLast(); }},
        {"tax_micros", "BILL_SUM_WRONG", [](Bill& b) { b.set_tax_micros(0); }},
        {"rounding_micros", "BILL_SUM_WRONG", [](Bill& b) { b.set_rounding_micros(0); }},
        {"payable_micros", "BILL_SUM_WRONG", [](Bill& b) { b.set_payable_micros(30'280'000); }},
        {"due_micros", "BILL_SUM_WRONG", [](Bill& b) { b.set_due_micros(0); }},
    };
    for (const Wrong& wrong : wrongs) expect_refused(wrong);
}

TEST(BillSums, fields_of_the_head_that_cannot_be_are_named) {
    using Bill = v1::SettlementBill;
    constexpr const char* kWhy = "BILL_INVALID";
    const Wrong wrongs[] = {
        {"number", kWhy, [](Bill& b) { b.clear_number(); }},
        {"kind", kWhy, [](Bill& b) { b.clear_kind(); }},
        {"corrects", kWhy, [](Bill& b) { b.set_corrects(41); }},
        {"corrects", kWhy, [](Bill& b) { b.set_kind(v1::SETTLEMENT_CREDIT_NOTE); }},
        {"issued_at_ns", kWhy, [](Bill& b) { b.clear_issued_at_ns(); }},
        {"utc_offset_minutes", kWhy, [](Bill& b) { b.set_utc_offset_minutes(841); }},
        {"period.end_ns", kWhy, [](Bill& b) { b.mutable_period()->set_end_ns(kFebruary); }},
        {"issuer.name", kWhy, [](Bill& b) { b.clear_issuer(); }},
        {"buyer.name", kWhy, [](Bill& b) { b.mutable_buyer()->set_name("two\nlines"); }},
        {"buyer.address", kWhy,
         [](Bill& b) {
             b.mutable_buyer()->set_address(
                 "\xE2\x80\xAE"
                 "backwards");
         }},
        {"suppliers[0].name", kWhy, [](Bill& b) { b.mutable_suppliers(0)->clear_name(); }},
        {"suppliers[1].party", kWhy, [](Bill& b) { *b.add_suppliers() = b.suppliers(0); }},
        {"currency", kWhy, [](Bill& b) { b.set_currency("cny"); }},
        {"tax_basis", kWhy, [](Bill& b) { b.clear_tax_basis(); }},
        {"contracts[0].supplier", kWhy,
         [](Bill& b) { b.mutable_contracts(0)->set_supplier("party_9"); }},
        {"contracts[0].seller", kWhy,
         [](Bill& b) { b.mutable_contracts(0)->set_seller("party_1"); }},
        {"contracts[1].seller", kWhy,
         [](Bill& b) { b.mutable_contracts(1)->set_seller("party_3"); }},
        {"contracts[0].role", kWhy, [](Bill& b) { b.mutable_contracts(0)->clear_role(); }},
        {"contracts[1].contract", kWhy,
         [](Bill& b) { b.mutable_contracts(1)->set_contract("ctr_1"); }},
    };
    for (const Wrong& wrong : wrongs) expect_refused(wrong);
}

TEST(BillSums, fields_of_lines_and_payments_that_cannot_be_are_named) {
    using Bill = v1::SettlementBill;
    constexpr const char* kWhy = "BILL_INVALID";
    const Wrong wrongs[] = {
        {"lines", kWhy, [](Bill& b) { b.clear_lines(); }},
        {"lines[1].number", kWhy, [](Bill& b) { b.mutable_lines(1)->set_number(3); }},
        {"lines[1].contract", kWhy, [](Bill& b) { b.mutable_lines(1)->set_contract("ctr_9"); }},
        {"lines[1].kind", kWhy,
         [](Bill& b) { b.mutable_lines(1)->set_kind(v1::SETTLEMENT_LINE_CORRECTION); }},
        {"lines[1].amount_micros", kWhy,
         [](Bill& b) { b.mutable_lines(1)->set_kind(v1::SETTLEMENT_LINE_REFUND); }},
        {"lines[1].component", kWhy, [](Bill& b) { b.mutable_lines(1)->clear_component(); }},
        {"lines[1].unit", kWhy, [](Bill& b) { b.mutable_lines(1)->clear_unit(); }},
        {"lines[1].tax_basis_points", kWhy,
         [](Bill& b) { b.mutable_lines(1)->set_tax_basis_points(10'001); }},
        {"lines[0].usage[0].first", kWhy,
         [](Bill& b) {
             auto& usage = *b.mutable_lines(0)->add_usage();
             usage.set_agent("agent_1");
             usage.set_first(2);
             usage.set_last(1);
         }},
        {"payments[0].reference", kWhy,
         [](Bill& b) { b.add_payments()->set_kind(v1::SETTLEMENT_PAYMENT_ESCROW); }},
        {"checkpoint.origin", kWhy, [](Bill& b) { b.mutable_checkpoint()->set_tree_size(1); }},
        {"lines[1].kind", kWhy,
         [](Bill& b) { b.mutable_lines(1)->set_kind(static_cast<v1::SettlementLineKind>(99)); }},
        {"lines[1].unit", kWhy,
         [](Bill& b) { b.mutable_lines(1)->set_unit(static_cast<v1::PriceUnit>(99)); }},
        {"lines[1].amount_micros", kWhy,
         [](Bill& b) {
             b.mutable_lines(1)->clear_unit();
             b.mutable_lines(1)->clear_quantity_nanos();
             b.mutable_lines(1)->clear_unit_price_micros();
             b.mutable_lines(1)->set_amount_micros(INT64_MIN);
         }},
        {"payable_micros", kWhy, [](Bill& b) { b.set_payable_micros(-1); }},
        {"payable_micros", kWhy,
         [](Bill& b) {
             b.set_kind(v1::SETTLEMENT_CREDIT_NOTE);
             b.set_corrects(1);
             b.set_payable_micros(INT64_MAX);
         }},
        {"due_micros", kWhy, [](Bill& b) { b.set_due_micros(-1); }},
    };
    for (const Wrong& wrong : wrongs) expect_refused(wrong);
}

TEST(BillSums, sums_beyond_the_largest_amount_are_refused_and_change_nothing) {
    v1::SettlementBill bill = test_bill();
    for (v1::SettlementLine& line : *bill.mutable_lines()) line.set_amount_micros(kMoneyMax.micros);
    const std::string before = bill.SerializeAsString();
    EXPECT_FALSE(add_up(bill).has_value());
    EXPECT_EQ(bill.SerializeAsString(), before);
}

}  // namespace
}  // namespace penstock::format

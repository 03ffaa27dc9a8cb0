#include "format/focus/bill_rows.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "format/focus/run.h"
#include "format/focus/test_rows.h"

namespace penstock::focus {
namespace {

v1::SettlementBill empty_bill() {
    v1::SettlementBill bill;
    bill.set_number(7);
    bill.set_kind(v1::SETTLEMENT_BILL);
    bill.mutable_period()->set_start_ns(kMay.ns + 1);
    bill.mutable_period()->set_end_ns(kJune.ns - 1);
    bill.mutable_issuer()->set_party("party_1");
    bill.mutable_issuer()->set_name("上海算力交易中心");
    bill.mutable_buyer()->set_party("party_4");
    bill.mutable_buyer()->set_name("某某智能");
    v1::PaperParty& supplier = *bill.add_suppliers();
    supplier.set_party("party_5");
    supplier.set_name("Pudong Compute");
    bill.set_currency("CNY");
    bill.set_tax_basis(v1::TAX_BASIS_INCLUDED);
    v1::BilledContract& contract = *bill.add_contracts();
    contract.set_contract("ctr_3");
    contract.set_order("ord_2");
    contract.set_product("Cards");
    contract.set_supplier("party_5");
    contract.set_role(v1::TRADE_ROLE_AGENT);
    contract.set_seller("party_5");
    contract.set_price_version(2);
    return bill;
}

v1::SettlementLine& add(v1::SettlementBill& bill, v1::SettlementLineKind kind, v1::PriceUnit unit,
                        std::int64_t nanos, std::int64_t price, std::int64_t amount) {
    v1::SettlementLine& line = *bill.add_lines();
    line.set_contract("ctr_3");
    line.set_kind(kind);
    line.set_component("cards");
    line.set_unit(unit);
    line.set_quantity_nanos(nanos);
    line.set_unit_price_micros(price);
    line.set_amount_micros(amount);
    bill.set_payable_micros(bill.payable_micros() + amount);
    return line;
}

/// A line of every kind and a price of every unit.
v1::SettlementBill full_bill() {
    v1::SettlementBill bill = empty_bill();
    for (int unit = v1::PRICE_UNIT_CARD_HOUR; unit <= v1::PRICE_UNIT_PORT_MONTH; ++unit)
        add(bill, v1::SETTLEMENT_LINE_USAGE, static_cast<v1::PriceUnit>(unit), 1'333'333'333,
            3'000'000, 4'000'000);
    bill.mutable_lines(1)->set_subject("att_9");
    bill.mutable_lines(2)->mutable_used()->set_start_ns(kMay.ns + 5);
    bill.mutable_lines(2)->mutable_used()->set_end_ns(kMay.ns + 6);
    const auto cards = v1::PRICE_UNIT_CARD_HOUR;
    add(bill, v1::SETTLEMENT_LINE_BLOCK, cards, 2'000'000'000, 5'000'000, 10'000'000);
    add(bill, v1::SETTLEMENT_LINE_COVERED, cards, 2'000'000'000, 0, 0);
    add(bill, v1::SETTLEMENT_LINE_COVERED, cards, 1'000'000'000, 0, 0);
    add(bill, v1::SETTLEMENT_LINE_RERATED, cards, 1'000'000'000, -100'000, -100'000);
    add(bill, v1::SETTLEMENT_LINE_ESTIMATED, cards, 1'000'000'000, 100'000, 100'000);
    add(bill, v1::SETTLEMENT_LINE_SHORTFALL, cards, 1'000'000'000, 50'000, 50'000);
    add(bill, v1::SETTLEMENT_LINE_USAGE, v1::PRICE_UNIT_UNSPECIFIED, 0, 0, 3'331);
    add(bill, v1::SETTLEMENT_LINE_SLA_CREDIT, v1::PRICE_UNIT_UNSPECIFIED, 0, 0, -1'000'000);
    bill.set_rounding_micros(-3'331);
    bill.set_payable_micros(bill.payable_micros() - 3'331);
    return bill;
}

v1::SettlementBill credit_note() {
    v1::SettlementBill note = empty_bill();
    note.set_number(8);
    note.set_kind(v1::SETTLEMENT_CREDIT_NOTE);
    note.set_corrects(7);
    add(note, v1::SETTLEMENT_LINE_REFUND, v1::PRICE_UNIT_UNSPECIFIED, 0, 0, -2'000'000);
    add(note, v1::SETTLEMENT_LINE_CORRECTION, v1::PRICE_UNIT_CARD_HOUR, -1'000'000'000, 3'000'000,
        -3'000'000);
    return note;
}

TEST(BillRows, energy_and_carbon_of_a_line_are_those_of_its_row) {
    v1::SettlementBill bill = empty_bill();
    v1::SettlementLine& line =
        add(bill, v1::SETTLEMENT_LINE_USAGE, v1::PRICE_UNIT_CARD_HOUR, 2'500'000'000, 4, 10);
    line.set_energy_kwh_micros(2'240'000);
    line.set_carbon_kg_micros(1'305'920);
    add(bill, v1::SETTLEMENT_LINE_USAGE, v1::PRICE_UNIT_CARD_HOUR, 1'000'000'000, 4, 4);
    const auto rows = focus_rows(bill).value();
    EXPECT_EQ(rows[0].energy_kwh_micros, 2'240'000);
    EXPECT_EQ(rows[0].carbon_kg_micros, 1'305'920);
    EXPECT_FALSE(rows[1].energy_kwh_micros);
    EXPECT_FALSE(rows[1].carbon_kg_micros);
}

TEST(BillRows, costs_add_up_to_what_is_payable) {
    for (const v1::SettlementBill& bill : {full_bill(), credit_note()}) {
        const auto rows = focus_rows(bill).value();
        EXPECT_EQ(focus_totals(rows)->billed_cost.micros, bill.payable_micros());
        EXPECT_EQ(focus_totals(rows)->effective_cost.micros, bill.payable_micros());
    }
    auto on_top = full_bill();
    on_top.set_tax_basis(v1::TAX_BASIS_EXCLUDED);
    on_top.add_taxes()->set_tax_micros(6'000'000);
    const auto rows = focus_rows(on_top).value();
    EXPECT_EQ(focus_totals(rows)->billed_cost.micros, on_top.payable_micros() + 6'000'000);
    EXPECT_EQ(rows[rows.size() - 2].category, ChargeCategory::tax);
}

TEST(BillRows, what_blocks_cost_is_borne_by_what_they_covered) {
    const auto rows = focus_rows(full_bill()).value();
    EXPECT_EQ(rows[11].category, ChargeCategory::purchase);
    EXPECT_EQ(rows[11].effective_cost.micros, 0);
    EXPECT_EQ(rows[12].effective_cost.micros, 6'666'666);
    EXPECT_EQ(rows[13].effective_cost.micros, 3'333'334);
}

TEST(BillRows, tell_who_sold_and_whose_machines_they_were) {
    auto bill = full_bill();
    EXPECT_EQ(focus_rows(bill)->front().provider_name, "Pudong Compute");
    bill.mutable_contracts(0)->set_seller("party_1");
    const FocusRow row = focus_rows(bill)->front();
    EXPECT_EQ(row.provider_name, "上海算力交易中心");
    EXPECT_EQ(row.publisher_name, "Pudong Compute");
    EXPECT_EQ(row.invoice_id, "bill_7");
    EXPECT_EQ(row.billing_account.id, "party_4");
    EXPECT_EQ(focus_rows(bill)->at(1).resource->id, "att_9");
}

TEST(BillRows, pass_every_executable_rule) {
    const auto folder = focus_data();
    if (!folder) GTEST_SKIP() << "no official files; name their folder in PENSTOCK_DATA";
    const auto rules = RuleTable::parse(official_files(*folder));
    ASSERT_TRUE(rules.has_value()) << rules.error().message();
    auto rows = focus_rows(full_bill()).value();
    const auto more = focus_rows(credit_note()).value();
    rows.insert(rows.end(), more.begin(), more.end());
    const auto text = focus_csv(rows);
    ASSERT_TRUE(text.has_value()) << text.error().message() << text.error().detail();
    const auto table = read_table(*text).value();
    for (const char* criteria : {"all", "auto"}) {
        const Report report = run_rules(
            *rules, table, {.criteria = choose_criteria(criteria, *rules, table).value()});
        for (std::size_t i = 0; i < report.results.size(); ++i)
            EXPECT_NE(report.results[i].outcome, Outcome::failed)
                << criteria << " " << rules->rules()[i].id;
        EXPECT_GT(report.count(Outcome::passed), 250u);
    }
}

RC_GTEST_PROP(BillRowsProperty, any_bill_gives_rows_that_make_it_whole, ()) {
    v1::SettlementBill bill = empty_bill();
    const int lines = *rc::gen::inRange(1, 40);
    for (int i = 0; i < lines; ++i) {
        const auto kind = static_cast<v1::SettlementLineKind>(*rc::gen::inRange(1, 10));
        const auto unit = static_cast<v1::PriceUnit>(*rc::gen::inRange(0, 12));
        const bool priced = unit != v1::PRICE_UNIT_UNSPECIFIED;
        const auto amount = *rc::gen::inRange<std::int64_t>(-5'000'000'000, 5'000'000'000);
        add(bill, kind, unit, priced ? *rc::gen::inRange<std::int64_t>(-10, 1'000'000'000'000) : 0,
            priced ? *rc::gen::inRange<std::int64_t>(-5, 5'000'000'000) : 0, amount)
            .set_component(std::string(1, *rc::gen::inRange('a', 'd')));
    }
    bill.set_rounding_micros(*rc::gen::inRange<std::int64_t>(-9'999, 10'000));
    const auto rows = focus_rows(bill);
    RC_ASSERT(rows.has_value());
    RC_ASSERT(focus_csv(*rows).has_value());
    RC_ASSERT(focus_totals(*rows)->billed_cost.micros ==
              bill.payable_micros() + bill.rounding_micros());
}

}  // namespace
}  // namespace penstock::focus

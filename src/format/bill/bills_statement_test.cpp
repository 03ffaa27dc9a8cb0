#include "format/bill/bills_statement.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "format/bill/error.h"
#include "format/bill/print.h"
#include "format/bill/test_bills_statement.h"

namespace penstock::format {
namespace {

v1::BillsStatement good_statement() {
    v1::BillsStatement statement = test_statement();
    EXPECT_TRUE(add_up(statement).has_value());
    return statement;
}

TEST(BillsStatement, bills_make_subtotals_and_sums) {
    const v1::BillsStatement statement = good_statement();
    EXPECT_TRUE(check_bills_statement(statement).has_value());
    EXPECT_EQ(statement.charged_micros(), 90'000'000);
    EXPECT_EQ(statement.credited_micros(), -2'500'000);
    EXPECT_EQ(statement.payable_micros(), 87'500'000);
    EXPECT_EQ(statement.paid_micros(), 67'500'000);
    EXPECT_EQ(statement.due_micros(), 20'000'000);
    ASSERT_EQ(statement.contracts_size(), 2);
    EXPECT_EQ(statement.contracts(0).contract(), "ctr_1");
    EXPECT_EQ(statement.contracts(0).bills(), 2u);
    EXPECT_EQ(statement.contracts(0).amount_micros(), 60'000'000);
    EXPECT_EQ(statement.contracts(1).amount_micros(), 27'500'000);
    ASSERT_EQ(statement.taxes_size(), 1);
    // 0.57 + 1.70 - 0.14 + 2.83: of each bill to the fen.
    EXPECT_EQ(statement.taxes(0).tax_micros(), 4'960'000);
    EXPECT_EQ(statement.taxes(0).net_micros(), 82'540'000);
    EXPECT_EQ(statement.tax_micros(), 4'960'000);
}

TEST(BillsStatement, a_month_without_bills_adds_up_to_nothing) {
    v1::BillsStatement statement = empty_statement();
    ASSERT_TRUE(add_up(statement).has_value());
    EXPECT_TRUE(check_bills_statement(statement).has_value());
    EXPECT_TRUE(print_bills_statement(statement, {}).has_value());
    statement.set_due_micros(1);
    EXPECT_FALSE(check_bills_statement(statement).has_value());
}

TEST(BillsStatement, taxes_are_told_by_seller_and_rate) {
    v1::BillsStatement statement = test_statement();
    statement.mutable_bills(0)->set_seller("party_1");
    statement.mutable_bills(3)->set_tax_basis_points(0);
    statement.mutable_bills(3)->set_tax_micros(0);
    ASSERT_TRUE(add_up(statement).has_value());
    ASSERT_EQ(statement.taxes_size(), 3);
    EXPECT_EQ(statement.taxes(0).seller(), "party_1");
    EXPECT_EQ(statement.taxes(1).tax_basis_points(), 0u);
    EXPECT_EQ(statement.taxes(1).net_micros(), 50'000'000);
    EXPECT_EQ(statement.taxes(2).tax_basis_points(), 600u);
}

TEST(BillsStatement, a_credit_note_of_a_bill_on_another_statement_is_taken) {
    v1::BillsStatement statement = test_statement();
    statement.mutable_bills(2)->set_corrects(3);
    ASSERT_TRUE(add_up(statement).has_value());
    EXPECT_TRUE(check_bills_statement(statement).has_value());
}

TEST(BillsStatement, a_bills_tax_is_that_of_its_lines_which_may_lie_a_fen_beside) {
    v1::BillsStatement statement = test_statement();
    statement.mutable_bills(0)->set_tax_micros(560'000);
    EXPECT_TRUE(add_up(statement).has_value());
    statement.mutable_bills(0)->set_tax_micros(550'000);
    EXPECT_EQ(add_up(statement).error().field(), "bills[0].tax_micros");
}

struct Wrong {
    std::string field;
    std::function<void(v1::BillsStatement&)> spoil;
};

void expect_refused(const Wrong& wrong, const Rejection& why) {
    v1::BillsStatement statement = good_statement();
    wrong.spoil(statement);
    const auto checked = check_bills_statement(statement);
    ASSERT_FALSE(checked.has_value()) << wrong.field;
    EXPECT_EQ(checked.error().field(), wrong.field);
    EXPECT_EQ(checked.error().number(), why.number) << wrong.field;
    EXPECT_FALSE(print_bills_statement(statement, {}).has_value()) << wrong.field;
}

TEST(BillsStatement, a_sum_that_the_bills_do_not_make_is_named) {
    using S = v1::BillsStatement;
    const Wrong wrongs[] = {
        {"charged_micros", [](S& s) { s.set_charged_micros(90'000'001); }},
        {"credited_micros", [](S& s) { s.set_credited_micros(0); }},
        {"payable_micros", [](S& s) { s.set_payable_micros(1); }},
        {"tax_micros", [](S& s) { s.set_tax_micros(1); }},
        {"paid_micros", [](S& s) { s.set_paid_micros(1); }},
        {"due_micros", [](S& s) { s.set_due_micros(1); }},
        {"contracts", [](S& s) { s.mutable_contracts()->RemoveLast(); }},
        {"contracts[1].contract", [](S& s) { s.mutable_contracts(1)->set_contract("ctr_1"); }},
        {"contracts[1].amount_micros", [](S& s) { s.mutable_contracts(1)->set_amount_micros(1); }},
        {"contracts[0].bills", [](S& s) { s.mutable_contracts(0)->set_bills(1); }},
        {"taxes", [](S& s) { s.clear_taxes(); }},
        {"taxes[0].net_micros", [](S& s) { s.mutable_taxes(0)->set_net_micros(1); }},
        {"contracts", [](S& s) { s.mutable_bills(3)->set_contract("ctr_9"); }},
    };
    for (const Wrong& wrong : wrongs) expect_refused(wrong, kBillsStatementSumWrong);
}

TEST(BillsStatement, a_field_that_cannot_be_so_is_named) {
    using S = v1::BillsStatement;
    const auto bill = [](int at, auto spoil) { return [=](S& s) { spoil(*s.mutable_bills(at)); }; };
    using B = v1::StatedBill;
    const Wrong wrongs[] = {
        {"issuer.name", [](S& s) { s.clear_issuer(); }},
        {"party.name", [](S& s) { s.clear_party(); }},
        {"currency", [](S& s) { s.clear_currency(); }},
        {"period.start_ns", [](S& s) { s.clear_period(); }},
        {"issued_at_ns", [](S& s) { s.clear_issued_at_ns(); }},
        {"utc_offset_minutes", [](S& s) { s.set_utc_offset_minutes(841); }},
        {"bills[1].kind", bill(1, [](B& b) { b.clear_kind(); })},
        {"bills[1].number", bill(1, [](B& b) { b.set_number(7); })},
        {"bills[0].issued_at_ns", bill(0, [](B& b) { b.set_issued_at_ns(kFebruary - 1); })},
        {"bills[3].issued_at_ns", bill(3, [](B& b) { b.set_issued_at_ns(kMarch); })},
        {"bills[2].issued_at_ns",
         [](S& s) { s.mutable_bills(1)->set_issued_at_ns(kFebruary + 1); }},
        {"bills[0].product", bill(0, [](B& b) { b.set_product("two\nlines"); })},
        {"bills[0].seller", bill(0, [](B& b) { b.clear_seller(); })},
        {"bills[3].contract", bill(3, [](B& b) { b.set_product("another"); })},
        {"bills[0].amount_micros", bill(0, [](B& b) { b.set_amount_micros(-10'000'000); })},
        {"bills[0].amount_micros", bill(0, [](B& b) { b.set_amount_micros(10'000'001); })},
        {"bills[2].amount_micros", bill(2, [](B& b) { b.set_amount_micros(2'500'000); })},
        {"bills[2].amount_micros",
         [](S& s) { s.mutable_bills(1)->set_given_back_micros(2'490'000); }},
        {"bills[0].tax_basis_points", bill(0, [](B& b) { b.set_tax_basis_points(10'001); })},
        {"bills[2].tax_micros", bill(2, [](B& b) { b.set_tax_micros(140'000); })},
        {"bills[1].given_back_micros", bill(1, [](B& b) { b.set_given_back_micros(30'010'000); })},
        {"bills[0].paid_micros", bill(0, [](B& b) { b.set_paid_micros(9'990'000); })},
        {"bills[3].due_micros", bill(3, [](B& b) { b.set_given_back_micros(30'010'000); })},
        {"bills[2].due_micros", bill(2, [](B& b) { b.set_due_micros(10'000); })},
        {"bills[3].due_at_ns", bill(3, [](B& b) { b.clear_due_at_ns(); })},
        {"bills[0].due_at_ns", bill(0, [](B& b) { b.set_due_at_ns(kMarch); })},
        {"bills[3].state", bill(3, [](B& b) { b.set_state(v1::BILL_SETTLED); })},
        {"bills[0].state", bill(0, [](B& b) { b.clear_state(); })},
        {"bills[0].corrects", bill(0, [](B& b) { b.set_corrects(3); })},
        {"bills[2].corrects", bill(2, [](B& b) { b.clear_corrects(); })},
        {"bills[2].corrects", bill(2, [](B& b) { b.set_corrects(12); })},
    };
    for (const Wrong& wrong : wrongs) expect_refused(wrong, kBillsStatementInvalid);
}

TEST(BillsStatement, bills_that_are_worth_too_much_are_refused) {
    v1::BillsStatement statement = empty_statement();
    for (const std::uint64_t number : {1u, 2u})
        *statement.add_bills() = stated_bill(number, "ctr_1", kMoneyMax.micros);
    EXPECT_EQ(add_up(statement).error().field(), "bills[1].amount_micros");
    EXPECT_EQ(statement.contracts_size(), 0);
}

}  // namespace
}  // namespace penstock::format

#include "shell/bills/statement.h"

#include <gtest/gtest.h>

#include "shell/bills/test_sources.h"

namespace penstock::bills {
namespace {

/// The bill on its own paper, and on a statement, must say the same.
v1::StatedBill stated(const projection::BillSources& from) {
    const auto paper = compose(from, issuer()).value();
    StatementSources asked{.issuer = issuer(), .currency = "CNY"};
    asked.party.set_id(from.issued.buyer());
    asked.party.set_name(from.buyer);
    asked.period = {{kStart}, {kStart + 48 * kHour}};
    asked.issued_at = {kStart + 50 * kHour};
    asked.bills = {{.issued = from.issued,
                    .product = from.product,
                    .counterparty = from.supplier,
                    .subtotal_micros = paper.subtotal_micros()}};
    const auto statement = compose_statement(asked);
    EXPECT_TRUE(statement) << (statement ? "" : statement.error().field());
    if (!statement) return {};
    const v1::StatedBill& bill = statement->bills(0);
    EXPECT_EQ(bill.number(), paper.number());
    EXPECT_EQ(bill.corrects(), paper.corrects());
    EXPECT_EQ(bill.product(), paper.contracts(0).product());
    EXPECT_EQ(bill.counterparty(), paper.suppliers(0).name());
    EXPECT_EQ(bill.seller(), paper.contracts(0).seller());
    EXPECT_EQ(bill.amount_micros(), paper.payable_micros());
    EXPECT_EQ(bill.tax_micros(), paper.tax_micros());
    EXPECT_EQ(bill.due_micros(), paper.due_micros());
    EXPECT_EQ(bill.due_at_ns(), paper.due_at_ns());
    EXPECT_EQ(statement->due_micros(), paper.due_micros());
    return bill;
}

projection::BillSources charged_bill(std::int64_t micros) {
    auto from = sources();
    from.issued.set_state(v1::BILL_OPEN);
    add_attempt(from, 1, kHour, micros, micros, 1);
    set(*from.issued.mutable_charged(), micros);
    return from;
}

TEST(Statement, a_bill_out_of_an_escrow_is_paid_when_it_is_issued) {
    auto from = charged_bill(10'000'000);
    set(*from.issued.mutable_given_back(), 2'500'000);
    const auto bill = stated(from);
    EXPECT_EQ(bill.state(), v1::BILL_OPEN);
    EXPECT_EQ(bill.paid_micros(), 10'000'000);
    EXPECT_EQ(bill.given_back_micros(), 2'500'000);
}

TEST(Statement, the_tax_is_that_of_the_lines_whatever_was_rounded) {
    // 6 % within 0.265 is 0.015, within 0.26 it is less than half a fen above 0.01.
    auto from = charged_bill(265'000);
    set(*from.issued.mutable_charged(), 260'000);
    EXPECT_EQ(stated(from).tax_micros(), 20'000);
    EXPECT_EQ(stated(charged_bill(260'000)).tax_micros(), 10'000);
}

TEST(Statement, a_bill_on_credit_is_due_until_it_is_paid_or_given_back) {
    auto from = charged_bill(10'000'000);
    from.issued.set_post_paid(true);
    from.issued.set_state(v1::BILL_OVERDUE);
    EXPECT_EQ(stated(from).due_micros(), 10'000'000);
    set(*from.issued.mutable_paid_to_supplier(), 6'000'000);
    set(*from.issued.mutable_operator_fee(), 490'000);
    set(*from.issued.mutable_tax(), 10'000);
    set(*from.issued.mutable_given_back(), 2'500'000);
    auto& note = from.credit_notes.emplace_back();
    note.set_id("bill_9");
    set(*note.mutable_charged(), -2'500'000);
    const auto bill = stated(from);
    EXPECT_EQ(bill.due_micros(), 1'000'000);
    EXPECT_EQ(bill.paid_micros(), 9'000'000);
}

TEST(Statement, a_credit_note_gives_back_on_credit_or_not) {
    for (const bool post_paid : {false, true}) {
        auto from = sources();
        from.issued.set_id("bill_9");
        from.issued.set_kind(v1::SETTLEMENT_CREDIT_NOTE);
        from.issued.set_corrects("bill_7");
        from.issued.set_post_paid(post_paid);
        from.issued.set_state(v1::BILL_SETTLED);
        set(*from.issued.mutable_charged(), -2'500'000);
        EXPECT_EQ(stated(from).paid_micros(), -2'500'000);
    }
}

TEST(Statement, sales_name_the_buyer_and_what_cannot_be_printed_its_id) {
    StatementSources asked{.issuer = issuer(), .as_supplier = true, .currency = "CNY"};
    asked.party.set_id("party_5");
    asked.period = {{kStart}, {kStart + 48 * kHour}};
    asked.issued_at = {kStart + 50 * kHour};
    auto bill = charged_bill(10'000'000).issued;
    asked.bills = {{bill, "Cores", "two\nlines", 10'000'000}};
    const auto statement = compose_statement(asked).value();
    EXPECT_TRUE(statement.as_supplier());
    EXPECT_EQ(statement.party().name(), "party_5");
    EXPECT_EQ(statement.bills(0).counterparty(), "party_4");
    EXPECT_EQ(statement.contracts(0).product(), "Cores");
    bill.mutable_charged()->set_micros(1);
    asked.bills[0].issued = bill;
    EXPECT_EQ(compose_statement(asked).error().reason(), "BILLS_STATEMENT_INVALID");
}

}  // namespace
}  // namespace penstock::bills

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "format/bill/bills_statement.h"
#include "format/bill/test_bills_statement.h"

namespace penstock::format {
namespace {

std::int64_t in_range(std::int64_t low, std::int64_t high) {
    return *rc::gen::resize(1'000, rc::gen::inRange(low, high));
}

/// Bills of some contracts, in fen, partly due, and credit notes for some of them.
v1::BillsStatement any_statement() {
    v1::BillsStatement statement = empty_statement();
    const std::int64_t count = in_range(0, 30);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t fen = in_range(0, 1'000'000'000);
        v1::StatedBill bill =
            stated_bill(static_cast<std::uint64_t>(10 + 2 * i),
                        *rc::gen::element("ctr_1", "ctr_2", "ctr_3"), fen * kMicrosPerFen);
        bill.set_seller(*rc::gen::element("party_1", "party_3"));
        const std::int64_t back = in_range(0, fen + 1);
        const std::int64_t due = in_range(0, fen - back + 1);
        bill.set_given_back_micros(back * kMicrosPerFen);
        bill.set_due_micros(due * kMicrosPerFen);
        bill.set_paid_micros(bill.amount_micros() - bill.due_micros());
        bill.set_state(due > 0 ? v1::BILL_OPEN : v1::BILL_SETTLED);
        bill.set_due_at_ns(due > 0 ? kMarch : 0);
        *statement.add_bills() = bill;
        if (back == 0 || *rc::gen::arbitrary<bool>()) continue;
        v1::StatedBill& note = *statement.add_bills() =
            stated_bill(bill.number() + 1, bill.contract().c_str(), -back * kMicrosPerFen);
        note.set_corrects(bill.number());
        note.set_seller(bill.seller());
    }
    return statement;
}

RC_GTEST_PROP(BillsStatementProperty, every_sum_is_that_of_the_bills, ()) {
    v1::BillsStatement statement = any_statement();
    RC_ASSERT(add_up(statement).has_value());
    RC_ASSERT(check_bills_statement(statement).has_value());
    Wide amount = 0, tax = 0, contracts = 0, sellers = 0, taxes = 0, bills = 0;
    for (const auto& bill : statement.bills()) {
        amount += bill.amount_micros();
        tax += bill.tax_micros();
    }
    for (const auto& contract : statement.contracts()) {
        contracts += contract.amount_micros();
        bills += contract.bills();
        RC_ASSERT(contract.paid_micros() + contract.due_micros() == contract.amount_micros());
    }
    for (const auto& line : statement.taxes()) {
        sellers += line.net_micros() + line.tax_micros();
        taxes += line.tax_micros();
    }
    RC_ASSERT(amount == statement.payable_micros());
    RC_ASSERT(amount == contracts && amount == sellers);
    RC_ASSERT(amount == statement.charged_micros() + statement.credited_micros());
    RC_ASSERT(amount == statement.paid_micros() + statement.due_micros());
    RC_ASSERT(tax == statement.tax_micros() && tax == taxes);
    RC_ASSERT(bills == statement.bills_size());
}

RC_GTEST_PROP(BillsStatementProperty, a_figure_off_by_a_micro_is_never_taken, ()) {
    v1::BillsStatement statement = any_statement();
    RC_PRE(statement.bills_size() > 0);
    RC_ASSERT(add_up(statement).has_value());
    v1::StatedBill& bill =
        *statement.mutable_bills(static_cast<int>(in_range(0, statement.bills_size())));
    const std::int64_t change = *rc::gen::element<std::int64_t>(-1, 1, kMicrosPerFen);
    switch (*rc::gen::inRange(0, 4)) {
        case 0:
            bill.set_amount_micros(bill.amount_micros() + change);
            break;
        case 1:
            bill.set_paid_micros(bill.paid_micros() + change);
            break;
        case 2:
            bill.set_tax_micros(bill.tax_micros() + change);
            break;
        default:
            statement.set_payable_micros(statement.payable_micros() + change);
    }
    RC_ASSERT(!check_bills_statement(statement).has_value());
}

}  // namespace
}  // namespace penstock::format

#pragma once

#include "base/money.h"
#include "base/tax.h"
#include "format/bill/test_bill.h"

namespace penstock::format {

/// A bill out of an escrow, with 6 % VAT, issued when February begins.
inline v1::StatedBill stated_bill(std::uint64_t number, const char* contract, std::int64_t amount) {
    v1::StatedBill bill;
    bill.set_number(number);
    bill.set_kind(amount < 0 ? v1::SETTLEMENT_CREDIT_NOTE : v1::SETTLEMENT_BILL);
    bill.set_contract(contract);
    bill.set_order("ord_1");
    bill.set_product(contract + std::string(" cards"));
    bill.set_counterparty("Supplier");
    bill.set_seller("party_3");
    bill.mutable_period()->set_start_ns(kFebruary - 1);
    bill.mutable_period()->set_end_ns(kFebruary);
    bill.set_issued_at_ns(kFebruary);
    bill.set_state(v1::BILL_SETTLED);
    bill.set_amount_micros(amount);
    bill.set_tax_basis_points(600);
    bill.set_tax_micros(tax_within(Money{amount}, 600).micros);
    bill.set_paid_micros(amount);
    return bill;
}

inline v1::BillsStatement empty_statement() {
    v1::BillsStatement statement;
    statement.mutable_issuer()->set_party("party_1");
    statement.mutable_issuer()->set_name("Exchange");
    statement.mutable_party()->set_party("party_2");
    statement.mutable_party()->set_name("Buyer");
    statement.set_currency("CNY");
    statement.mutable_period()->set_start_ns(kFebruary);
    statement.mutable_period()->set_end_ns(kMarch);
    statement.set_issued_at_ns(kMarch);
    statement.set_utc_offset_minutes(480);
    return statement;
}

/// Bills 7 and 9 out of escrow, note 12 that gives a part of 9 back, and bill 13 on credit, 20 due
/// of 50; not added up.
inline v1::BillsStatement test_statement() {
    v1::BillsStatement statement = empty_statement();
    *statement.add_bills() = stated_bill(7, "ctr_1", 10'000'000);
    *statement.add_bills() = stated_bill(9, "ctr_2", 30'000'000);
    statement.mutable_bills(1)->set_given_back_micros(4'000'000);
    *statement.add_bills() = stated_bill(12, "ctr_2", -2'500'000);
    statement.mutable_bills(2)->set_corrects(9);
    v1::StatedBill& credit = *statement.add_bills() = stated_bill(13, "ctr_1", 50'000'000);
    credit.set_issued_at_ns(kMarch - 1);
    credit.set_state(v1::BILL_OVERDUE);
    credit.set_due_at_ns(kMarch);
    credit.set_paid_micros(30'000'000);
    credit.set_due_micros(20'000'000);
    return statement;
}

}  // namespace penstock::format

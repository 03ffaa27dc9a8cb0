#include "shell/bills/statement.h"

#include "base/tax.h"
#include "base/try.h"
#include "format/bill/bills_statement.h"
#include "shell/bills/compose.h"
#include "shell/bills/issued.h"
#include "shell/bills/lines.h"

namespace penstock::bills {

namespace {

/// What compose() has it say: out of an escrow it is paid when it is issued, and credit notes and
/// their bills are set off against each other.
std::int64_t due_of(const v1::IssuedBill& issued) {
    if (!issued.post_paid() || issued.kind() == v1::SETTLEMENT_CREDIT_NOTE) return 0;
    return issued.charged().micros() - collected_of(issued) - issued.given_back().micros();
}

void add_bill(const projection::ToldBill& told, const std::string& issuer, v1::StatedBill& bill) {
    const v1::IssuedBill& issued = told.issued;
    bill.set_number(number_of(issued.id()));
    bill.set_kind(issued.kind());
    bill.set_corrects(number_of(issued.corrects()));
    bill.set_contract(issued.contract());
    bill.set_order(issued.order());
    bill.set_product(label_or(told.product, issued.contract()));
    bill.set_seller(seller_of(issued, issuer));
    *bill.mutable_period() = issued.period();
    bill.set_issued_at_ns(issued.issued_at_ns());
    bill.set_state(issued.state());
    bill.set_amount_micros(issued.charged().micros());
    bill.set_tax_basis_points(issued.tax_basis_points());
    bill.set_tax_micros(tax_within(Money{told.subtotal_micros}, issued.tax_basis_points()).micros);
    bill.set_given_back_micros(issued.given_back().micros());
    const std::int64_t due = due_of(issued);
    bill.set_paid_micros(issued.charged().micros() - due);
    bill.set_due_micros(due);
    if (due > 0) bill.set_due_at_ns(issued.due_at_ns());
}

}  // namespace

Result<v1::BillsStatement> compose_statement(const StatementSources& sources) {
    v1::BillsStatement statement;
    *statement.mutable_issuer() = paper_party(sources.issuer.id(), sources.issuer.name());
    *statement.mutable_party() = paper_party(sources.party.id(), sources.party.name());
    statement.set_as_supplier(sources.as_supplier);
    statement.set_currency(sources.currency);
    statement.mutable_period()->set_start_ns(sources.period.start.ns);
    statement.mutable_period()->set_end_ns(sources.period.end.ns);
    statement.set_issued_at_ns(sources.issued_at.ns);
    statement.set_utc_offset_minutes(sources.utc_offset_minutes);
    for (const projection::ToldBill& told : sources.bills) {
        v1::StatedBill& bill = *statement.add_bills();
        add_bill(told, sources.issuer.id(), bill);
        bill.set_counterparty(label_or(
            told.counterparty, sources.as_supplier ? told.issued.buyer() : told.issued.supplier()));
    }
    TRY(format::add_up(statement));
    TRY(format::check_bills_statement(statement));
    return statement;
}

}  // namespace penstock::bills

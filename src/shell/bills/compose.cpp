#include "shell/bills/compose.h"

#include <string>

#include "base/try.h"
#include "format/bill/bill_sums.h"
#include "shell/bills/issued.h"
#include "shell/bills/lines.h"

namespace penstock::bills {

namespace {

/// China's time, for contracts without a price plan, which would say another.
constexpr std::int32_t kUtcOffsetMinutes = 480;

void add_head(const projection::BillSources& sources, const v1::Party& issuer,
              v1::SettlementBill& bill) {
    const v1::IssuedBill& issued = sources.issued;
    bill.set_number(number_of(issued.id()));
    bill.set_kind(issued.kind());
    bill.set_corrects(number_of(issued.corrects()));
    bill.set_issued_at_ns(issued.issued_at_ns());
    bill.set_utc_offset_minutes(sources.plan ? sources.plan->utc_offset_minutes()
                                             : kUtcOffsetMinutes);
    *bill.mutable_period() = issued.period();
    *bill.mutable_issuer() = paper_party(issuer.id(), issuer.name());
    *bill.mutable_buyer() = paper_party(issued.buyer(), sources.buyer);
    *bill.add_suppliers() = paper_party(issued.supplier(), sources.supplier);
    bill.set_currency(issued.charged().currency());
    bill.set_tax_basis(v1::TAX_BASIS_INCLUDED);
    bill.set_paid_directly(issued.paid_directly());
}

void add_contract(const projection::BillSources& sources, const v1::Party& issuer,
                  v1::SettlementBill& bill) {
    const v1::IssuedBill& issued = sources.issued;
    const v1::Contract& contract = sources.contract;
    v1::BilledContract& billed = *bill.add_contracts();
    billed.set_contract(issued.contract());
    billed.set_order(issued.order());
    billed.set_product(label_or(sources.product, contract.product()));
    billed.set_supplier(issued.supplier());
    billed.set_role(role_of(issued));
    billed.set_seller(seller_of(issued, issuer.id()));
    billed.set_price_version(contract.price_plan_version() > 0 ? contract.price_plan_version()
                                                               : contract.price_version());
    *billed.mutable_term() = contract.term();
}

/// What the decision of a dispute gives back.
void add_refund(const projection::BillSources& sources, v1::SettlementBill& bill) {
    const v1::IssuedBill& issued = sources.issued;
    v1::SettlementLine& line = *bill.add_lines();
    line.set_contract(issued.contract());
    line.set_kind(v1::SETTLEMENT_LINE_REFUND);
    line.set_component("dispute");
    line.set_amount_micros(issued.charged().micros());
    line.set_tax_basis_points(issued.tax_basis_points());
    if (!sources.dispute) return;
    line.set_subject(sources.dispute->id());
    bill.set_reason(label_or(sources.dispute->note(), label_or(sources.dispute->reason(), "")));
}

void add_payment(v1::SettlementPaymentKind kind, const std::string& reference, std::int64_t micros,
                 v1::SettlementBill& bill) {
    if (micros == 0) return;
    v1::SettlementPayment& payment = *bill.add_payments();
    payment.set_kind(kind);
    payment.set_reference(reference);
    payment.set_amount_micros(micros);
}

void add_payments(const projection::BillSources& sources, v1::SettlementBill& bill) {
    const v1::IssuedBill& issued = sources.issued;
    const std::int64_t charged = issued.charged().micros();
    const bool is_note = issued.kind() == v1::SETTLEMENT_CREDIT_NOTE;
    if (is_note && issued.post_paid())
        return add_payment(v1::SETTLEMENT_PAYMENT_BALANCE, issued.corrects(), charged, bill);
    if (is_note)
        return add_payment(v1::SETTLEMENT_PAYMENT_BALANCE, issued.contract(), charged, bill);
    if (!issued.post_paid())
        return add_payment(v1::SETTLEMENT_PAYMENT_ESCROW, issued.contract(), charged, bill);
    const std::int64_t paid = collected_of(issued);
    if (!issued.paid_directly())
        add_payment(v1::SETTLEMENT_PAYMENT_BALANCE, issued.contract(), paid, bill);
    for (const v1::ReceivedPayment& payment : issued.received())
        add_payment(v1::SETTLEMENT_PAYMENT_DIRECT,
                    label_or(payment.bank_reference(), issued.contract()),
                    payment.amount().micros(), bill);
    std::int64_t due = charged - paid;
    for (const v1::IssuedBill& note : sources.credit_notes) {
        add_payment(v1::SETTLEMENT_PAYMENT_BALANCE, note.id(), -note.charged().micros(), bill);
        due += note.charged().micros();
    }
    if (due > 0) bill.set_due_at_ns(issued.due_at_ns());
}

}  // namespace

v1::PaperParty paper_party(const std::string& id, const std::string& name) {
    v1::PaperParty party;
    party.set_party(id);
    party.set_name(label_or(name, id));
    return party;
}

Result<v1::SettlementBill> compose(const projection::BillSources& sources,
                                   const v1::Party& issuer) {
    v1::SettlementBill bill;
    add_head(sources, issuer, bill);
    add_contract(sources, issuer, bill);
    if (sources.issued.kind() == v1::SETTLEMENT_BILL)
        add_lines(sources, bill);
    else
        add_refund(sources, bill);
    add_payments(sources, bill);
    TRY(format::add_up(bill, Money{sources.issued.charged().micros()}));
    TRY(format::check_bill(bill));
    return bill;
}

}  // namespace penstock::bills

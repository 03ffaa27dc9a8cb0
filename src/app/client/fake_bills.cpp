// Settlement bills, disputes and terms of sale of the fake exchange.
#include <utility>

#include "app/client/fake_exchange.h"
#include "format/bill/bill_sums.h"
#include "format/bill/bills_statement.h"
#include "penstock/v1/bills.pb.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/terms.pb.h"

namespace penstock::client {

namespace {

constexpr std::int64_t kIssued = 1'832'976'000'000'000'000;  // 2028-02-01
constexpr std::int64_t kDay = 86'400'000'000'000;

v1::PaperParty party(const char* id, const char* name) {
    v1::PaperParty made;
    made.set_party(id);
    made.set_name(name);
    return made;
}

/// Bill 7 charges 3.75 CNY; bill 8 gives 1.25 back. Bill 9 does not add up.
v1::SettlementBill settlement_bill(std::uint64_t number) {
    const bool is_note = number == 8;
    v1::SettlementBill bill;
    bill.set_number(number);
    bill.set_kind(is_note ? v1::SETTLEMENT_CREDIT_NOTE : v1::SETTLEMENT_BILL);
    if (is_note) bill.set_corrects(7);
    bill.set_issued_at_ns(kIssued);
    bill.set_utc_offset_minutes(480);
    bill.mutable_period()->set_start_ns(kIssued - kDay);
    bill.mutable_period()->set_end_ns(kIssued);
    *bill.mutable_issuer() = party("party_1", "Exchange");
    *bill.mutable_buyer() = party("party_4", "Buyer");
    *bill.add_suppliers() = party("party_2", "Alpha");
    bill.set_currency("CNY");
    bill.set_tax_basis(v1::TAX_BASIS_INCLUDED);
    v1::BilledContract& contract = *bill.add_contracts();
    contract.set_contract("ctr_1");
    contract.set_order("ord_1");
    contract.set_product("Cards");
    contract.set_supplier("party_2");
    contract.set_seller("party_2");
    contract.set_role(v1::TRADE_ROLE_AGENT);
    *contract.mutable_term() = bill.period();
    v1::SettlementLine& line = *bill.add_lines();
    line.set_contract("ctr_1");
    line.set_component(is_note ? "dispute" : "cards");
    line.set_kind(is_note ? v1::SETTLEMENT_LINE_REFUND : v1::SETTLEMENT_LINE_USAGE);
    line.set_tax_basis_points(600);
    line.set_amount_micros(is_note ? -1'250'000 : 3'750'000);
    if (!is_note) {
        line.set_unit(v1::PRICE_UNIT_CARD_HOUR);
        line.set_quantity_nanos(1'500'000'000);
        line.set_unit_price_micros(2'500'000);
        line.set_energy_kwh_micros(1'344'000);
        line.set_carbon_kg_micros(784'090);
    }
    v1::SettlementPayment& payment = *bill.add_payments();
    payment.set_kind(v1::SETTLEMENT_PAYMENT_ESCROW);
    payment.set_reference("ctr_1");
    payment.set_amount_micros(line.amount_micros());
    (void)format::add_up(bill);
    if (number == 9) bill.set_subtotal_micros(1);
    return bill;
}

v1::IssuedBill issued_bill(const char* id, std::int64_t charged) {
    v1::IssuedBill bill;
    bill.set_id(id);
    bill.set_kind(charged < 0 ? v1::SETTLEMENT_CREDIT_NOTE : v1::SETTLEMENT_BILL);
    if (charged < 0) bill.set_corrects("bill_7");
    bill.set_contract("ctr_1");
    bill.set_state(v1::BILL_SETTLED);
    bill.set_issued_at_ns(kIssued);
    bill.mutable_charged()->set_micros(charged);
    bill.mutable_charged()->set_currency("CNY");
    return bill;
}

/// Bill 5 was denied, bill 6 is declared, and of bill 7 all is payable.
v1::ListSettlementBillsResponse bills_paid_directly() {
    v1::ListSettlementBillsResponse page;
    for (const char* id : {"bill_7", "bill_6", "bill_5"})
        *page.add_bills() = issued_bill(id, 3'750'000);
    v1::DeclaredPayment& declared = *page.mutable_bills(1)->mutable_declared();
    declared.mutable_amount()->set_micros(3'000'000);
    declared.mutable_amount()->set_currency("CNY");
    declared.set_bank_reference("ICBC-7");
    page.mutable_bills(2)->mutable_denied()->mutable_amount()->set_micros(3'500'000);
    page.mutable_bills(2)->mutable_disputed()->set_micros(1'000'000);
    return page;
}

/// Bills 7 and 8 on one statement, as issued when it begins; that of party_13 does not add up.
v1::BillsStatement bills_statement(const v1::GetBillsStatementRequest& asked) {
    v1::BillsStatement statement;
    *statement.mutable_issuer() = party("party_1", "Exchange");
    *statement.mutable_party() = party("party_4", "Buyer");
    statement.set_as_supplier(asked.as_supplier());
    statement.set_currency("CNY");
    statement.mutable_period()->set_start_ns(asked.from_ns());
    statement.mutable_period()->set_end_ns(asked.until_ns());
    statement.set_issued_at_ns(asked.until_ns());
    statement.set_utc_offset_minutes(asked.utc_offset_minutes());
    for (const std::uint64_t number : {7U, 8U}) {
        const v1::SettlementBill paper = settlement_bill(number);
        v1::StatedBill& bill = *statement.add_bills();
        bill.set_number(number);
        bill.set_kind(paper.kind());
        bill.set_corrects(paper.corrects());
        bill.set_contract("ctr_1");
        bill.set_product("Cards");
        bill.set_counterparty("Alpha");
        bill.set_seller("party_2");
        *bill.mutable_period() = paper.period();
        bill.set_issued_at_ns(asked.from_ns());
        bill.set_state(v1::BILL_SETTLED);
        bill.set_amount_micros(paper.payable_micros());
        bill.set_tax_basis_points(600);
        bill.set_tax_micros(paper.tax_micros());
        bill.set_paid_micros(paper.payable_micros());
        if (number == 7) bill.set_given_back_micros(1'250'000);
    }
    (void)format::add_up(statement);
    if (asked.party() == "party_13") statement.set_payable_micros(1);
    return statement;
}

v1::ListSaleTermsResponse sale_terms() {
    v1::ListSaleTermsResponse page;
    page.add_terms()->set_version(1);
    v1::SaleTerms& terms = *page.add_terms();
    terms.set_version(2);
    terms.set_role(v1::TRADE_ROLE_PRINCIPAL);
    terms.set_tax_basis_points(650);
    terms.set_dispute_window_ns(3 * kDay);
    terms.mutable_post_paid()->set_due_after_ns(30 * kDay);
    v1::ServiceObjective& objective = *terms.mutable_service_level()->add_objectives();
    objective.set_kind(v1::OBJECTIVE_AVAILABILITY);
    for (const auto& [below, credit] : {std::pair(999'000u, 1'000u), std::pair(990'000u, 2'500u)}) {
        v1::CreditStep& step = *objective.add_steps();
        step.set_below_ppm(below);
        step.set_credit_basis_points(credit);
    }
    terms.mutable_service_level()->set_credit_cap_basis_points(3'000);
    return page;
}

v1::Money ten_yuan() {
    v1::Money money;
    money.set_micros(10'000'000);
    money.set_currency("CNY");
    return money;
}

}  // namespace

bool FakeExchange::answer_about_payments(const transport::Method& method,
                                         transport::RpcResponder& responder) {
    if (method.full_name == "CreditService/DeclarePayment") {
        v1::DeclarePaymentResponse declared;
        *declared.mutable_declared() = ten_yuan();
        declared.set_answer_until_ns(1'900'000'000'000'000'000);
        responder.reply(declared);
    } else if (method.full_name == "CreditService/AnswerPayment") {
        v1::AnswerPaymentResponse answered;
        *answered.mutable_fees_owed() = ten_yuan();
        responder.reply(answered);
    } else if (method.full_name == "CreditService/DecidePayment") {
        v1::DecidePaymentResponse decided;
        *decided.mutable_paid() = ten_yuan();
        responder.reply(decided);
    } else {
        return false;
    }
    return true;
}

bool FakeExchange::answer_about_bills(const transport::Method& method,
                                      const google::protobuf::Message& request,
                                      transport::RpcResponder& responder) {
    if (method.full_name == "BillService/ListSettlementBills") {
        // One a page, the newest first.
        const auto& asked = dynamic_cast<const v1::ListSettlementBillsRequest&>(request);
        v1::ListSettlementBillsResponse page;
        if (!asked.contract().empty()) {
            page = bills_paid_directly();
        } else if (asked.page().cursor().empty()) {
            *page.add_bills() = issued_bill("bill_8", -1'250'000);
            page.mutable_page()->set_next_cursor("n8");
        } else {
            *page.add_bills() = issued_bill("bill_7", 3'750'000);
        }
        responder.reply(page);
    } else if (method.full_name == "BillService/GetSettlementBill") {
        const auto& asked = dynamic_cast<const v1::GetSettlementBillRequest&>(request);
        responder.reply(settlement_bill(static_cast<std::uint64_t>(asked.bill().back() - '0')));
    } else if (method.full_name == "BillService/GetBillsStatement") {
        responder.reply(
            bills_statement(dynamic_cast<const v1::GetBillsStatementRequest&>(request)));
    } else if (method.full_name == "BillService/ListDisputes") {
        const auto& asked = dynamic_cast<const v1::ListDisputesRequest&>(request);
        v1::ListDisputesResponse page;
        v1::Dispute& dispute = *page.add_disputes();
        dispute.set_id("dsp_3");
        dispute.set_bill(asked.bill());
        dispute.set_state(asked.state());
        dispute.set_reason("half of it was down");
        dispute.mutable_amount()->set_micros(1'250'000);
        dispute.mutable_amount()->set_currency("CNY");
        responder.reply(page);
    } else if (method.full_name == "TermsService/ListSaleTerms") {
        responder.reply(sale_terms());
    } else if (method.full_name == "TermsService/GetFeeTax") {
        v1::GetFeeTaxResponse tax;
        tax.set_tax_basis_points(650);
        responder.reply(tax);
    } else {
        return false;
    }
    return true;
}

}  // namespace penstock::client

#include "core/exchange/billing.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/try.h"
#include "core/billing/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/credit.h"
#include "core/exchange/emit.h"
#include "core/exchange/settle.h"
#include "core/ledger/error.h"
#include "penstock/v1/billing.pb.h"

namespace penstock::exchange {
namespace {

using billing::Bill;
using ledger::AccountKind;

/// How often a bill that is overdue is tried again.
constexpr Duration kCollectAgain = seconds(86'400);

/// The account from which a bill is paid.
AccountId payer_of(const State& state, const Bill& bill) {
    return state.ledger.find(bill.post_paid ? AccountKind::cash : AccountKind::escrow, bill.buyer,
                             bill.currency);
}

/// What was charged is set aside in escrow; on credit the buyer may have too little.
/// @retval INSUFFICIENT_FUNDS, ACCOUNT_OVERFLOW
Result<void> check_cover(const State& state, BillId id) {
    const Bill& bill = state.bills.at(id);
    if (!bill.post_paid) return {};
    const ledger::Account& cash = state.ledger.account(payer_of(state, bill));
    if (cash.available() < bill.payable())
        return reject(ledger::kInsufficientFunds, "bill",
                      to_decimal(bill.payable()) + " is to be paid.");
    // A rounding below zero comes in first, and goes out with the rest.
    const Money rounding = state.bills.parts_if_paid(id, bill.payable()).rounding;
    const Money turnover = bill.payable() + std::max(-rounding, Money{0});
    if (cash.debits_posted + cash.debits_pending + turnover > ledger::debits_max(AccountKind::cash))
        return reject(ledger::kAccountOverflow, "bill");
    return {};
}

void collect_from(Context& context, BillId id, Instant at) {
    context.state.bills.collect_from(id, at);
    context.state.timers.set(at, TimerKind::bill_due, id.value);
}

/// Pays out what of the bill is payable.
void pay_payable(Context& context, BillId id) {
    const Bill& bill = context.state.bills.at(id);
    const std::string subject = id.text();
    const Money amount = bill.payable();
    pay_out(context, {payer_of(context.state, bill), bill.supplier, bill.currency,
                      context.state.bills.pay(id), subject});
    if (bill.post_paid) release_credit(context, bill.buyer, amount, subject);
}

/// A part of a bill goes back to its buyer out of escrow, or is owed no more.
void return_to_buyer(Context& context, BillId id, Money amount) {
    State& state = context.state;
    const Bill& bill = state.bills.at(id);
    if (bill.post_paid) return release_credit(context, bill.buyer, amount, id.text());
    const auto done = state.ledger.execute(
        {.debit = payer_of(state, bill),
         .credit = state.ledger.find(AccountKind::cash, bill.buyer, bill.currency),
         .amount = amount},
        context.now);
    // It was set aside, and has room to come back (ledger::kCreditsMax).
    PENSTOCK_ASSERT(done.has_value());
    emit_transfer(context, {done->id, done->debit, done->credit, done->amount}, "dispute",
                  id.text());
}

/// The buyer's cash does not cover a bill on credit that is due.
void wait_for_buyer(Context& context, BillId id) {
    State& state = context.state;
    if (state.bills.at(id).state != billing::BillState::overdue) {
        state.bills.fall_overdue(id, context.now);
        emit_bill(context, id);
    }
    const Bill& bill = state.bills.at(id);
    const Instant grace_ends = bill.overdue_since + bill.grace;
    const bool is_given_up = grace_ends <= context.now;
    const Instant again = context.now + kCollectAgain;
    const ContractId contract = bill.contract;
    collect_from(context, id, is_given_up ? again : std::min(again, grace_ends));
    if (is_given_up && state.contracts.find(contract) != nullptr)
        close_contract(context, contract, contract::CloseReason::buyer_unpaid);
}

/// Gives a part of a bill back to its buyer.
BillId give_back(Context& context, BillId id, Money amount) {
    return_to_buyer(context, id, amount);
    const Bill& bill = context.state.bills.at(id);
    const BillId number = context.state.bills.number_credit_note();
    v1::IssuedBill note;
    note.set_id(number.text());
    note.set_kind(v1::SETTLEMENT_CREDIT_NOTE);
    note.set_corrects(id.text());
    note.set_contract(bill.contract.text());
    note.set_order(bill.order.text());
    note.set_buyer(bill.buyer.text());
    note.set_supplier(bill.supplier.text());
    note.mutable_period()->set_start_ns(bill.period.start.ns);
    note.mutable_period()->set_end_ns(bill.period.end.ns);
    note.set_issued_at_ns(context.now.ns);
    note.set_post_paid(bill.post_paid);
    note.set_paid_directly(bill.paid_directly);
    note.set_state(v1::BILL_SETTLED);
    write_money(-amount, bill.currency, note.mutable_charged());
    note.set_tax_basis_points(bill.tax_basis_points);
    note.set_fee_tax_basis_points(bill.fee_tax_basis_points);
    note.set_role(static_cast<v1::TradeRole>(bill.role));
    context.events.emit_message(v1::Event::kBillChanged, note);
    return number;
}

/// What of a bill that is paid directly is declared, denied and received.
void write_payments(const Bill& bill, MessageWriter& out) {
    using Field = v1::IssuedBill;
    if (bill.is_declared())
        out.message(Field::kDeclaredFieldNumber, [&] {
            using Declared = v1::DeclaredPayment;
            const billing::DeclaredPayment& declared = bill.declared;
            out.money(Declared::kAmountFieldNumber, declared.amount, bill.currency);
            out.text(Declared::kBankReferenceFieldNumber, declared.bank_reference);
            out.signed_number(Declared::kDeclaredAtNsFieldNumber, declared.declared_at.ns);
            out.signed_number(Declared::kAnswerUntilNsFieldNumber, declared.answer_until().ns);
        });
    if (bill.denied.is_set())
        out.message(Field::kDeniedFieldNumber, [&] {
            using Denied = v1::DeniedPayment;
            const billing::DeclaredPayment& declared = bill.denied.declared;
            out.money(Denied::kAmountFieldNumber, declared.amount, bill.currency);
            out.text(Denied::kBankReferenceFieldNumber, declared.bank_reference);
            out.signed_number(Denied::kDeclaredAtNsFieldNumber, declared.declared_at.ns);
            out.signed_number(Denied::kDeniedAtNsFieldNumber, bill.denied.denied_at.ns);
            out.number(Denied::kDenialsFieldNumber, bill.denied.denials);
        });
    for (const billing::ReceivedPayment& payment : bill.received)
        out.message(Field::kReceivedFieldNumber, [&] {
            using Received = v1::ReceivedPayment;
            out.money(Received::kAmountFieldNumber, payment.amount, bill.currency);
            out.text(Received::kBankReferenceFieldNumber, payment.bank_reference);
            out.signed_number(Received::kReceivedAtNsFieldNumber, payment.received_at.ns);
        });
}

}  // namespace

void pay_out(Context& context, const Payout& payout) {
    State& state = context.state;
    std::vector<ledger::Transfer> chain;
    std::vector<std::string_view> purposes;
    const auto own = [&](AccountKind kind) {
        return state.ledger.ensure(kind, PartyId{}, payout.currency);
    };
    const auto pay = [&](AccountId from, AccountId to, Money amount, std::string_view purpose) {
        chain.push_back({.debit = from, .credit = to, .amount = amount});
        purposes.push_back(purpose);
    };
    const billing::Parts& parts = payout.parts;
    if (parts.rounding < Money{0})
        pay(own(AccountKind::rounding), payout.from, -parts.rounding, "rounding");
    if (parts.supplier > Money{0})
        pay(payout.from, state.ledger.find(AccountKind::cash, payout.supplier, payout.currency),
            parts.supplier, "settlement");
    if (parts.fee > Money{0}) pay(payout.from, own(AccountKind::fee), parts.fee, "fee");
    if (parts.tax > Money{0}) pay(payout.from, own(AccountKind::tax), parts.tax, "tax");
    if (parts.rounding > Money{0})
        pay(payout.from, own(AccountKind::rounding), parts.rounding, "rounding");
    if (chain.empty()) return;
    const auto posted = state.ledger.execute(chain, context.now);
    // What is paid out was set aside for exactly this, no account of the chain is ever closed, and
    // what was let in has room to come back (ledger::kCreditsMax).
    PENSTOCK_ASSERT(posted.has_value());
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const ledger::Recorded& done = (*posted)[i];
        emit_transfer(context, {done.id, done.debit, done.credit, done.amount}, purposes[i],
                      payout.subject);
    }
}

void issue_bill(Context& context, ContractId id, const contract::Settlement& sums) {
    State& state = context.state;
    const contract::Contract& contract = state.contracts.at(id);
    const contract::Terms& frozen = contract.terms;
    const billing::SaleTerms& terms = sale_terms_of(state, frozen);
    Bill bill;
    bill.contract = id;
    bill.order = contract.order;
    bill.buyer = frozen.buyer;
    bill.supplier = frozen.supplier;
    bill.currency = frozen.currency;
    bill.period = sums.period;
    bill.issued_at = context.now;
    bill.disputable_until = context.now + terms.dispute_window;
    bill.due_at = bill.disputable_until;
    if (frozen.post_paid) {
        bill.post_paid = true;
        bill.due_at = context.now + terms.post_paid->due_after;
        bill.grace = terms.post_paid->grace;
        bill.paid_directly = terms.post_paid->directly;
    }
    bill.collect_at = bill.due_at;
    bill.role = terms.role;
    bill.tax_basis_points = terms.tax_basis_points;
    bill.fee_tax_basis_points = state.settings.fee_tax_basis_points;
    bill.charged = sums.charged;
    bill.supplier_share = sums.paid_to_supplier;
    bill.fee_share = sums.operator_fee;
    const Instant due_at = bill.due_at;
    const BillId issued = state.bills.issue(std::move(bill));
    // What is on credit may end its contract, which is not to happen while that is settled.
    if (due_at > context.now || frozen.post_paid) {
        collect_from(context, issued, due_at);
        return emit_bill(context, issued);
    }
    collect_bill(context, issued);
}

void collect_bill(Context& context, BillId id) {
    State& state = context.state;
    const Bill* bill = state.bills.find(id);
    if (bill == nullptr || bill->collect_at > context.now || bill->payable() == Money{0}) return;
    // Its supplier is asked first; what it says has the exchange look again.
    if (bill->is_declared()) return;
    if (bill->paid_directly || !check_cover(state, id)) return wait_for_buyer(context, id);
    pay_payable(context, id);
    state.bills.settle(id);
    emit_bill(context, id);
}

BillId move_on(Context& context, BillId id, Money given_back) {
    State& state = context.state;
    BillId credit_note;
    if (given_back > Money{0}) credit_note = give_back(context, id, given_back);
    const Bill& bill = state.bills.at(id);
    if (bill.due_at <= context.now && bill.payable() > Money{0}) {
        if (bill.post_paid)
            collect_from(context, id, context.now);
        else
            pay_payable(context, id);
    }
    state.bills.settle(id);
    emit_bill(context, id);
    return credit_note;
}

Result<Money> pay_on_credit(Context& context, BillId id) {
    State& state = context.state;
    TRY_ASSIGN(const Money amount, state.bills.check_pay(id));
    TRY(check_cover(state, id));
    pay_payable(context, id);
    state.bills.settle(id);
    emit_bill(context, id);
    return amount;
}

void look_again(Context& context, BillId id) {
    billing::Bills& bills = context.state.bills;
    const Bill* bill = bills.find(id);
    if (bill == nullptr) return;
    if (bill->due_at > context.now) return collect_from(context, id, bill->due_at);
    bills.collect_from(id, context.now);
    collect_bill(context, id);
}

void emit_bill(Context& context, BillId id) {
    using Field = v1::IssuedBill;
    const Bill& bill = context.state.bills.at(id);
    context.events.emit(v1::Event::kBillChanged, [&](MessageWriter& out) {
        out.id(Field::kIdFieldNumber, id);
        out.number(Field::kKindFieldNumber, v1::SETTLEMENT_BILL);
        out.id(Field::kContractFieldNumber, bill.contract);
        out.id(Field::kOrderFieldNumber, bill.order);
        out.id(Field::kBuyerFieldNumber, bill.buyer);
        out.id(Field::kSupplierFieldNumber, bill.supplier);
        out.interval(Field::kPeriodFieldNumber, bill.period);
        out.signed_number(Field::kIssuedAtNsFieldNumber, bill.issued_at.ns);
        out.signed_number(Field::kDisputableUntilNsFieldNumber, bill.disputable_until.ns);
        out.signed_number(Field::kDueAtNsFieldNumber, bill.due_at.ns);
        out.number(Field::kPostPaidFieldNumber, bill.post_paid);
        out.number(Field::kStateFieldNumber, static_cast<std::uint64_t>(bill.state));
        out.money(Field::kChargedFieldNumber, bill.charged, bill.currency);
        out.money(Field::kDisputedFieldNumber, bill.disputed, bill.currency);
        out.money(Field::kGivenBackFieldNumber, bill.given_back, bill.currency);
        out.money(Field::kPaidToSupplierFieldNumber, bill.paid.supplier, bill.currency);
        out.money(Field::kOperatorFeeFieldNumber, bill.paid.fee, bill.currency);
        out.money(Field::kTaxFieldNumber, bill.paid.tax, bill.currency);
        out.money(Field::kRoundingFieldNumber, bill.paid.rounding, bill.currency);
        out.number(Field::kTaxBasisPointsFieldNumber, bill.tax_basis_points);
        out.number(Field::kRoleFieldNumber, static_cast<std::uint64_t>(bill.role));
        out.number(Field::kFeeTaxBasisPointsFieldNumber, bill.fee_tax_basis_points);
        out.number(Field::kPaidDirectlyFieldNumber, bill.paid_directly);
        write_payments(bill, out);
    });
    if (bill.state == billing::BillState::settled) context.state.bills.forget(id);
}

}  // namespace penstock::exchange

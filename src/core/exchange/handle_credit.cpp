// What parties may order on credit, as the operator sets it; and how they pay for it.
#include <string>

#include "base/assert.h"
#include "base/try.h"
#include "core/billing/error.h"
#include "core/contract/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/audit.h"
#include "core/exchange/billing.h"
#include "core/exchange/credit.h"
#include "core/exchange/custody.h"
#include "core/exchange/direct_payment.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/ledger/error.h"
#include "core/party/error.h"

namespace penstock::exchange {
namespace {

using ledger::AccountKind;

/// A limit may be nothing, which no other amount may.
Result<Money> read_limit(const State& state, const v1::Money& limit) {
    if (limit.micros() != 0) return read_money(state, limit, "limit");
    v1::Money other = limit;
    other.set_micros(1);
    TRY(read_money(state, other, "limit"));
    return Money{};
}

/// Whether so much more can be granted; the books count what ever was.
Result<void> check_grant(const State& state, Money amount) {
    const AccountId id =
        state.ledger.find(AccountKind::credit_granted, PartyId{}, state.settings.currency);
    const Money debits = id ? state.ledger.account(id).debits_posted : Money{};
    if (debits + amount > ledger::debits_max(AccountKind::credit_granted))
        return reject(ledger::kAccountOverflow, "limit");
    return {};
}

void grant(Context& context, PartyId party, Money amount) {
    State& state = context.state;
    const Currency currency = state.settings.currency;
    const AccountId granted = state.ledger.ensure(AccountKind::credit_granted, {}, currency);
    const AccountId credit = state.ledger.ensure(AccountKind::credit, party, currency);
    state.ledger.ensure(AccountKind::commitment, party, currency);
    const auto moved = state.ledger.post({.debit = granted, .credit = credit, .amount = amount});
    PENSTOCK_ASSERT(moved.has_value());
    emit_transfer(context, {*moved, granted, credit, amount}, "credit_limit", party.text());
}

void set_limit(Context& context, PartyId party, Money limit) {
    context.state.credit_limits[party] = limit;
    const Money granted = credit_granted(context.state, party);
    if (limit > granted) grant(context, party, limit - granted);
    take_back_excess(context, party);
    emit_credit_line(context, party);
    emit_act(context, {.kind = v1::ACT_CREDIT_LIMIT_SET,
                       .party = party,
                       .subject = party.text(),
                       .detail = std::to_string(limit.micros)});
}

/// Which payment a supplier means that says it has received one: what is declared; else what it
/// denied last, as far as that is payable; else all that is payable.
billing::ReceivedPayment payment_meant(const billing::Bills& bills, BillId id, Instant now) {
    const billing::Bill& bill = bills.at(id);
    if (bill.is_declared()) return {bill.declared.amount, bill.declared.bank_reference, now};
    if (const auto denied = bills.check_denied(id))
        return {*denied, bill.denied.declared.bank_reference, now};
    return {bill.payable(), {}, now};
}

/// What the supplier was shown may have become another sum.
Result<void> check_amount(const State& state, const v1::AnswerPaymentRequest& request, Money is) {
    if (!request.has_amount()) return {};
    TRY_ASSIGN(const Money shown, read_money(state, request.amount(), "amount"));
    if (shown != is)
        return reject(billing::kPaymentChanged, "amount", "It is " + to_decimal(is) + " now.");
    return {};
}

/// What officers have decided about the payment of a bill that was denied last.
void emit_decision(Context& context, BillId id, const v1::DecidePaymentRequest& request) {
    const billing::Bill& bill = context.state.bills.at(id);
    v1::PaymentDecided body;
    body.set_bill(id.text());
    body.set_contract(bill.contract.text());
    body.set_order(bill.order.text());
    body.set_buyer(bill.buyer.text());
    body.set_supplier(bill.supplier.text());
    v1::DeniedPayment& payment = *body.mutable_payment();
    write_money(bill.denied.declared.amount, bill.currency, payment.mutable_amount());
    payment.set_bank_reference(bill.denied.declared.bank_reference);
    payment.set_declared_at_ns(bill.denied.declared.declared_at.ns);
    payment.set_denied_at_ns(bill.denied.denied_at.ns);
    payment.set_denials(bill.denied.denials);
    body.set_received(request.received());
    body.set_note(request.note());
    context.events.emit_message(v1::Event::kPaymentDecided, body);
    emit_act(context,
             {.kind = v1::ACT_PAYMENT_DECIDED,
              .party = bill.buyer,
              .subject = id.text(),
              .detail = (request.received() ? "received: " : "not received: ") + request.note()});
}

}  // namespace

Result<void> set_credit_limit(Context& context, const v1::SetCreditLimitRequest& request,
                              v1::SetCreditLimitResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const PartyId party, read_id<PartyId>(request.party(), "party"));
    if (state.directory.find_party(party) == nullptr) return reject(party::kPartyNotFound, "party");
    TRY_ASSIGN(const Money limit, read_limit(state, request.limit()));
    const Money before = credit_limit(state, party);
    Agreement agreement;
    if (limit > before) {
        TRY(check_grant(state, limit - credit_granted(state, party)));
        // Both must have seen the same limit rise.
        TRY_ASSIGN(agreement,
                   hear(context, "SetCreditLimit", request, std::to_string(before.micros)));
        note(context, agreement);
    }
    if (agreement.is_complete() && limit != before) set_limit(context, party, limit);
    response.set_awaits_second_officer(!agreement.is_complete());
    describe_credit_line(state, party, response.mutable_line());
    return {};
}

Result<void> pay_bill(Context& context, const v1::PayBillRequest& request,
                      v1::PayBillResponse& response) {
    TRY_ASSIGN(const BillId id, read_id<BillId>(request.bill(), "bill"));
    TRY_ASSIGN(const Money paid, pay_on_credit(context, id));
    write_money(paid, context.state.settings.currency, response.mutable_paid());
    return {};
}

Result<void> declare_payment(Context& context, const v1::DeclarePaymentRequest& request,
                             v1::DeclarePaymentResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const BillId id, read_id<BillId>(request.bill(), "bill"));
    TRY(state.bills.check_declaration(id));
    TRY(ledger::Ledger::check_reference_form(request.bank_reference()));
    state.bills.declare(id, request.bank_reference(), context.now);
    const billing::Bill& bill = state.bills.at(id);
    state.timers.set(bill.declared.answer_until(), TimerKind::payment_answer, id.value);
    write_money(bill.declared.amount, bill.currency, response.mutable_declared());
    response.set_answer_until_ns(bill.declared.answer_until().ns);
    emit_bill(context, id);
    return {};
}

Result<void> answer_payment(Context& context, const v1::AnswerPaymentRequest& request,
                            v1::AnswerPaymentResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const BillId id, read_id<BillId>(request.bill(), "bill"));
    TRY_ASSIGN(const billing::Bill* bill, state.bills.require(id));
    const PartyId supplier = bill->supplier;
    if (supplier != context.caller.party) return reject(contract::kNotTheSupplier, "bill");
    if (context.caller.kind == party::Caller::Kind::agent)
        return reject(billing::kAnswerByAgent, "bill");
    if (!bill->paid_directly) return reject(billing::kBillPaidHere, "bill");
    if (request.received()) {
        const billing::ReceivedPayment received = payment_meant(state.bills, id, context.now);
        if (received.amount == Money{0}) return reject(billing::kNothingPayable, "bill");
        TRY(check_amount(state, request, received.amount));
        TRY(check_room(state, id, received.amount));
        receive_payment(context, id, received);
    } else {
        if (!bill->is_declared()) return reject(billing::kNoPaymentDeclared, "bill");
        TRY(check_amount(state, request, bill->declared.amount));
        state.bills.deny(id, context.now);
        emit_bill(context, id);
        look_again(context, id);
    }
    write_money(fees_owed(state, supplier), state.settings.currency, response.mutable_fees_owed());
    return {};
}

Result<void> decide_payment(Context& context, const v1::DecidePaymentRequest& request,
                            v1::DecidePaymentResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const BillId id, read_id<BillId>(request.bill(), "bill"));
    TRY_ASSIGN(const Money amount, state.bills.check_denied(id));
    TRY(billing::check_reason(request.note(), "note"));
    if (request.received()) {
        if (amount == Money{0}) return reject(billing::kNothingPayable, "bill");
        TRY(check_room(state, id, amount));
    }
    // Both must have seen the same denial, and as much payable of it.
    const billing::DeniedPayment& denied = state.bills.at(id).denied;
    const std::string of = std::to_string(denied.denied_at.ns) + " " +
                           std::to_string(denied.denials) + " " + std::to_string(amount.micros);
    TRY_ASSIGN(const Agreement agreement, hear(context, "DecidePayment", request, of));
    response.set_awaits_second_officer(!agreement.is_complete());
    if (agreement.is_complete()) {
        emit_decision(context, id, request);
        if (request.received()) {
            write_money(amount, state.settings.currency, response.mutable_paid());
            receive_payment(context, id, {amount, denied.declared.bank_reference, context.now});
        }
    }
    note(context, agreement);
    return {};
}

Result<void> allow_direct_payment(Context& context, const v1::AllowDirectPaymentRequest& request,
                                  v1::AllowDirectPaymentResponse&) {
    context.state.settings.direct_payment = request.allowed();
    v1::DirectPaymentAllowed body;
    body.set_allowed(request.allowed());
    context.events.emit_message(v1::Event::kDirectPaymentAllowed, body);
    emit_act(context, {.kind = v1::ACT_DIRECT_PAYMENT_ALLOWED,
                       .detail = request.allowed() ? "allowed" : "refused"});
    return {};
}

Result<void> get_direct_payment(const View& view, const v1::GetDirectPaymentRequest&,
                                v1::GetDirectPaymentResponse& response) {
    response.set_allowed(view.state.settings.direct_payment);
    return {};
}

}  // namespace penstock::exchange

#include <string>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "core/exchange/amounts.h"
#include "core/exchange/audit.h"
#include "core/exchange/billing.h"
#include "core/exchange/custody.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"

namespace penstock::exchange {
namespace {

using billing::Dispute;

/// How a dispute ended.
struct End {
    Money given_back{};
    BillId credit_note{};
    std::string_view note{};
};

void emit_dispute(Context& context, DisputeId id, const Dispute& dispute, const End& end = {}) {
    v1::Dispute body;
    body.set_id(id.text());
    body.set_bill(dispute.bill.text());
    body.set_contract(dispute.contract.text());
    body.set_order(dispute.order.text());
    body.set_buyer(dispute.buyer.text());
    body.set_supplier(dispute.supplier.text());
    write_money(dispute.amount, dispute.currency, body.mutable_amount());
    body.set_reason(dispute.reason);
    for (const std::string& reference : dispute.evidence) body.add_evidence(reference);
    body.set_state(static_cast<v1::DisputeState>(dispute.state));
    body.set_opened_at_ns(dispute.opened_at.ns);
    body.set_lapses_at_ns(dispute.lapses_at().ns);
    if (dispute.state != billing::DisputeState::open) body.set_decided_at_ns(context.now.ns);
    write_money(end.given_back, dispute.currency, body.mutable_given_back());
    if (end.credit_note) body.set_credit_note(end.credit_note.text());
    body.set_note(std::string(end.note));
    context.events.emit_message(v1::Event::kDisputeChanged, body);
}

/// What of the bill was frozen is free, or the buyer's.
void end_dispute(Context& context, DisputeId id, billing::DisputeStep step, End end) {
    const Dispute dispute = context.state.bills.end_dispute(id, step, end.given_back);
    end.credit_note = move_on(context, dispute.bill, end.given_back);
    emit_dispute(context, id, dispute, end);
}

/// Nothing, or an amount in the exchange's currency.
Result<Money> read_given_back(const State& state, const v1::DecideDisputeRequest& request) {
    if (!request.has_given_back() || request.given_back().micros() == 0) return Money{};
    return read_money(state, request.given_back(), "given_back");
}

}  // namespace

void lapse_dispute(Context& context, DisputeId id) {
    if (context.state.bills.find_dispute(id) == nullptr) return;
    end_dispute(context, id, billing::DisputeStep::lapse, {});
}

Result<void> open_dispute(Context& context, const v1::OpenDisputeRequest& request,
                          v1::OpenDisputeResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const BillId id, read_id<BillId>(request.bill(), "bill"));
    TRY_ASSIGN(const Money amount, read_money(state, request.amount(), "amount"));
    TRY(billing::check_reason(request.reason(), "reason"));
    TRY_ASSIGN(auto evidence,
               billing::read_evidence({request.evidence().begin(), request.evidence().end()}));
    TRY(state.bills.check_dispute(id, amount, context.now));
    const billing::Bill& bill = state.bills.at(id);
    Dispute dispute;
    dispute.bill = id;
    dispute.contract = bill.contract;
    dispute.order = bill.order;
    dispute.buyer = bill.buyer;
    dispute.supplier = bill.supplier;
    dispute.currency = bill.currency;
    dispute.amount = amount;
    dispute.reason = request.reason();
    dispute.evidence = std::move(evidence);
    dispute.opened_at = context.now;
    const DisputeId opened = state.bills.open_dispute(dispute);
    state.timers.set(dispute.lapses_at(), TimerKind::dispute_lapses, opened.value);
    emit_bill(context, id);
    emit_dispute(context, opened, dispute);
    response.set_dispute(opened.text());
    return {};
}

Result<void> withdraw_dispute(Context& context, const v1::WithdrawDisputeRequest& request,
                              v1::WithdrawDisputeResponse&) {
    TRY_ASSIGN(const DisputeId id, read_id<DisputeId>(request.dispute(), "dispute"));
    TRY(context.state.bills.require_dispute(id));
    end_dispute(context, id, billing::DisputeStep::withdraw, {});
    return {};
}

Result<void> decide_dispute(Context& context, const v1::DecideDisputeRequest& request,
                            v1::DecideDisputeResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const DisputeId id, read_id<DisputeId>(request.dispute(), "dispute"));
    TRY_ASSIGN(const Dispute* dispute, state.bills.require_dispute(id));
    TRY_ASSIGN(const Money given_back, read_given_back(state, request));
    TRY(billing::check_decision(*dispute, given_back));
    TRY(billing::check_reason(request.note(), "note"));
    TRY_ASSIGN(const Agreement agreement, hear(context, "DecideDispute", request));
    response.set_awaits_second_officer(!agreement.is_complete());
    if (agreement.is_complete()) {
        const BillId credit_note = state.bills.next();
        emit_act(context, {.kind = v1::ACT_DISPUTE_DECIDED,
                           .party = dispute->buyer,
                           .subject = id.text(),
                           .detail = request.note()});
        end_dispute(context, id, billing::DisputeStep::decide,
                    {.given_back = given_back, .credit_note = {}, .note = request.note()});
        if (given_back > Money{0}) response.set_credit_note(credit_note.text());
    }
    note(context, agreement);
    return {};
}

}  // namespace penstock::exchange

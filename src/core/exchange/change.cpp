#include "core/exchange/change.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "core/exchange/amounts.h"
#include "core/exchange/arrears.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/credit.h"
#include "core/exchange/emit.h"
#include "core/exchange/settle.h"

namespace penstock::exchange {
namespace {

using capacity::Reservation;
using contract::ChangeOrder;
using contract::Contract;

void add(std::vector<Reservation>& all, const contract::Terms& terms, Interval interval,
         std::int64_t cores) {
    if (cores > 0 && !interval.is_empty())
        all.push_back({terms.pool, terms.product, interval, cores});
}

std::vector<Reservation> dropped_by(const Contract& contract, const ChangeOrder& change) {
    std::vector<Reservation> all;
    const contract::Terms& terms = contract.terms;
    if (change.planned.is_set())
        add(all, terms, {change.planned.from, terms.term.end},
            std::int64_t{terms.cores} - change.planned.cores);
    return all;
}

void write_planned(const State& state, const contract::Terms& terms,
                   const contract::Planned& planned, v1::PlannedQuantities* out) {
    const auto components = plan_of(state, terms).components();
    out->set_from_ns(planned.from.ns);
    for (std::size_t i = 0; i < components.size(); ++i) {
        if (planned.quantities[i] == 0) continue;
        v1::PlanQuantity& quantity = *out->add_quantities();
        quantity.set_component(components[i].name);
        quantity.set_quantity(planned.quantities[i]);
    }
}

v1::ChangeOrder describe(const State& state, ChangeOrderId id, const ChangeOrder& change) {
    const Contract& contract = state.contracts.at(change.contract);
    const contract::Terms& terms = contract.terms;
    v1::ChangeOrder body;
    body.set_id(id.text());
    body.set_contract(change.contract.text());
    body.set_order(contract.order.text());
    body.set_buyer(terms.buyer.text());
    body.set_supplier(terms.supplier.text());
    body.set_state(static_cast<v1::ChangeOrderState>(change.state));
    body.set_proposed_at_ns(change.proposed_at.ns);
    body.set_lapses_at_ns(change.lapses_at.ns);
    body.mutable_term()->set_start_ns(terms.term.start.ns);
    body.mutable_term()->set_end_ns(change.term_end.ns);
    if (change.planned.is_set())
        write_planned(state, terms, change.planned, body.mutable_quantities());
    write_money(change.additional, terms.currency, body.mutable_additional());
    write_money(change.released, terms.currency, body.mutable_released());
    return body;
}

/// Whether quantities can be those of the contract's plan.
bool fits(const State& state, const Contract& contract, const contract::Planned& planned) {
    if (!planned.is_set()) return true;
    return planned.quantities.size() == plan_of(state, contract.terms).components().size() &&
           std::ranges::all_of(planned.quantities, [](std::int64_t quantity) {
               return quantity >= 0 && quantity <= kQuantityMax;
           });
}

bool fits(const State& state, ChangeOrderId id, const ChangeOrder& change) {
    const Contract* contract = state.contracts.find(change.contract);
    if (contract == nullptr || contract->change_order != id || !contract->terms.is_by_plan() ||
        change.state != contract::ChangeState::proposed ||
        change.term_end < contract->terms.term.end || !fits(state, *contract, change.planned))
        return false;
    const auto* held = state.ledger.find_held(change.hold);
    return (held == nullptr) == (change.additional == Money{}) &&
           (held == nullptr || held->amount == change.additional);
}

}  // namespace

std::vector<Reservation> promises_of(const Contract& contract) {
    std::vector<Reservation> all;
    const contract::Terms& terms = contract.terms;
    const contract::Planned& planned = contract.planned;
    const Instant seam = planned.is_set() ? planned.from : terms.term.end;
    add(all, terms, {terms.term.start, seam}, terms.cores);
    if (planned.is_set()) add(all, terms, {seam, terms.term.end}, planned.cores);
    return all;
}

std::vector<Reservation> added_by(const Contract& contract, const ChangeOrder& change) {
    std::vector<Reservation> all;
    const contract::Terms& terms = contract.terms;
    const Instant end = terms.term.end;
    const bool is_other = change.planned.is_set();
    if (is_other)
        add(all, terms, {change.planned.from, end},
            std::int64_t{change.planned.cores} - terms.cores);
    add(all, terms, {end, change.term_end}, is_other ? change.planned.cores : terms.cores);
    return all;
}

void emit_change_order(Context& context, ChangeOrderId id, const ChangeOrder& change) {
    v1::ChangeOrder body = describe(context.state, id, change);
    if (change.state != contract::ChangeState::proposed) body.set_ended_at_ns(context.now.ns);
    context.events.emit_message(v1::Event::kChangeOrderChanged, body);
    emit_contract(context, change.contract);
}

void agree_to_change(Context& context, ChangeOrderId id) {
    State& state = context.state;
    const ChangeOrder change = state.change_orders.end(id, contract::ChangeStep::agree);
    const ContractId contract = change.contract;
    state.contracts.set_change_order(contract, {});
    if (change.additional > Money{}) {
        const ledger::HeldTransfer held = *state.ledger.find_held(change.hold);
        const auto posted = state.ledger.post_held(change.hold, change.additional);
        // What is held can be posted, since no account of it is ever closed.
        PENSTOCK_ASSERT(posted.has_value());
        const bool post_paid = state.contracts.at(contract).terms.post_paid;
        emit_transfer(context, {*posted, held.debit, held.credit, held.amount},
                      post_paid ? "commitment" : "escrow", contract.text());
    }
    for (const Reservation& less : dropped_by(state.contracts.at(contract), change))
        state.capacity.release(less, context.now);
    const Instant end = state.contracts.at(contract).terms.term.end;
    state.contracts.change(contract, change);
    if (change.term_end > end)
        state.timers.set(end_seen_at(contract, state.contracts.at(contract).terms),
                         TimerKind::term_end, contract.value);
    release_excess(context, contract, change.released);
    emit_change_order(context, id, change);
}

void drop_change(Context& context, ChangeOrderId id, contract::ChangeStep step) {
    State& state = context.state;
    const ChangeOrder change = state.change_orders.end(id, step);
    state.contracts.set_change_order(change.contract, {});
    const Contract& contract = state.contracts.at(change.contract);
    if (change.additional > Money{}) void_hold(context, change.hold);
    for (const Reservation& more : added_by(contract, change))
        state.capacity.release(more, context.now);
    if (contract.terms.post_paid) take_back_excess(context, contract.terms.buyer);
    emit_change_order(context, id, change);
}

void lapse_change_order(Context& context, ChangeOrderId id) {
    if (!id || context.state.change_orders.find(id) == nullptr) return;
    drop_change(context, id, contract::ChangeStep::lapse);
}

void describe_changes(const State& state, const Contract& contract, v1::PlanPurchase* out) {
    const contract::Terms& terms = contract.terms;
    if (contract.notice.is_given()) {
        v1::Notice& notice = *out->mutable_notice();
        const bool is_suppliers = contract.notice.reason == contract::CloseReason::supplier_notice;
        notice.set_party((is_suppliers ? terms.supplier : terms.buyer).text());
        notice.set_given_at_ns(contract.notice.given_at.ns);
        notice.set_ends_at_ns(contract.notice.ends_at.ns);
    }
    if (contract.change_order)
        *out->mutable_change_order() =
            describe(state, contract.change_order, state.change_orders.at(contract.change_order));
    if (contract.planned.is_set())
        write_planned(state, terms, contract.planned, out->mutable_planned());
}

bool change_orders_fit(const State& state) {
    bool all_fit = true;
    state.contracts.contracts().for_each([&](ContractId, const Contract& contract) {
        if (!contract.terms.is_by_plan()) {
            all_fit = all_fit && !contract.change_order && !contract.planned.is_set();
            return;
        }
        all_fit =
            all_fit && fits(state, contract, contract.planned) &&
            contract.former_ends.size() <= contract::kFormerEndsMax &&
            (!contract.change_order || state.change_orders.find(contract.change_order) != nullptr);
    });
    state.change_orders.waiting().for_each([&](ChangeOrderId id, const ChangeOrder& change) {
        all_fit = all_fit && fits(state, id, change);
    });
    return all_fit;
}

}  // namespace penstock::exchange

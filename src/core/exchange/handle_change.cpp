#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/try.h"
#include "core/billing/error.h"
#include "core/catalog/error.h"
#include "core/contract/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/authorise.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/change.h"
#include "core/exchange/credit.h"
#include "core/exchange/direct_payment.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/rolling_escrow.h"
#include "core/pricing/plan.h"

namespace penstock::exchange {
namespace {

using contract::ChangeOrder;
using contract::Contract;

/// When a change is agreed to: as it is proposed, or by its supplier's answer.
enum class Agreed : std::uint8_t { now, later };

/// A running contract that can be changed.
/// @retval CONTRACT_NOT_FOUND, CONTRACT_NOT_BY_PLAN, CHANGE_NOT_OFFERED, CONTRACT_WRONG_STATE,
///         NOTICE_GIVEN, CHANGE_PENDING
Result<const Contract*> require_changeable(const Context& context, ContractId id) {
    TRY_ASSIGN(const Contract* contract, context.state.contracts.require(id));
    if (!contract->terms.is_by_plan()) return reject(contract::kNotByPlan, "contract");
    if (is_rolling(context.state, contract->terms))
        return reject(contract::kNotChangeable, "contract");
    if (contract->state != contract::State::active)
        return reject(contract::kWrongState, "contract",
                      "It is " + std::string(name(contract->state)) + ".");
    if (contract->notice.is_given()) return reject(contract::kNoticeGiven, "contract");
    if (context.now >= contract->terms.term.end)
        return reject(contract::kWrongState, "contract", "Its term has ended.");
    if (contract->change_order || contract->planned.is_set())
        return reject(contract::kChangePending, "contract");
    return contract;
}

/// @retval TERM_NOT_EXTENDED, ORDER_TOO_MANY_PERIODS
Result<Instant> read_end(const Contract& contract, const v1::ProposeChangeRequest& request) {
    const Interval& term = contract.terms.term;
    if (request.term_end_ns() == 0) return term.end;
    const Instant end{request.term_end_ns()};
    if (end > kLastInstant || end < term.end + contract::kExtensionMin ||
        end - term.start > contract::Contracts::kTermMax)
        return reject(contract::kNotExtended, "term_end_ns");
    if (contract.former_ends.size() >= contract::kFormerEndsMax)
        return reject(contract::kTooManyPeriods, "term_end_ns",
                      "It was extended " + std::to_string(contract::kFormerEndsMax) + " times.");
    return end;
}

/// What is bought from then on; not set when nothing else is.
/// @retval CHANGE_QUANTITIES_INVALID, ORDER_CORES_INVALID
Result<contract::Planned> read_planned(const State& state, const contract::Terms& terms,
                                       const v1::ProposeChangeRequest& request) {
    const auto components = plan_of(state, terms).components();
    contract::Planned planned;
    planned.quantities = terms.quantities;
    std::vector<bool> named(components.size());
    for (int i = 0; i < request.quantities_size(); ++i) {
        const v1::PlanQuantity& asked = request.quantities(i);
        const std::string field = "quantities[" + std::to_string(i) + "]";
        const auto found =
            std::ranges::find(components, asked.component(), &pricing::Component::name);
        const auto place = static_cast<std::size_t>(found - components.begin());
        if (found == components.end() || !pricing::is_level(found->unit) || named[place])
            return reject(contract::kChangeQuantitiesInvalid, field + ".component");
        if (asked.quantity() < 0 || asked.quantity() > kQuantityMax)
            return reject(contract::kChangeQuantitiesInvalid, field + ".quantity");
        named[place] = true;
        planned.quantities[place] = asked.quantity();
    }
    if (planned.quantities == terms.quantities) return contract::Planned{};
    if (std::ranges::all_of(planned.quantities, [](std::int64_t each) { return each == 0; }))
        return reject(contract::kChangeQuantitiesInvalid, "quantities");
    const Asked asked = asked_by(plan_of(state, terms), planned.quantities);
    if (asked.cores > contract::Contracts::kCoresMax)
        return reject(contract::kCoresInvalid, "quantities");
    planned.cores = static_cast<std::uint32_t>(asked.cores);
    planned.by_hand = asked.by_hand;
    return planned;
}

/// The beginning of the first billing period that is not charged for yet.
Instant next_period(const State& state, const Contract& contract, Instant now) {
    const Interval& time = contract.charged_time;
    if (now < time.start) return time.start;
    return period_end(plan_of(state, contract.terms), now, contract.former_ends, time.end);
}

/// By how much a change moves the most that the contract can cost.
/// @retval ORDER_TOO_MANY_PERIODS, ORDER_TOO_EXPENSIVE
Result<Money> difference(const State& state, const Contract& contract, const ChangeOrder& change) {
    contract::Terms before = contract.terms;
    const bool is_first = change.planned.from == contract.charged_time.start;
    // One-offs are charged when the contract begins, and stay as they are.
    const auto components = plan_of(state, before).components();
    for (std::size_t i = 0; i < components.size(); ++i) {
        if (components[i].unit == pricing::Unit::one_off && !is_first) before.quantities[i] = 0;
    }
    contract::Terms later = before;
    if (change.planned.is_set()) {
        for (std::size_t i = 0; i < components.size(); ++i) {
            if (pricing::is_level(components[i].unit))
                later.quantities[i] = change.planned.quantities[i];
        }
    }
    const Instant end = contract.terms.term.end;
    const Instant from = change.planned.is_set() ? change.planned.from : end;
    std::vector<Instant> seams = contract.former_ends;
    seams.push_back(end);
    later.term = {from, change.term_end};
    if (pricing_effort(state, later, seams) > kEffortMax)
        return reject(contract::kTooManyPeriods, "term_end_ns");
    TRY_ASSIGN(const Money most, most_of_part(state, later, later.term, seams));
    TRY_ASSIGN(const Money was, most_of_part(state, before, {from, end}, seams));
    if (contract.escrow + most - was > contract::Contracts::kLineMax)
        return reject(contract::kTooExpensive, "quantities");
    return most - was;
}

/// Whether the supplier is asked: where a person accepts its orders, or it no longer sells so.
bool asks_supplier(const State& state, const contract::Terms& terms, const ChangeOrder& change) {
    const catalog::Product& product = state.catalog.product(terms.product);
    const auto known = state.sale_terms.find(terms.product);
    const std::uint32_t newest = known == state.sale_terms.end() ? 0 : known->second.newest();
    return terms.by_hand || change.planned.by_hand || !product.listed ||
           product.plan_version != terms.plan_version || newest != terms.sale_terms_version;
}

/// @retval MAX_ADDITIONAL_EXCEEDED, and as read_money()
Result<void> check_additional(const State& state, const v1::ProposeChangeRequest& request,
                              Money additional) {
    Money most;
    if (request.has_max_additional()) {
        TRY_ASSIGN(most, read_money(state, request.max_additional(), "max_additional"));
    }
    if (additional > most)
        return reject(contract::kAdditionalExceeded, "max_additional",
                      "It could cost " + to_decimal(additional) + " more.");
    return {};
}

/// Holds what a change could cost more.
/// @retval CREDIT_EXCEEDED, BILLS_OVERDUE, INSUFFICIENT_FUNDS, ACCOUNT_OVERFLOW
Result<TransferId> hold(Context& context, const contract::Terms& terms, Money additional) {
    using ledger::AccountKind;
    State& state = context.state;
    if (additional == Money{}) return TransferId{};
    if (terms.post_paid) {
        TRY(check_not_overdue(state, terms.buyer, "contract"));
        TRY(check_credit(state, terms.buyer, additional));
    }
    const auto account = [&](AccountKind on_credit, AccountKind paid) {
        return state.ledger.find(terms.post_paid ? on_credit : paid, terms.buyer, terms.currency);
    };
    const AccountId from = account(AccountKind::credit, AccountKind::cash);
    const auto held =
        state.ledger.execute({.debit = from,
                              .credit = account(AccountKind::commitment, AccountKind::escrow),
                              .amount = additional,
                              .kind = ledger::TransferKind::hold},
                             context.now);
    if (!held)
        return std::unexpected(
            refused_payment(state, from, additional, held.error(), "max_additional"));
    return held->id;
}

/// Of a contract that is paid directly no more is sold than by an order: not without the operator's
/// consent, nor by a supplier that agrees to it now and owes fees.
/// @retval DIRECT_PAYMENT_NOT_ALLOWED, FEES_OWED
Result<void> check_direct(const State& state, const contract::Terms& terms,
                          const ChangeOrder& change, Agreed agreed, std::string_view field) {
    const bool sells_more = change.additional > Money{} || change.term_end > terms.term.end;
    if (!sells_more || !is_paid_directly(state, terms)) return {};
    if (!state.settings.direct_payment) return reject(billing::kDirectPaymentNotAllowed, field);
    if (agreed == Agreed::now && !covers_fees(state, terms.supplier))
        return reject(billing::kFeesOwed, field);
    return {};
}

/// What a request asks for, without its money.
Result<ChangeOrder> read_change(const Context& context, ContractId id, const Contract& contract,
                                const v1::ProposeChangeRequest& request) {
    const State& state = context.state;
    const contract::Terms& terms = contract.terms;
    ChangeOrder change;
    change.contract = id;
    change.proposed_at = context.now;
    TRY_ASSIGN(change.term_end, read_end(contract, request));
    TRY_ASSIGN(change.planned, read_planned(state, terms, request));
    if (!change.planned.is_set() && change.term_end == terms.term.end)
        return reject(contract::kChangeEmpty, "contract");
    change.lapses_at = std::min(context.now + contract::kChangeWindow, terms.term.end);
    if (change.planned.is_set()) {
        change.planned.from = next_period(state, contract, context.now);
        if (change.planned.from >= change.term_end)
            return reject(contract::kChangeTooLate, "quantities");
        change.lapses_at = std::min(change.lapses_at, change.planned.from);
    }
    return change;
}

/// A change that the caller's party may answer, as the supplier of its contract.
Result<ChangeOrderId> read_supplied_change(const Context& context, const std::string& text) {
    TRY_ASSIGN(const ChangeOrderId id, read_id<ChangeOrderId>(text, "change_order"));
    TRY_ASSIGN(const ChangeOrder* change, context.state.change_orders.require(id, context.now));
    const contract::Terms& terms = context.state.contracts.at(change->contract).terms;
    const bool is_agent = context.caller.kind == party::Caller::Kind::agent;
    if (terms.supplier != context.caller.party || (is_agent && terms.agent != context.caller.agent))
        return reject(contract::kNotTheSupplier, "change_order");
    return id;
}

}  // namespace

Result<void> propose_change(Context& context, const v1::ProposeChangeRequest& request,
                            v1::ProposeChangeResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const ContractId id, read_id<ContractId>(request.contract(), "contract"));
    TRY_ASSIGN(const Contract* contract, require_changeable(context, id));
    const contract::Terms& terms = contract->terms;
    const party::Caller seller{.kind = party::Caller::Kind::member, .party = terms.supplier};
    TRY(state.directory.check_permission(seller, party::Permission::catalog_publish,
                                         party::Effect::start));
    TRY_ASSIGN(ChangeOrder change, read_change(context, id, *contract, request));
    TRY_ASSIGN(const Money more, difference(state, *contract, change));
    change.additional = std::max(more, Money{});
    change.released = std::max(-more, Money{});
    TRY(check_additional(state, request, change.additional));
    const auto reservations = added_by(*contract, change);
    if (const auto checked = state.capacity.check(reservations); !checked)
        return reject(checked.error().rejection(),
                      change.planned.is_set() ? "quantities" : "term_end_ns");
    const bool is_asked = asks_supplier(state, terms, change);
    TRY(check_direct(state, terms, change, is_asked ? Agreed::later : Agreed::now, "contract"));
    TRY_ASSIGN(change.hold, hold(context, terms, change.additional));

    for (const capacity::Reservation& reservation : reservations)
        state.capacity.reserve(reservation);
    const Instant lapses_at = change.lapses_at;
    const Money additional = change.additional;
    const ChangeOrderId proposed = state.change_orders.propose(std::move(change));
    state.contracts.set_change_order(id, proposed);
    emit_change_order(context, proposed, state.change_orders.at(proposed));
    if (is_asked)
        state.timers.set(lapses_at, TimerKind::change_lapses, proposed.value);
    else
        agree_to_change(context, proposed);
    response.set_change_order(proposed.text());
    response.set_state(is_asked ? v1::CHANGE_ORDER_PROPOSED : v1::CHANGE_ORDER_AGREED);
    write_money(additional, terms.currency, response.mutable_additional());
    return {};
}

Result<void> accept_change(Context& context, const v1::AcceptChangeRequest& request,
                           v1::AcceptChangeResponse&) {
    const State& state = context.state;
    TRY_ASSIGN(const ChangeOrderId id, read_supplied_change(context, request.change_order()));
    const ChangeOrder& change = state.change_orders.at(id);
    const contract::Terms& terms = state.contracts.at(change.contract).terms;
    if (terms.post_paid && change.additional > Money{})
        TRY(check_not_overdue(state, terms.buyer, "change_order"));
    TRY(check_direct(state, terms, change, Agreed::now, "change_order"));
    agree_to_change(context, id);
    return {};
}

Result<void> decline_change(Context& context, const v1::DeclineChangeRequest& request,
                            v1::DeclineChangeResponse&) {
    TRY_ASSIGN(const ChangeOrderId id, read_supplied_change(context, request.change_order()));
    drop_change(context, id, contract::ChangeStep::decline);
    return {};
}

Result<void> withdraw_change(Context& context, const v1::WithdrawChangeRequest& request,
                             v1::WithdrawChangeResponse&) {
    TRY_ASSIGN(const ChangeOrderId id,
               read_id<ChangeOrderId>(request.change_order(), "change_order"));
    TRY(context.state.change_orders.require(id, context.now));
    drop_change(context, id, contract::ChangeStep::withdraw);
    return {};
}

}  // namespace penstock::exchange

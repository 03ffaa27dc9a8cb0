#include <algorithm>
#include <string>
#include <vector>

#include "base/try.h"
#include "core/billing/error.h"
#include "core/catalog/error.h"
#include "core/contract/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/authorise.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/credit.h"
#include "core/exchange/direct_payment.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/notice.h"
#include "core/exchange/result_band.h"
#include "core/exchange/settle.h"
#include "core/exchange/work.h"

namespace penstock::exchange {
namespace {

using ledger::AccountKind;

constexpr int kLinesMax = 64;

std::string line_field(int index) {
    return "lines[" + std::to_string(index) + "]";
}

/// What a line would freeze into its contract.
Result<contract::Terms> read_line(const Context& context, const v1::OrderLine& line,
                                  bool post_paid) {
    const State& state = context.state;
    TRY_ASSIGN(const ProductId product_id, read_id<ProductId>(line.product(), "product"));
    TRY(state.catalog.check_sale(product_id, line.price_version(), context.now));
    const catalog::Product& product = state.catalog.product(product_id);
    if (product.party == context.caller.party) return reject(contract::kOwnProduct, "product");
    const party::Caller seller{.kind = party::Caller::Kind::member, .party = product.party};
    TRY(state.directory.check_permission(seller, party::Permission::catalog_publish,
                                         party::Effect::start));
    contract::Terms terms;
    terms.buyer = context.caller.party;
    terms.supplier = product.party;
    terms.product = product_id;
    terms.pool = product.pool;
    terms.agent = state.catalog.pool(product.pool).agent;
    terms.cores = line.cores();
    terms.term = {Instant{line.term().start_ns()}, Instant{line.term().end_ns()}};
    terms.price_per_core_hour = product.price_per_core_hour;
    terms.price_version = product.price_version;
    terms.plan_version = product.plan_version;
    terms.fee_basis_points = state.settings.fee_basis_points;
    terms.currency = product.currency;
    if (line.quantities_size() > 0) {
        TRY(read_quantities(state, line, terms));
    } else if (!product.is_sold_by_core()) {
        return reject(catalog::kNotSoldByCore, "product");
    }
    if (post_paid && !(terms.is_by_plan() && sale_terms_of(state, terms).post_paid))
        return reject(billing::kPostPaidNotOffered, "product");
    terms.post_paid = post_paid;
    if (is_paid_directly(state, terms) && !state.settings.direct_payment)
        return reject(billing::kDirectPaymentNotAllowed, "product");
    TRY(contract::Contracts::check_terms(terms, context.now));
    if (line.has_result_band()) TRY(read_result_band(state, line.result_band(), terms));
    return terms;
}

struct Basket {
    std::vector<contract::Terms> terms;
    std::vector<Money> bounds;
    std::vector<capacity::Reservation> reservations;
    std::vector<int> reserved_lines;  ///< Of each reservation; lines without cores have none.
    std::vector<ledger::Transfer> holds;
    Money total;  ///< What all of it can cost.
    Money held;   ///< And what of that is set aside now.
};

Result<Basket> read_basket(const Context& context, const v1::PlaceOrderRequest& request) {
    const State& state = context.state;
    if (request.lines_size() < 1 || request.lines_size() > kLinesMax)
        return reject(contract::kLineCountInvalid, "lines");
    TRY_ASSIGN(const Money max_total, read_money(state, request.max_total(), "max_total"));
    const PartyId buyer = context.caller.party;
    const Currency currency = state.settings.currency;
    const bool post_paid = request.post_paid();
    const auto account = [&](AccountKind on_credit, AccountKind paid) {
        return state.ledger.find(post_paid ? on_credit : paid, buyer, currency);
    };
    const AccountId from = account(AccountKind::credit, AccountKind::cash);
    const AccountId to = account(AccountKind::commitment, AccountKind::escrow);
    Basket basket;
    std::uint64_t effort = 0;
    for (int i = 0; i < request.lines_size(); ++i) {
        auto terms = read_line(context, request.lines(i), post_paid);
        if (!terms) return std::unexpected(std::move(terms).error().within(line_field(i)));
        if (terms->is_by_plan() && (effort += pricing_effort(state, *terms)) > kEffortMax)
            return std::unexpected(Error(contract::kTooManyPeriods, "term").within(line_field(i)));
        auto bound =
            terms->is_by_plan() ? most_by_plan(state, *terms) : contract::Contracts::bound(*terms);
        if (!bound) return std::unexpected(std::move(bound).error().within(line_field(i)));
        if (const auto& band = terms->band; band.is_set()) {
            const auto other = [&](const contract::Terms& before) {
                return before.band.is_set() && before.band.job != band.job;
            };
            if (std::ranges::any_of(basket.terms, other))
                return std::unexpected(
                    Error(contract::kBandInvalid, "result_band.trial").within(line_field(i)));
        }
        basket.total += *bound;
        const Money held = terms->is_by_plan() ? set_aside_by_plan(state, *terms, *bound) : *bound;
        basket.held += held;
        basket.bounds.push_back(held);
        if (terms->cores > 0) {
            basket.reservations.push_back({terms->pool, terms->product, terms->term, terms->cores});
            basket.reserved_lines.push_back(i);
        }
        basket.holds.push_back(
            {.debit = from, .credit = to, .amount = held, .kind = ledger::TransferKind::hold});
        basket.terms.push_back(std::move(*terms));
    }
    if (basket.total > max_total)
        return reject(contract::kMaxTotalExceeded, "max_total",
                      "It could cost " + to_decimal(basket.total) + ".");
    return basket;
}

}  // namespace

Result<void> place_order(Context& context, const v1::PlaceOrderRequest& request,
                         v1::PlaceOrderResponse& response) {
    State& state = context.state;
    const PartyId buyer = context.caller.party;
    if (request.post_paid()) TRY(check_not_overdue(state, buyer, "post_paid"));
    TRY_ASSIGN(const Basket basket, read_basket(context, request));
    TRY(state.capacity.check(basket.reservations, basket.reserved_lines));
    if (request.post_paid()) TRY(check_credit(state, buyer, basket.held));
    const auto held = state.ledger.execute(basket.holds, context.now);
    if (!held)
        return std::unexpected(refused_payment(state, basket.holds.front().debit, basket.held,
                                               held.error(), "max_total"));
    std::vector<TransferId> holds;
    for (const ledger::Recorded& hold : *held) holds.push_back(hold.id);

    for (const auto& reservation : basket.reservations) state.capacity.reserve(reservation);
    const OrderId order = state.contracts.open(context.caller.party, state.settings.currency,
                                               basket.terms, basket.bounds, holds, context.now);
    const std::vector<ContractId>& contracts = state.contracts.order(order).contracts;
    context.events.emit(v1::Event::kOrderPlaced, [&](MessageWriter& out) {
        out.id(v1::OrderPlaced::kOrderFieldNumber, order);
        out.id(v1::OrderPlaced::kBuyerFieldNumber, context.caller.party);
        for (const ContractId id : contracts) out.id(v1::OrderPlaced::kContractsFieldNumber, id);
        out.money(v1::OrderPlaced::kHeldFieldNumber, basket.held, state.settings.currency);
    });
    for (const ContractId id : contracts) {
        response.add_contracts(id.text());
        const contract::Contract& contract = state.contracts.at(id);
        state.timers.set(contract.accept_until, TimerKind::accept_deadline, id.value);
        state.desks[contract.terms.agent].contracts.insert(id);
        touch_desk(state, contract.terms.agent);
        emit_contract(context, id);
    }
    response.set_order(order.text());
    write_money(basket.held, state.settings.currency, response.mutable_held());
    return {};
}

Result<void> accept_contract(Context& context, const v1::AcceptContractRequest& request,
                             v1::AcceptContractResponse&) {
    State& state = context.state;
    TRY_ASSIGN(const ContractId id,
               read_supplied_contract(state, context.caller, request.contract()));
    TRY(state.contracts.check_step(id, contract::Step::accept));
    const contract::Contract& contract = state.contracts.at(id);
    if (contract.terms.post_paid) TRY(check_not_overdue(state, contract.terms.buyer, "contract"));
    if (is_paid_directly(state, contract.terms)) {
        if (!state.settings.direct_payment)
            return reject(billing::kDirectPaymentNotAllowed, "contract");
        if (!covers_fees(state, contract.terms.supplier))
            return reject(billing::kFeesOwed, "contract");
    }
    const ledger::HeldTransfer held = *state.ledger.find_held(contract.hold);
    TRY_ASSIGN(const TransferId transfer, state.ledger.post_held(contract.hold, contract.escrow));

    state.contracts.accept(id, context.now);
    state.timers.set(end_seen_at(id, contract.terms), TimerKind::term_end, id.value);
    if (contract.terms.term.start > context.now)
        state.timers.set(contract.terms.term.start, TimerKind::term_start, id.value);
    emit_transfer(context, {transfer, held.debit, held.credit, held.amount},
                  contract.terms.post_paid ? "commitment" : "escrow", id.text());
    emit_contract(context, id);
    touch_desk(state, contract.terms.agent);
    if (contract.terms.is_by_plan()) {
        begin_by_plan(context, id);
        return {};
    }
    assign_work(context, contract.order);
    return {};
}

Result<void> decline_contract(Context& context, const v1::DeclineContractRequest& request,
                              v1::DeclineContractResponse&) {
    TRY_ASSIGN(const ContractId id,
               read_supplied_contract(context.state, context.caller, request.contract()));
    TRY(context.state.contracts.check_step(id, contract::Step::refuse));
    close_contract(context, id, contract::CloseReason::supplier_declined);
    return {};
}

Result<void> cancel_order(Context& context, const v1::CancelOrderRequest& request,
                          v1::CancelOrderResponse&) {
    State& state = context.state;
    TRY_ASSIGN(const OrderId id, read_id<OrderId>(request.order(), "order"));
    TRY_ASSIGN(const contract::Order* order, state.contracts.require_order(id));
    if (state.contracts.is_ended(id))
        return reject(contract::kWrongState, "order", "All its contracts have ended.");
    std::vector<ContractId> contracts = order->contracts;
    std::erase_if(contracts, [&](ContractId contract) {
        return state.contracts.at(contract).is_final() ||
               state.contracts.at(contract).notice.is_given();
    });
    if (contracts.empty()) return reject(contract::kNoticeGiven, "order");
    for (const ContractId contract : contracts)
        end_with_notice(context, contract, contract::CloseReason::buyer_cancelled);
    return {};
}

}  // namespace penstock::exchange

#include "core/contract/contracts.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "core/contract/error.h"

namespace penstock::contract {
namespace {

constexpr std::int64_t kNsPerHour = 3'600'000'000'000;

}  // namespace

Result<Money> Contracts::bound(const Terms& terms) {
    // Whole core-hours alone must not be too dear, so that the exact product fits 64 bits.
    const std::int64_t hours = terms.term.length().ns / kNsPerHour * terms.cores;
    if (hours > 0 && terms.price_per_core_hour.micros > kLineMax.micros / hours)
        return reject(kTooExpensive, "cores");
    const std::int64_t exact = multiply_divide_up(terms.price_per_core_hour.micros, terms.cores,
                                                  terms.term.length().ns, kNsPerHour);
    if (exact > kLineMax.micros) return reject(kTooExpensive, "cores");
    return Money{(exact + kMicrosPerFen - 1) / kMicrosPerFen * kMicrosPerFen + kMicrosPerFen};
}

Result<void> Contracts::check_terms(const Terms& terms, Instant now) {
    if ((terms.cores < 1 && !terms.is_by_plan()) || terms.cores > kCoresMax)
        return reject(kCoresInvalid, "cores");
    const Interval& term = terms.term;
    if (term.start < now - seconds(60) || term.start > now + kTermMax || term.end > kLastInstant)
        return reject(kTermInvalid, "term");
    if (term.end <= now || term.end <= term.start) return reject(kTermInvalid, "term");
    if (term.length() < seconds(60) || term.length() > kTermMax)
        return reject(kTermInvalid, "term");
    return {};
}

OrderId Contracts::open(PartyId buyer, Currency currency, std::span<const Terms> terms,
                        std::span<const Money> bounds, std::span<const TransferId> holds,
                        Instant now) {
    PENSTOCK_ASSERT(bounds.size() == terms.size() && holds.size() == terms.size());
    auto [id, order] = orders_.add(Order{buyer, currency, {}, {}});
    for (std::size_t i = 0; i < terms.size(); ++i) {
        Contract contract;
        contract.order = id;
        contract.terms = terms[i];
        const Duration window = terms[i].by_hand ? kAcceptByHandWindow : kAcceptWindow;
        contract.accept_until = std::min(now + window, terms[i].term.end);
        contract.hold = holds[i];
        contract.escrow = bounds[i];
        order->contracts.push_back(contracts_.add(std::move(contract)).first);
    }
    return id;
}

Result<const Order*> Contracts::require_order(OrderId id) const {
    const Order* order = orders_.find(id);
    if (order == nullptr) return reject(kOrderNotFound, "order");
    return order;
}

Result<const Contract*> Contracts::require(ContractId id) const {
    const Contract* contract = contracts_.find(id);
    if (contract == nullptr) return reject(kContractNotFound, "contract");
    return contract;
}

Result<void> Contracts::check_step(ContractId id, Step step) const {
    TRY_ASSIGN(const Contract* contract, require(id));
    if (!after(contract->state, step))
        return reject(kWrongState, "contract", "It is " + std::string(name(contract->state)) + ".");
    return {};
}

void Contracts::take(Contract& contract, Step step) {
    const auto next = after(contract.state, step);
    PENSTOCK_ASSERT(next.has_value());
    contract.state = *next;
}

void Contracts::accept(ContractId id, Instant now) {
    Contract& contract = contracts_.at(id);
    take(contract, Step::accept);
    contract.hold = {};
    const Interval& term = contract.terms.term;
    if (contract.terms.is_by_plan())
        contract.charged_time = {std::clamp(now, term.start, term.end), term.end};
    contract.settled_until = contract.terms.is_by_plan() ? contract.charged_time.start : term.start;
}

void Contracts::refuse(ContractId id, CloseReason reason, Instant now) {
    Contract& contract = contracts_.at(id);
    take(contract, Step::refuse);
    contract.hold = {};
    contract.close_reason = reason;
    contract.refunded = contract.escrow;
    contract.retire_at = now + kRetention;
}

void Contracts::close(ContractId id, CloseReason reason) {
    Contract& contract = contracts_.at(id);
    take(contract, Step::close);
    contract.close_reason = reason;
}

Settlement Contracts::settle_accrued(Contract& contract, Instant until) {
    // Of all that was accrued, less what was settled before: what rounding leaves of one period is
    // counted with the next. None of the three falls where the accrued sum rises.
    const Money fee{multiply_divide_half_even(contract.accrued.micros,
                                              contract.terms.fee_basis_points, 10'000)};
    Settlement result;
    result.charged = round_to_fen(contract.accrued) - contract.charged;
    if (result.charged == Money{0}) return {};
    result.period = {std::exchange(contract.settled_until, until), until};
    result.paid_to_supplier = round_to_fen(contract.accrued - fee) - contract.paid_to_supplier;
    result.operator_fee = round_to_fen(fee) - contract.operator_fee;
    result.rounding = result.charged - result.paid_to_supplier - result.operator_fee;
    contract.billed = contract.accrued;
    contract.charged += result.charged;
    contract.paid_to_supplier += result.paid_to_supplier;
    contract.operator_fee += result.operator_fee;
    PENSTOCK_ASSERT(contract.charged <= contract.escrow);
    return result;
}

Settlement Contracts::settle_period(ContractId id, Instant end) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(contract.terms.is_by_plan() && !contract.is_final());
    return settle_accrued(contract, end);
}

Settlement Contracts::settle(ContractId id, CloseReason reason, Instant now) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(contract.cores_busy == 0);
    take(contract, Step::settle);
    if (contract.close_reason == CloseReason::none) contract.close_reason = reason;
    const Interval& time =
        contract.terms.is_by_plan() ? contract.charged_time : contract.terms.term;
    // What was charged took its time, so that the time that is settled is no empty one.
    const Instant from = contract.settled_until;
    Settlement result =
        settle_accrued(contract, std::max(std::min(now, time.end), from + Duration{1}));
    result.refunded = contract.escrow - contract.charged;
    contract.refunded = result.refunded;
    contract.retire_at = now + kRetention;
    return result;
}

void Contracts::occupy(ContractId id, std::uint32_t cores) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(contract.state == State::active);
    PENSTOCK_ASSERT(contract.cores_busy + cores <= contract.terms.cores);
    contract.cores_busy += cores;
}

void Contracts::vacate(ContractId id, std::uint32_t cores) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(contract.cores_busy >= cores);
    contract.cores_busy -= cores;
}

Money Contracts::accrue(ContractId id, Money amount) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(!contract.is_final() && amount >= Money{0});
    // Half-micro roundings of very many charges might pass the bound; the buyer's limit wins.
    const Money room = contract.escrow - Money{kMicrosPerFen} - contract.accrued;
    const Money added = std::min(amount, std::max(room, Money{0}));
    contract.accrued += added;
    return added;
}

void Contracts::end_charged_time(ContractId id, Instant end) {
    Interval& time = contracts_.at(id).charged_time;
    time.end = std::clamp(end, time.start, time.end);
}

void Contracts::begin_charged_time(ContractId id, Instant start) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(contract.accrued == Money{0} && start < contract.charged_time.end);
    contract.charged_time.start = std::max(start, contract.charged_time.start);
    contract.settled_until = contract.charged_time.start;
}

void Contracts::raise_escrow(ContractId id, Money amount) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(contract.terms.is_by_plan() && !contract.is_final() && amount > Money{0});
    contract.escrow += amount;
}

void Contracts::give_notice(ContractId id, Notice notice) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(contract.state == State::active && contract.terms.is_by_plan() &&
                    !contract.notice.is_given() && notice.ends_at <= contract.terms.term.end);
    contract.notice = notice;
    end_charged_time(id, notice.ends_at);
}

void Contracts::set_change_order(ContractId id, ChangeOrderId change) {
    contracts_.at(id).change_order = change;
}

void Contracts::change(ContractId id, const ChangeOrder& change) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(contract.state == State::active && contract.terms.is_by_plan() &&
                    !contract.notice.is_given() && !contract.planned.is_set());
    Instant& end = contract.terms.term.end;
    if (change.term_end > end) {
        contract.former_ends.push_back(end);
        end = change.term_end;
        contract.charged_time.end = end;
    }
    contract.planned = change.planned;
    contract.escrow += change.additional - change.released;
}

void Contracts::begin_period(ContractId id, Instant start) {
    Contract& contract = contracts_.at(id);
    std::erase_if(contract.former_ends, [&](Instant end) { return end <= start; });
    if (!contract.planned.is_set() || start < contract.planned.from) return;
    contract.terms.quantities = std::move(contract.planned.quantities);
    contract.terms.cores = contract.planned.cores;
    contract.terms.by_hand = contract.planned.by_hand;
    contract.planned = {};
}

void Contracts::deliver(ContractId id, std::uint64_t results, Money charged) {
    Delivery& delivered = contracts_.at(id).delivered;
    ++delivered.counted_tasks;
    delivered.results += results;
    delivered.charged += charged;
}

void Contracts::add_sample(ContractId id, ResultSample sample) {
    contracts_.at(id).samples.push_back(sample);
}

Money Contracts::give_back(ContractId id) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(!contract.terms.is_by_plan() && !contract.is_final() &&
                    contract.cores_busy == 0);
    const Money credit = result_credit(contract.terms.band, contract.delivered);
    contract.delivered.given_back = credit;
    contract.accrued -= credit;
    return credit;
}

void Contracts::accrue_by_plan(ContractId id, Money amount) {
    Contract& contract = contracts_.at(id);
    PENSTOCK_ASSERT(contract.terms.is_by_plan() && !contract.is_final());
    contract.accrued += amount;
    PENSTOCK_ASSERT(contract.accrued >= contract.billed && contract.accrued <= contract.escrow);
}

bool Contracts::retire(ContractId id) {
    PENSTOCK_ASSERT(contracts_.at(id).is_final());
    const OrderId order_id = contracts_.at(id).order;
    contracts_.erase(id);
    Order& order = orders_.at(order_id);
    std::erase(order.contracts, id);
    if (!order.contracts.empty()) return false;
    orders_.erase(order_id);
    return true;
}

bool Contracts::is_ended(OrderId id) const {
    const Order& order = orders_.at(id);
    return std::ranges::all_of(order.contracts,
                               [&](ContractId contract) { return at(contract).is_final(); });
}

std::vector<std::string> broken_invariants(const Contracts& contracts) {
    std::vector<std::string> broken;
    contracts.contracts().for_each([&](ContractId id, const Contract& contract) {
        const auto check = [&](bool holds, std::string_view what) {
            if (!holds) broken.push_back(id.text() + ": " + std::string(what));
        };
        check(contract.accrued >= Money{0} && contract.accrued <= contract.escrow,
              "accrued lies outside its escrow");
        check(contract.billed >= Money{0} && contract.billed <= contract.accrued &&
                  contract.charged <= contract.escrow,
              "what was settled lies outside of what was accrued or set aside");
        check(contract.terms.is_by_plan() || contract.is_final() || contract.charged == Money{0},
              "was paid for before its end");
        const Interval& time = contract.charged_time;
        check(time == Interval{} ||
                  (contract.terms.is_by_plan() && time.start <= time.end &&
                   time.start >= contract.terms.term.start && time.end <= contract.terms.term.end),
              "charges for a time outside of its term");
        check(!contract.notice.is_given() ||
                  (time != Interval{} && time.end <= contract.notice.ends_at),
              "is charged after the end of its notice");
        check(contract.former_ends.size() <= kFormerEndsMax, "was extended too often");
        check(!contract.planned.is_set() ||
                  contract.planned.quantities.size() == contract.terms.quantities.size(),
              "plans quantities of another plan");
        check(!contract.change_order || contract.state == State::active,
              "awaits a change though it is not active");
        const Delivery& delivered = contract.delivered;
        check(delivered.charged - delivered.given_back <= contract.accrued &&
                  delivered.given_back >= Money{0},
              "was charged less than for what it delivered");
        check(!contract.is_final() ||
                  delivered.given_back == result_credit(contract.terms.band, delivered),
              "ended without giving back what its results were too dear");
        check(!(contract.terms.band.is_set() && contract.terms.is_by_plan()),
              "has a result band, and is by plan");
        check(contract.samples.size() <= kSamplesMax, "keeps too many samples");
        check(contract.cores_busy <= contract.terms.cores, "more cores busy than bought");
        check(contract.hold.value == 0 || contract.state == State::ordered,
              "has a hold though it is no longer ordered");
        check(contract.is_final() == (contract.retire_at != Instant{}),
              "final without a time to retire, or the reverse");
        check(!contract.is_final() || contract.close_reason != CloseReason::none,
              "ended without a reason");
        check(!contract.is_final() || contract.cores_busy == 0, "ended while work runs");
        if (contract.is_final())
            check(contract.charged + contract.refunded == contract.escrow,
                  "charged and refunded do not add up to the escrow");
        check(contracts.find_order(contract.order) != nullptr, "has lost its order");
    });
    return broken;
}

}  // namespace penstock::contract

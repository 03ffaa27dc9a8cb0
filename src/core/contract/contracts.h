#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id_table.h"
#include "core/contract/changes.h"
#include "core/contract/types.h"

namespace penstock::contract {

/// How accrued charges become payments, at the end of a billing period or of the contract. The
/// parts add up: charged = paid_to_supplier + operator_fee + rounding; and in the end escrow = all
/// that was charged + refunded.
struct Settlement {
    Money charged;
    Money paid_to_supplier;
    Money operator_fee;
    Money rounding;  ///< What rounding to the fen leaves over: of all periods together −1, 0 or
                     ///< +1 fen, so that one of several has −2 to +2.
    Money refunded;
    Interval period;  ///< That is settled, where something was charged.
};

/// Orders and their contracts, and the table of states that they follow. Moves no money and no
/// capacity itself: the exchange does, with what this computes.
class Contracts {
  public:
    /// The most that these terms can cost: price × cores × term, rounded up to the fen, and one fen
    /// for the rounding of single charges.
    static Result<Money> bound(const Terms& terms);

    static constexpr Money kLineMax{1'000'000'000LL * kMicrosPerUnit};
    static constexpr std::uint32_t kCoresMax = 1'000'000;
    /// A term is so long at most, and begins so far ahead at most.
    static constexpr Duration kTermMax = seconds(366LL * 86'400);

    /// Are these terms possible at `now`? Looks at the term and the cores only.
    static Result<void> check_terms(const Terms& terms, Instant now);

    /// Opens an order with one contract for each of the terms, whose holds are given.
    /// @pre check_terms() holds for each; `holds` and `bounds` are as long as `terms`.
    OrderId open(PartyId buyer, Currency currency, std::span<const Terms> terms,
                 std::span<const Money> bounds, std::span<const TransferId> holds, Instant now);

    const Order* find_order(OrderId id) const { return orders_.find(id); }
    const Contract* find(ContractId id) const { return contracts_.find(id); }
    const Order& order(OrderId id) const { return orders_.at(id); }
    const Contract& at(ContractId id) const { return contracts_.at(id); }
    /// @retval ORDER_NOT_FOUND, CONTRACT_NOT_FOUND
    Result<const Order*> require_order(OrderId id) const;
    Result<const Contract*> require(ContractId id) const;

    /// @retval CONTRACT_WRONG_STATE  The table has no such edge from where the contract is.
    Result<void> check_step(ContractId id, Step step) const;

    /// Takes a step that check_step() allows.
    void accept(ContractId id, Instant now);
    void refuse(ContractId id, CloseReason reason, Instant now);
    void close(ContractId id, CloseReason reason);
    /// @pre Nothing runs on it: cores_busy is 0.
    Settlement settle(ContractId id, CloseReason reason, Instant now);

    /// Marks cores of an active contract as allocated to an attempt, and back.
    void occupy(ContractId id, std::uint32_t cores);
    void vacate(ContractId id, std::uint32_t cores);
    /// Adds a charge; never beyond the escrow. Returns what was added.
    Money accrue(ContractId id, Money amount);

    /// What comes at `end` or later is not charged. Never lengthens the time.
    void end_charged_time(ContractId id, Instant end);
    /// What comes before `start` is not charged. @pre Nothing was charged yet.
    void begin_charged_time(ContractId id, Instant start);
    /// Nothing is served or charged until resume().
    void suspend(ContractId id) { take(contracts_.at(id), Step::suspend); }
    void resume(ContractId id) { take(contracts_.at(id), Step::resume); }
    /// So much more is set aside.
    void raise_escrow(ContractId id, Money amount);
    /// The contract will end when the notice is over: nothing is charged for what comes after.
    /// @pre It is active and by plan, and no notice was given; this one is over before its term.
    void give_notice(ContractId id, Notice notice);
    /// Ties a change order to the contract that it would change; 0 when it has ended.
    void set_change_order(ContractId id, ChangeOrderId change);
    /// What was agreed to: the later end at once, the quantities when their period begins.
    /// @pre The contract is active and by plan, no notice was given, and nothing is planned.
    void change(ContractId id, const ChangeOrder& change);
    /// It has ended before what was planned came into force. @pre It is final.
    void drop_planned(ContractId id) { contracts_.at(id).planned = {}; }
    /// A billing period begins: what was planned for it comes into force.
    void begin_period(ContractId id, Instant start);
    /// A task that succeeded delivered so many results, and was charged so much.
    void deliver(ContractId id, std::uint64_t results, Money charged);
    /// The results of a task that succeeded could not all be counted: nobody is held to them.
    void deliver_uncounted(ContractId id) { ++contracts_.at(id).delivered.uncounted_tasks; }
    /// Keeps what a task showed. @pre There are fewer than kSamplesMax.
    void add_sample(ContractId id, ResultSample sample);
    /// Takes back of what was accrued what its band gives back; zero where that is nothing.
    /// @pre The contract is by the core, nothing runs on it, and it is not final.
    Money give_back(ContractId id);
    /// Adds what the rating of its plan charges, or takes back.
    /// @pre The contract is by plan, and the sum stays within its escrow.
    void accrue_by_plan(ContractId id, Money amount);
    /// A billing period has ended: settles what was accrued and not settled yet. What rounds to
    /// nothing is left to the next period.
    Settlement settle_period(ContractId id, Instant end);

    void set_workload(OrderId id, WorkloadId workload) { orders_.at(id).workload = workload; }

    /// Forgets a final contract; and its order when it was the order's last. True when the order
    /// went too.
    bool retire(ContractId id);

    /// Are all contracts of the order final?
    bool is_ended(OrderId id) const;

    const IdTable<ContractId, Contract>& contracts() const { return contracts_; }
    const IdTable<OrderId, Order>& orders() const { return orders_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(orders_, contracts_);
    }

  private:
    void take(Contract& contract, Step step);
    static Settlement settle_accrued(Contract& contract, Instant until);

    IdTable<OrderId, Order> orders_;
    IdTable<ContractId, Contract> contracts_;
};

/// Every contract's amounts are in range and agree with its state.
std::vector<std::string> broken_invariants(const Contracts& contracts);

}  // namespace penstock::contract

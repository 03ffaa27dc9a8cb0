#pragma once

#include <cstdint>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/time.h"
#include "core/contract/result_band.h"
#include "core/contract/states.h"

namespace penstock {

struct ChangeOrderTag {
    static constexpr std::string_view kPrefix = "chg";
};
using ChangeOrderId = Id<ChangeOrderTag>;

}  // namespace penstock

namespace penstock::contract {

/// How long a supplier has to accept.
inline constexpr Duration kAcceptWindow = seconds(120);
/// The same where its agent cannot judge what is asked for, and a person has to.
inline constexpr Duration kAcceptByHandWindow = seconds(24 * 3'600);
/// How long the last attempts of a closing contract have to report.
inline constexpr Duration kClosingGrace = seconds(120);
/// How long a finished contract, and with the last of its order the workload, stays in memory.
inline constexpr Duration kRetention = seconds(24 * 3'600);

/// What may be frozen when a contract is made.
struct Terms {
    PartyId buyer;
    PartyId supplier;
    ProductId product;
    PoolId pool;
    AgentId agent;
    std::uint32_t cores = 0;
    Interval term;
    Money price_per_core_hour;
    std::uint32_t price_version = 0;
    std::uint32_t fee_basis_points = 0;
    Currency currency;
    std::uint32_t plan_version = 0;  ///< Of the product's price plan; 0 when there was none.
    /// What is bought of each component of the plan, in its smallest unit: of what lasts so much
    /// all the time, of what is counted at most so much in each billing period. Empty: sold by the
    /// core.
    std::vector<std::int64_t> quantities;
    bool by_hand = false;  ///< Not for the supplier's agent to accept.
    /// By plan: of the product's sale terms; 0 when there were none.
    std::uint32_t sale_terms_version = 0;
    bool post_paid = false;  ///< On the buyer's credit: nothing is set aside in escrow.
    ResultBand band;         ///< By the core alone.

    bool is_by_plan() const { return !quantities.empty(); }
    template <class Archive>
    void visit(Archive& archive) {
        archive(buyer, supplier, product, pool, agent, cores, term, price_per_core_hour,
                price_version, fee_basis_points, currency, plan_version, quantities, by_hand,
                sale_terms_version, post_paid, band);
    }
};

/// One side ends a contract by plan before its term does.
struct Notice {
    CloseReason reason = CloseReason::none;  ///< That it will end for; none: nobody gave notice.
    Instant given_at;
    Instant ends_at;

    bool is_given() const { return reason != CloseReason::none; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(reason, given_at, ends_at);
    }
};

/// What of a contract by plan is bought from the beginning of a billing period on.
struct Planned {
    Instant from;
    std::vector<std::int64_t> quantities;  ///< As Terms::quantities; empty: nothing is planned.
    std::uint32_t cores = 0;
    bool by_hand = false;

    bool is_set() const { return !quantities.empty(); }
    template <class Archive>
    void visit(Archive& archive) {
        archive(from, quantities, cores, by_hand);
    }
};

struct Contract {
    OrderId order;
    Terms terms;
    State state = State::ordered;
    CloseReason close_reason = CloseReason::none;
    Instant accept_until;
    Instant retire_at;  ///< Once final; unset before.
    TransferId hold;    ///< While ordered.
    Money escrow;       ///< Set aside while it lives: the most that it can cost, or as it rolls on.
    Money accrued;      ///< Charges so far.
    Money billed;       ///< Of these, what was settled at the ends of billing periods.
    Money charged;      ///< Settled so far, as are the next two; refunded is set at the end.
    Money paid_to_supplier;
    Money operator_fee;
    Money refunded;
    Interval charged_time;  ///< By plan, once accepted: what lies outside of it costs nothing.
    Instant settled_until;  ///< What was used before that is charged.
    std::uint32_t cores_busy = 0;  ///< Allocated to attempts now.
    Notice notice;
    ChangeOrderId change_order;  ///< That waits for an answer; unset: none.
    Planned planned;             ///< Agreed to, and not in force yet.
    /// Ends of its term before it was extended, as far as they lie ahead: a billing period ends
    /// there, too.
    std::vector<Instant> former_ends;
    Delivery delivered;
    std::vector<ResultSample> samples;  ///< Of tasks that succeeded, whose results are counted.

    bool is_final() const { return state == State::settled || state == State::cancelled; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(order, terms, state, close_reason, accept_until, retire_at, hold, escrow, accrued,
                billed, charged, paid_to_supplier, operator_fee, refunded, charged_time,
                settled_until, cores_busy, notice, change_order, planned, former_ends, delivered,
                samples);
    }
};

struct Order {
    PartyId buyer;
    Currency currency;
    std::vector<ContractId> contracts;
    WorkloadId workload;  ///< Unset until one is submitted.

    template <class Archive>
    void visit(Archive& archive) {
        archive(buyer, currency, contracts, workload);
    }
};

}  // namespace penstock::contract

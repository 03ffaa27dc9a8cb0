#pragma once

#include <cstdint>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/time.h"
#include "core/contract/states.h"

namespace penstock::contract {

/// How long a supplier has to accept.
inline constexpr Duration kAcceptWindow = seconds(120);
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

    template <class Archive>
    void visit(Archive& archive) {
        archive(buyer, supplier, product, pool, agent, cores, term, price_per_core_hour,
                price_version, fee_basis_points, currency, plan_version);
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
    Money escrow;       ///< The most that it can cost; set aside while it lives.
    Money accrued;      ///< Charges so far.
    Money charged;      ///< The rest is set when it settles.
    Money paid_to_supplier;
    Money operator_fee;
    Money refunded;
    std::uint32_t cores_busy = 0;  ///< Allocated to attempts now.

    bool is_final() const { return state == State::settled || state == State::cancelled; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(order, terms, state, close_reason, accept_until, retire_at, hold, escrow, accrued,
                charged, paid_to_supplier, operator_fee, refunded, cores_busy);
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

#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace penstock::exchange {

/// What is to happen when a timer fires. Numbers are kept in snapshots: never reused.
enum class TimerKind : std::uint8_t {
    accept_deadline = 1,     ///< Subject: contract.
    term_start = 2,          ///< Subject: contract.
    term_end = 3,            ///< Subject: contract.
    attempt_report = 4,      ///< Subject: attempt.
    contract_retire = 5,     ///< Subject: contract.
    price_plan = 6,          ///< Subject: product.
    withdrawal_expires = 7,  ///< Subject: withdrawal.
    period_close = 8,        ///< Subject: contract by plan.
    bill_due = 9,            ///< Subject: bill.
    dispute_lapses = 10,     ///< Subject: dispute.
    change_lapses = 11,      ///< Subject: change order.
    escrow_cover = 13,       ///< Subject: contract with rolling escrow; as is the next.
    runway_look = 14,
    payment_answer = 15,    ///< Subject: bill.
    fee_collect = 16,       ///< Subject: party; one while it owes fees.
    instructions_due = 20,  ///< Subject: none.
    agent_revoked = 21,     ///< Subject: contract that the agent served.
    arrears = 22,           ///< Subject: party that cash has come to.
};

struct Timer {
    Instant at;
    std::uint64_t order = 0;  ///< Timers of one instant fire in the order they were set.
    TimerKind kind = TimerKind::accept_deadline;
    std::uint64_t subject = 0;

    template <class Archive>
    void visit(Archive& archive) {
        archive(at, order, kind, subject);
    }
};

/// A priority queue of timers. They are never taken back: who fires one looks whether its subject
/// still waits for it.
class Timers {
  public:
    void set(Instant at, TimerKind kind, std::uint64_t subject);
    bool has_due(Instant now) const { return !heap_.empty() && heap_.front().at <= now; }
    /// Takes the next due timer out. @pre has_due()
    Timer take();
    std::size_t size() const { return heap_.size(); }

    template <class Archive>
    void visit(Archive& archive) {
        archive(heap_, next_order_);
    }

  private:
    std::vector<Timer> heap_;
    std::uint64_t next_order_ = 1;
};

}  // namespace penstock::exchange

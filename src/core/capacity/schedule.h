#pragma once

#include <cstdint>

#include "base/step_function.h"
#include "base/time.h"

namespace penstock::capacity {

/// What is offered, and what of it is promised, over time.
///
/// `offered` is what the owner offers now; it may fall at any time without touching a promise.
/// Where more is promised than is still offered, `overhang` is the difference: cores that exist
/// only to honour what was promised while they were offered. Nothing new is promised there, and the
/// overhang shrinks as promises are given back. So at every instant
///     overhang = max(0, promised − offered),
///     promised ≤ offered + overhang, which is what exists.
/// The overhang is kept, not computed, so that a promise made beyond what exists shows.
class Schedule {
  public:
    const StepFunction& offered() const { return offered_; }
    const StepFunction& promised() const { return promised_; }
    const StepFunction& overhang() const { return overhang_; }

    /// From `from` on, `cores` (zero or more) are offered.
    void offer(Instant from, std::int64_t cores);
    /// The fewest cores free at any instant of an interval that is not empty; below zero where
    /// there is an overhang.
    /// @param wanted  Counts as promised too.
    std::int64_t headroom(Interval interval, const StepFunction& wanted = {}) const;
    /// There must be room: headroom() of the interval is at least `cores`, which is above zero.
    void promise(Interval interval, std::int64_t cores);
    /// The cores must have been promised over the whole interval.
    void give_back(Interval interval, std::int64_t cores);
    void forget_before(Instant when);

    template <class Archive>
    void visit(Archive& archive) {
        archive(offered_, promised_, overhang_);
    }

  private:
    StepFunction offered_;
    StepFunction promised_;
    StepFunction overhang_;
};

}  // namespace penstock::capacity

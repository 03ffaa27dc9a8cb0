#pragma once

#include <cstdint>
#include <map>

#include "base/time.h"

namespace penstock {

/// A whole number that changes in steps over time: how much of something is promised when.
///
/// Zero before the first step. Adding over an interval touches only the steps inside it.
class StepFunction {
  public:
    /// Adds `delta` to the value at every instant of `interval`, which must not be empty.
    /// O(log n + steps inside the interval).
    void add(Interval interval, std::int64_t delta);

    /// Makes `value` the value at `from` and at every instant after it. O(log n + steps dropped).
    void set_from(Instant from, std::int64_t value);

    /// The value at one instant. O(log n).
    std::int64_t at(Instant when) const;

    /// The largest value over an interval that is not empty. O(log n + steps inside).
    std::int64_t maximum(Interval interval) const;

    /// The smallest value over an interval that is not empty. O(log n + steps inside).
    std::int64_t minimum(Interval interval) const;

    /// Forgets the steps before `when`; values from `when` on stay as they are.
    void forget_before(Instant when);

    /// The instants at which the value changes, with the value from there on.
    const std::map<Instant, std::int64_t>& steps() const { return steps_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(steps_);
        if constexpr (Archive::kReads) {
            if (!every_step_changes()) archive.fail();
        }
    }

  private:
    /// Makes `when` a step, without changing any value.
    void split(Instant when);
    /// Drops the step at `when` if the value does not change there.
    void join(Instant when);
    /// Equal functions have equal steps, because none is superfluous.
    bool every_step_changes() const;
    template <class Better>
    std::int64_t extreme(Interval interval, Better better) const;

    std::map<Instant, std::int64_t> steps_;
};

}  // namespace penstock

#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/time.h"

namespace penstock {

/// A whole number that changes in steps over time: how much of something is promised when.
///
/// Zero before the first step. Adding over an interval changes only the steps inside it. Steps lie
/// one behind the other in memory, because walking along them is what is done most.
class StepFunction {
  public:
    /// An instant at which the value changes, and the value from there on.
    using Step = std::pair<Instant, std::int64_t>;
    using Steps = std::vector<Step>;

    /// Adds `delta` to the value at every instant of `interval`, which must not be empty.
    /// O(n), for moving the steps behind.
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

    /// All steps, by instant.
    const Steps& steps() const { return steps_; }
    /// The first step after `when`; steps().end() when there is none. O(log n).
    Steps::const_iterator first_after(Instant when) const;

    template <class Archive>
    void visit(Archive& archive) {
        archive(steps_);
        if constexpr (Archive::kReads) {
            if (!is_in_order()) archive.fail();
        }
    }

  private:
    /// Makes `when` a step, without changing any value. @return Its index.
    std::size_t split(Instant when);
    /// Drops a step if the value does not change there.
    void join(std::size_t index);
    /// Instants rise; and each step changes the value, so that equal functions have equal steps.
    bool is_in_order() const;
    template <class Better>
    std::int64_t extreme(Interval interval, Better better) const;

    Steps steps_;
};

}  // namespace penstock

#pragma once

#include <cstdint>
#include <limits>

#include "base/step_function.h"
#include "base/time.h"

namespace penstock::capacity {

/// Walks along a step function, forward only; the function must outlive it unchanged.
class Walker {
  public:
    /// Later than every instant at which a value can change.
    static constexpr Instant kNever{std::numeric_limits<std::int64_t>::max()};

    Walker(const StepFunction& function, Instant from)
        : value_(function.at(from)),
          next_(function.first_after(from)),
          end_(function.steps().end()) {}
    Walker(StepFunction&&, Instant) = delete;

    std::int64_t value() const { return value_; }
    /// The first instant after the current one at which the value changes, or kNever.
    Instant next_step() const { return next_ == end_ ? kNever : next_->first; }
    void advance_to(Instant when) {
        for (; next_ != end_ && next_->first <= when; ++next_) value_ = next_->second;
    }

  private:
    std::int64_t value_;
    StepFunction::Steps::const_iterator next_;
    StepFunction::Steps::const_iterator end_;
};

}  // namespace penstock::capacity

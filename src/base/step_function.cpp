#include "base/step_function.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "base/assert.h"

namespace penstock {

StepFunction::Steps::const_iterator StepFunction::first_after(Instant when) const {
    return std::ranges::upper_bound(steps_, when, {}, &Step::first);
}

std::int64_t StepFunction::at(Instant when) const {
    const auto after = first_after(when);
    return after == steps_.begin() ? 0 : std::prev(after)->second;
}

std::size_t StepFunction::split(Instant when) {
    const auto after = first_after(when);
    const auto index = static_cast<std::size_t>(after - steps_.begin());
    if (index > 0 && steps_[index - 1].first == when) return index - 1;
    steps_.emplace(after, when, index > 0 ? steps_[index - 1].second : 0);
    return index;
}

void StepFunction::join(std::size_t index) {
    const std::int64_t before = index == 0 ? 0 : steps_[index - 1].second;
    if (before == steps_[index].second)
        steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(index));
}

void StepFunction::add(Interval interval, std::int64_t delta) {
    PENSTOCK_ASSERT(!interval.is_empty());
    const std::size_t first = split(interval.start);
    const std::size_t last = split(interval.end);
    for (std::size_t i = first; i < last; ++i) steps_[i].second += delta;
    join(last);
    join(first);
}

void StepFunction::set_from(Instant from, std::int64_t value) {
    steps_.erase(std::ranges::lower_bound(steps_, from, {}, &Step::first), steps_.end());
    const std::int64_t before = steps_.empty() ? 0 : steps_.back().second;
    if (before != value) steps_.emplace_back(from, value);
}

bool StepFunction::is_in_order() const {
    std::int64_t before = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (steps_[i].second == before) return false;
        if (i > 0 && steps_[i].first <= steps_[i - 1].first) return false;
        before = steps_[i].second;
    }
    return true;
}

template <class Better>
std::int64_t StepFunction::extreme(Interval interval, Better better) const {
    PENSTOCK_ASSERT(!interval.is_empty());
    std::int64_t best = at(interval.start);
    for (auto step = first_after(interval.start);
         step != steps_.end() && step->first < interval.end; ++step) {
        if (better(step->second, best)) best = step->second;
    }
    return best;
}

std::int64_t StepFunction::maximum(Interval interval) const {
    return extreme(interval, std::greater<>{});
}

std::int64_t StepFunction::minimum(Interval interval) const {
    return extreme(interval, std::less<>{});
}

void StepFunction::forget_before(Instant when) {
    const auto after = first_after(when);
    if (after == steps_.begin()) return;
    const auto last = std::prev(after);
    if (last->second == 0) {
        steps_.erase(steps_.begin(), after);
    } else if (last->first < when || last != steps_.begin()) {
        const Step kept{when, last->second};
        *steps_.erase(steps_.begin(), last) = kept;
    }
}

}  // namespace penstock

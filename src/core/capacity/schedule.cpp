#include "core/capacity/schedule.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "core/capacity/walker.h"

namespace penstock::capacity {

std::int64_t Schedule::headroom(Interval interval, const StepFunction& wanted) const {
    PENSTOCK_ASSERT(!interval.is_empty());
    Walker offered(offered_, interval.start);
    Walker promised(promised_, interval.start);
    Walker also(wanted, interval.start);
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (Instant now = interval.start; now < interval.end;) {
        least = std::min(least, offered.value() - promised.value() - also.value());
        now = std::min({offered.next_step(), promised.next_step(), also.next_step()});
        offered.advance_to(now);
        promised.advance_to(now);
        also.advance_to(now);
    }
    return least;
}

void Schedule::offer(Instant from, std::int64_t cores) {
    PENSTOCK_ASSERT(cores >= 0);
    offered_.set_from(from, cores);
    overhang_.set_from(from, std::max<std::int64_t>(0, promised_.at(from) - cores));
    for (auto step = promised_.first_after(from); step != promised_.steps().end(); ++step) {
        overhang_.set_from(step->first, std::max<std::int64_t>(0, step->second - cores));
    }
}

void Schedule::promise(Interval interval, std::int64_t cores) {
    PENSTOCK_ASSERT(cores > 0);
    PENSTOCK_ASSERT(headroom(interval) >= cores);
    promised_.add(interval, cores);
}

void Schedule::give_back(Interval interval, std::int64_t cores) {
    PENSTOCK_ASSERT(cores > 0);
    PENSTOCK_ASSERT(promised_.minimum(interval) >= cores);
    promised_.add(interval, -cores);

    std::vector<std::pair<Interval, std::int64_t>> no_longer_owed;
    Walker overhang(overhang_, interval.start);
    for (Instant now = interval.start; now < interval.end; overhang.advance_to(now)) {
        const Instant next = std::min(overhang.next_step(), interval.end);
        const std::int64_t owed = std::min(overhang.value(), cores);
        if (owed > 0) no_longer_owed.push_back({{now, next}, owed});
        now = next;
    }
    for (const auto& [piece, owed] : no_longer_owed) overhang_.add(piece, -owed);
}

void Schedule::forget_before(Instant when) {
    offered_.forget_before(when);
    promised_.forget_before(when);
    overhang_.forget_before(when);
}

}  // namespace penstock::capacity

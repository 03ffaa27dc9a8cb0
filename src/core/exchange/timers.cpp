#include "core/exchange/timers.h"

#include <algorithm>
#include <tuple>

#include "base/assert.h"

namespace penstock::exchange {
namespace {

bool fires_later(const Timer& a, const Timer& b) {
    return std::tie(a.at, a.order) > std::tie(b.at, b.order);
}

}  // namespace

void Timers::set(Instant at, TimerKind kind, std::uint64_t subject) {
    heap_.push_back({at, next_order_++, kind, subject});
    std::push_heap(heap_.begin(), heap_.end(), fires_later);
}

Timer Timers::take() {
    PENSTOCK_ASSERT(!heap_.empty());
    std::pop_heap(heap_.begin(), heap_.end(), fires_later);
    const Timer timer = heap_.back();
    heap_.pop_back();
    return timer;
}

}  // namespace penstock::exchange

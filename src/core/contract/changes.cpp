#include "core/contract/changes.h"

#include "base/assert.h"
#include "core/contract/error.h"

namespace penstock::contract {

Result<const ChangeOrder*> ChangeOrders::require(ChangeOrderId id, Instant now) const {
    const ChangeOrder* change = waiting_.find(id);
    if (change == nullptr && !waiting_.was_issued(id))
        return reject(kChangeOrderNotFound, "change_order");
    if (change == nullptr || now >= change->lapses_at)
        return reject(kChangeOrderClosed, "change_order");
    return change;
}

ChangeOrder ChangeOrders::end(ChangeOrderId id, ChangeStep step) {
    ChangeOrder change = waiting_.at(id);
    const auto next = after(change.state, step);
    PENSTOCK_ASSERT(next.has_value());
    change.state = *next;
    waiting_.erase(id);
    return change;
}

}  // namespace penstock::contract

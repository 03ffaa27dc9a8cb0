#pragma once

#include <cstdint>

#include "base/id.h"
#include "base/time.h"

namespace penstock::capacity {

/// The most cores that one product, pool or reservation may have: sums of many stay far from
/// overflow.
inline constexpr std::int64_t kCoresMax = 1'000'000'000;

/// A promise of cores of one product over a half-open interval.
struct Reservation {
    PoolId pool;
    ProductId product;
    Interval interval;
    std::int64_t cores = 0;  ///< Above zero.

    bool operator==(const Reservation&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(pool, product, interval, cores);
    }
};

}  // namespace penstock::capacity

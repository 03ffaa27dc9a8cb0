#pragma once

#include <cstdint>
#include <set>
#include <span>

#include "base/error.h"
#include "base/id_map.h"
#include "base/time.h"
#include "core/capacity/schedule.h"
#include "core/capacity/types.h"

namespace penstock::capacity {

/// How many cores of each product are offered and promised, when.
///
/// A promise stands until it is given back or over; offering less, withdrawing, or a smaller
/// verified pool only stops new promises (see Schedule). One thread at a time; deterministic.
class Capacity {
  public:
    /// The products of one pool share what was verified of it.
    struct Pool {
        Schedule schedule;  ///< Offered: the verified cores. Promised: the sum of its products'.
        std::set<ProductId> products;

        template <class Archive>
        void visit(Archive& archive) {
            archive(schedule, products);
        }
    };
    struct Product {
        PoolId pool;
        Schedule schedule;

        template <class Archive>
        void visit(Archive& archive) {
            archive(pool, schedule);
        }
    };

    /// From now on at most `cores` (0 to kCoresMax) of the pool are promised at any instant, over
    /// all its products. Zero until first set. Promises made before stand.
    void set_pool_limit(PoolId pool, std::int64_t cores);
    /// Zero when it was never set.
    std::int64_t pool_limit(PoolId pool) const;

    /// May set_supply() be called so? Offering no more than before is always allowed.
    /// @retval kCoresOutOfRange (field "cores"; 0 is allowed), kProductOfOtherPool (field "pool"),
    ///         kExceedsPool (field "cores"): with what the pool's other products offer, or still
    ///         owe, it would be more than the pool's limit at some instant.
    Result<void> check_supply(PoolId pool, ProductId product, Instant from,
                              std::int64_t cores) const;
    /// From `from` on, `cores` of the product are offered; this replaces every level set for later
    /// instants. 0 withdraws. check_supply() must have allowed it.
    void set_supply(PoolId pool, ProductId product, Instant from, std::int64_t cores);

    /// Could all these be promised together? The same product named twice adds up.
    /// @retval kCoresOutOfRange, kIntervalEmpty, kIntervalOutOfRange, kProductNotSupplied,
    ///         kInsufficientCapacity  The first reservation that fails, in the order given; the
    ///         field is "lines[i].cores", ".term" or ".product".
    /// @param lines  Of each reservation its line, where there are lines that reserve nothing.
    Result<void> check(std::span<const Reservation> reservations,
                       std::span<const int> lines = {}) const;
    /// Promises; check() must have allowed it.
    void reserve(const Reservation& reservation);
    /// Gives back the part of a reservation that lies at `from` or later; none when it is over by
    /// then. The part must not have been given back before.
    void release(const Reservation& reservation, Instant from);

    /// The most cores that could be promised over a whole interval that is not empty; never below
    /// zero, and zero for an unknown product. O(log n + steps inside the interval).
    std::int64_t free(ProductId product, Interval interval) const;
    std::int64_t free_at(ProductId product, Instant when) const;

    /// Forgets all before `when`; from there on nothing changes, and nothing can be promised for
    /// earlier. To be called with the time of now, now and then.
    void forget_before(Instant when);
    Instant kept_from() const { return kept_from_; }

    const IdMap<PoolId, Pool>& pools() const { return pools_; }
    const IdMap<ProductId, Product>& products() const { return products_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(pools_, products_, kept_from_);
    }

  private:
    Result<void> check_form(const Reservation& reservation) const;

    IdMap<PoolId, Pool> pools_;
    IdMap<ProductId, Product> products_;
    Instant kept_from_;  ///< Nothing is known of earlier instants.
};

}  // namespace penstock::capacity

#include "core/capacity/capacity.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/assert.h"
#include "base/try.h"
#include "core/capacity/error.h"
#include "core/capacity/walker.h"

namespace penstock::capacity {
namespace {

/// Adds what `function` is from `from` on to `sum`.
void add_from(StepFunction& sum, const StepFunction& function, Instant from) {
    Walker walker(function, from);
    for (Instant now = from; now < Walker::kNever; walker.advance_to(now)) {
        const Instant next = walker.next_step();
        if (walker.value() != 0) sum.add({now, next}, walker.value());
        now = next;
    }
}

/// What a reservation takes of the schedules: all of its interval.
Interval promised_of(const Reservation& reservation) {
#ifdef PENSTOCK_CANARY_OVERSELL  // Planted for the simulation alone: the second half is forgotten.
    const Interval& whole = reservation.interval;
    return {whole.start, whole.start + Duration{whole.length().ns / 2}};
#else
    return reservation.interval;
#endif
}

}  // namespace

void Capacity::set_pool_limit(PoolId pool, std::int64_t cores) {
    PENSTOCK_ASSERT(cores >= 0 && cores <= kCoresMax);
    pools_[pool].schedule.offer(kept_from_, cores);
}

std::int64_t Capacity::pool_limit(PoolId pool) const {
    const auto found = pools_.find(pool);
    return found == pools_.end() ? 0 : found->second.schedule.offered().at(kept_from_);
}

Result<void> Capacity::check_supply(PoolId pool, ProductId product, Instant from,
                                    std::int64_t cores) const {
    if (cores < 0 || cores > kCoresMax) return reject(kCoresOutOfRange, "cores");
    const auto known = products_.find(product);
    if (known != products_.end() && known->second.pool != pool) {
        return reject(kProductOfOtherPool, "pool");
    }
    from = std::max(from, kept_from_);
    const StepFunction never_offered;
    StepFunction others;
    if (const auto found = pools_.find(pool); found != pools_.end()) {
        for (const ProductId other : found->second.products) {
            if (other == product) continue;
            const Schedule& schedule = products_.at(other).schedule;
            add_from(others, schedule.offered(), from);
            add_from(others, schedule.overhang(), from);
        }
    }
    const std::int64_t limit = pool_limit(pool);
    Walker mine(known == products_.end() ? never_offered : known->second.schedule.offered(), from);
    Walker theirs(others, from);
    for (Instant now = from; now < Walker::kNever;) {
        const bool raises = cores > mine.value();
        if (raises && theirs.value() + cores > limit) return reject(kExceedsPool, "cores");
        now = std::min(mine.next_step(), theirs.next_step());
        mine.advance_to(now);
        theirs.advance_to(now);
    }
    return {};
}

void Capacity::set_supply(PoolId pool, ProductId product, Instant from, std::int64_t cores) {
    PENSTOCK_ASSERT(check_supply(pool, product, from, cores).has_value());
    pools_[pool].products.insert(product);
    Product& state = products_[product];
    state.pool = pool;
    state.schedule.offer(std::max(from, kept_from_), cores);
}

Result<void> Capacity::check_form(const Reservation& reservation) const {
    if (reservation.cores < 1 || reservation.cores > kCoresMax) {
        return reject(kCoresOutOfRange, "cores");
    }
    const Interval& interval = reservation.interval;
    if (interval.is_empty()) return reject(kIntervalEmpty, "term");
    if (interval.start < kept_from_ || interval.end > kLastInstant) {
        return reject(kIntervalOutOfRange, "term");
    }
    const auto product = products_.find(reservation.product);
    if (product == products_.end() || product->second.pool != reservation.pool) {
        return reject(kProductNotSupplied, "product");
    }
    return {};
}

Result<void> Capacity::check(std::span<const Reservation> reservations,
                             std::span<const int> lines) const {
    PENSTOCK_ASSERT(lines.empty() || lines.size() == reservations.size());
    const auto within_line = [&](Result<void> refused, std::size_t i) -> Result<void> {
        const std::string line = lines.empty() ? std::to_string(i) : std::to_string(lines[i]);
        return std::unexpected(std::move(refused).error().within("lines[" + line + "]"));
    };
    if (reservations.size() == 1) {
        // The common case needs no account of what the lines before have taken.
        const Reservation& only = reservations.front();
        Result<void> checked = check_form(only);
        if (checked && free(only.product, only.interval) < only.cores)
            checked = reject(kInsufficientCapacity, "cores");
        if (!checked) return within_line(std::move(checked), 0);
        return {};
    }
    std::map<ProductId, StepFunction> of_product;
    std::map<PoolId, StepFunction> of_pool;
    const auto check_one = [&](const Reservation& reservation) -> Result<void> {
        TRY(check_form(reservation));
        StepFunction& product_wanted = of_product[reservation.product];
        StepFunction& pool_wanted = of_pool[reservation.pool];
        const Schedule& product = products_.at(reservation.product).schedule;
        const Schedule& pool = pools_.at(reservation.pool).schedule;
        const Interval& interval = reservation.interval;
        if (product.headroom(interval, product_wanted) < reservation.cores ||
            pool.headroom(interval, pool_wanted) < reservation.cores) {
            return reject(kInsufficientCapacity, "cores");
        }
        product_wanted.add(interval, reservation.cores);
        pool_wanted.add(interval, reservation.cores);
        return {};
    };
    for (std::size_t i = 0; i < reservations.size(); ++i) {
        if (Result<void> checked = check_one(reservations[i]); !checked)
            return within_line(std::move(checked), i);
    }
    return {};
}

void Capacity::reserve(const Reservation& reservation) {
    PENSTOCK_ASSERT(check_form(reservation).has_value());
    const Interval promised = promised_of(reservation);
    products_.at(reservation.product).schedule.promise(promised, reservation.cores);
    pools_.at(reservation.pool).schedule.promise(promised, reservation.cores);
}

void Capacity::release(const Reservation& reservation, Instant from) {
    const Interval promised = promised_of(reservation);
    const Interval rest{std::max({promised.start, from, kept_from_}), promised.end};
    if (rest.is_empty()) return;
    products_.at(reservation.product).schedule.give_back(rest, reservation.cores);
    pools_.at(reservation.pool).schedule.give_back(rest, reservation.cores);
}

std::int64_t Capacity::free(ProductId product, Interval interval) const {
    const auto found = products_.find(product);
    if (found == products_.end()) return 0;
    const Schedule& pool = pools_.at(found->second.pool).schedule;
    return std::max<std::int64_t>(
        0, std::min(found->second.schedule.headroom(interval), pool.headroom(interval)));
}

std::int64_t Capacity::free_at(ProductId product, Instant when) const {
    return free(product, {when, when + Duration{1}});
}

void Capacity::forget_before(Instant when) {
    kept_from_ = std::max(kept_from_, when);
    for (auto& [id, pool] : pools_) pool.schedule.forget_before(kept_from_);
    for (auto& [id, product] : products_) product.schedule.forget_before(kept_from_);
}

}  // namespace penstock::capacity

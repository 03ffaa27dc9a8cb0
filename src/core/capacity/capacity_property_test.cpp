#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"
#include "core/capacity/capacity.h"
#include "core/capacity/error.h"
#include "core/capacity/invariants.h"

namespace penstock::capacity {
namespace {

constexpr std::int64_t kSlots = 16;
constexpr std::size_t kProducts = 4;
using Slots = std::array<std::int64_t, kSlots>;

/// Products 1 and 2 belong to pool 1, products 3 and 4 to pool 2.
constexpr std::size_t pool_of(std::size_t product) {
    return product / 2;
}
constexpr std::size_t neighbour_of(std::size_t product) {
    return product ^ 1;
}

/// Capacity as one number for each product and each of a few instants.
struct NaiveCapacity {
    std::array<Slots, kProducts> offered{};
    std::array<Slots, kProducts> promised{};
    std::array<bool, kProducts> known{};
    std::array<std::int64_t, kProducts / 2> limit{};
    std::int64_t kept_from = 0;

    std::int64_t free_at(std::size_t product, std::size_t slot) const {
        const std::int64_t of_product = offered[product][slot] - promised[product][slot];
        const std::int64_t of_pool = limit[pool_of(product)] - promised[product][slot] -
                                     promised[neighbour_of(product)][slot];
        return std::max<std::int64_t>(0, std::min(of_product, of_pool));
    }
    std::int64_t free(std::size_t product, Interval interval) const {
        std::int64_t least = INT64_MAX;
        for (auto slot = interval.start.ns; slot < interval.end.ns; ++slot) {
            least = std::min(least, free_at(product, static_cast<std::size_t>(slot)));
        }
        return least;
    }
    void promise(std::size_t product, Interval interval, std::int64_t cores) {
        for (auto slot = interval.start.ns; slot < interval.end.ns; ++slot) {
            promised[product][static_cast<std::size_t>(slot)] += cores;
        }
    }
    bool may_offer(std::size_t product, std::int64_t from, std::int64_t cores) const {
        const std::size_t other = neighbour_of(product);
        for (auto slot = static_cast<std::size_t>(from); slot < kSlots; ++slot) {
            const std::int64_t theirs = std::max(offered[other][slot], promised[other][slot]);
            const bool fits = theirs + cores <= limit[pool_of(product)];
            if (cores > offered[product][slot] && !fits) return false;
        }
        return true;
    }
};

/// Both side by side, with every reservation that still stands.
class Pair {
  public:
    /// Both pools begin with 12 cores, of which the first product offers 9 and the second 3.
    Pair() {
        for (std::size_t product = 0; product < kProducts; ++product) {
            const std::int64_t cores = product % 2 == 0 ? 9 : 3;
            set_limit(pool_of(product), 12);
            capacity_.set_supply(pool_id(product), id(product), {}, cores);
            naive_.known[product] = true;
            naive_.offered[product].fill(cores);
        }
    }

    void step() {
        switch (*rc::gen::weightedElement<int>({{24, 0}, {64, 1}, {32, 2}, {6, 3}, {1, 4}})) {
            case 0:
                offer();
                break;
            case 1:
                order();
                break;
            case 2:
                give_back();
                break;
            case 3:
                limit_pool();
                break;
            default:
                forget();
        }
    }

    void must_agree() const {
        for (std::size_t product = 0; product < kProducts; ++product) {
            for (std::int64_t slot = naive_.kept_from; slot < kSlots; ++slot) {
                RC_ASSERT(capacity_.free_at(id(product), Instant{slot}) ==
                          naive_.free_at(product, static_cast<std::size_t>(slot)));
            }
            const Interval asked = some_interval();
            RC_ASSERT(capacity_.free(id(product), asked) == naive_.free(product, asked));
        }
        RC_ASSERT(broken_invariants(capacity_).empty());
    }

    /// What was promised and not given back is still there, whatever was withdrawn since.
    void must_keep_every_promise() const {
        for (std::size_t product = 0; product < kProducts; ++product) {
            if (!naive_.known[product]) continue;
            const StepFunction& promised = capacity_.products().at(id(product)).schedule.promised();
            for (std::int64_t slot = naive_.kept_from; slot < kSlots; ++slot) {
                std::int64_t standing = 0;
                for (const Reservation& reservation : standing_) {
                    const bool counts = reservation.product == id(product) &&
                                        reservation.interval.contains(Instant{slot});
                    if (counts) standing += reservation.cores;
                }
                RC_ASSERT(promised.at(Instant{slot}) == standing);
            }
        }
    }

    void must_survive_archiving() {
        std::string bytes;
        ArchiveWriter{bytes}(capacity_);
        Capacity read;
        ArchiveReader reader(bytes);
        reader(read);
        RC_ASSERT(reader.finished());
        std::string again;
        ArchiveWriter{again}(read);
        RC_ASSERT(again == bytes);
        capacity_ = std::move(read);
    }

  private:
    static ProductId id(std::size_t product) { return ProductId{product + 1}; }
    static PoolId pool_id(std::size_t product) { return PoolId{pool_of(product) + 1}; }
    static std::size_t some_product() { return *rc::gen::inRange<std::size_t>(0, kProducts); }
    static std::int64_t some_cores() {
        return *rc::gen::resize(100, rc::gen::inRange<std::int64_t>(0, 8));
    }
    Interval some_interval() const {
        const auto start = *rc::gen::inRange<std::int64_t>(naive_.kept_from, kSlots);
        const auto end = *rc::gen::inRange<std::int64_t>(start + 1, kSlots + 1);
        return {Instant{start}, Instant{end}};
    }

    void offer() {
        const std::size_t product = some_product();
        const auto from = *rc::gen::inRange<std::int64_t>(0, kSlots);
        const auto kept = std::max(from, naive_.kept_from);
        const std::int64_t cores = some_cores() + some_cores();
        const Result<void> checked =
            capacity_.check_supply(pool_id(product), id(product), Instant{from}, cores);
        RC_ASSERT(checked.has_value() == naive_.may_offer(product, kept, cores));
        if (!checked) return;
        capacity_.set_supply(pool_id(product), id(product), Instant{from}, cores);
        naive_.known[product] = true;
        for (auto slot = static_cast<std::size_t>(kept); slot < kSlots; ++slot) {
            naive_.offered[product][slot] = cores;
        }
    }

    void order() {
        std::vector<Reservation> lines;
        NaiveCapacity after = naive_;
        std::string_view reason;
        const std::size_t favourite = some_product();
        for (int left = *rc::gen::inRange(1, 4); left > 0; --left) {
            const bool other = *rc::gen::inRange(0, 3) == 0;
            const std::size_t product = other ? some_product() : favourite;
            const Interval interval = some_interval();
            const std::int64_t cores = some_cores();
            lines.push_back({pool_id(product), id(product), interval, cores});
            if (!reason.empty()) continue;
            if (cores == 0) {
                reason = kCoresOutOfRange.reason;
            } else if (!naive_.known[product]) {
                reason = kProductNotSupplied.reason;
            } else if (after.free(product, interval) < cores) {
                reason = kInsufficientCapacity.reason;
            } else {
                after.promise(product, interval, cores);
            }
        }
        const Result<void> checked = capacity_.check(lines);
        RC_ASSERT((checked ? std::string_view() : checked.error().reason()) == reason);
        if (!checked) return;
        for (const Reservation& line : lines) capacity_.reserve(line);
        standing_.insert(standing_.end(), lines.begin(), lines.end());
        naive_ = after;
    }

    void give_back() {
        if (standing_.empty()) return;
        const auto victim =
            standing_.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(standing_));
        const Instant from{*rc::gen::inRange<std::int64_t>(0, kSlots + 1)};
        capacity_.release(*victim, from);
        const Instant kept = std::max(from, Instant{naive_.kept_from});
        const Interval rest{std::max(victim->interval.start, kept), victim->interval.end};
        const std::size_t product = victim->product.value - 1;
        naive_.promise(product, rest, -victim->cores);
        victim->interval.end = std::min(victim->interval.end, from);
        if (victim->interval.is_empty()) standing_.erase(victim);
    }

    void limit_pool() {
        const auto pool = *rc::gen::inRange<std::size_t>(0, kProducts / 2);
        set_limit(pool, 6 + some_cores());
    }
    void set_limit(std::size_t pool, std::int64_t cores) {
        capacity_.set_pool_limit(PoolId{pool + 1}, cores);
        naive_.limit[pool] = cores;
    }

    void forget() {
        const auto when = *rc::gen::inRange<std::int64_t>(0, kSlots);
        capacity_.forget_before(Instant{when});
        naive_.kept_from = std::max(naive_.kept_from, when);
    }

    Capacity capacity_;
    NaiveCapacity naive_;
    std::vector<Reservation> standing_;
};

RC_GTEST_PROP(CapacityProperty, agrees_with_an_array_and_never_oversells, ()) {
    Pair pair;
    const int steps = *rc::gen::inRange(1, 200);
    for (int i = 0; i < steps; ++i) {
        pair.step();
        pair.must_agree();
        pair.must_keep_every_promise();
        if (i % 16 == 15) pair.must_survive_archiving();
    }
}

}  // namespace
}  // namespace penstock::capacity

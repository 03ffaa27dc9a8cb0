#include "shell/limits/bucket_table.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"

namespace penstock::limits {

namespace {

constexpr std::int64_t kMinuteNs = 60'000'000'000;

}  // namespace

BucketTable::BucketTable(Terms terms, std::size_t buckets_max)
    : terms_(terms),
      token_ns_(terms.is_off() ? 0 : kMinuteNs / terms.tokens_per_minute),
      places_(terms.is_off() ? 0 : std::bit_ceil(std::max(buckets_max, kPlacesOfAKey))) {
    PENSTOCK_ASSERT(terms.tokens_per_minute >= 0 && terms.tokens_per_minute <= kTokensPerMinuteMax);
    PENSTOCK_ASSERT(terms.is_off() || (terms.burst >= 1 && terms.burst <= kBurstMax));
}

std::size_t BucketTable::place_of(std::uint64_t key) const {
    const std::size_t first = key & (places_.size() - 1) & ~(kPlacesOfAKey - 1);
    std::size_t fullest = first;
    for (std::size_t i = first; i < first + kPlacesOfAKey; ++i) {
        if (places_[i].key == key) return i;
        if (places_[i].full_at_ns < places_[fullest].full_at_ns) fullest = i;
    }
    return fullest;
}

std::int64_t BucketTable::price_ns(std::int64_t cost) const {
    return std::clamp<std::int64_t>(cost, 0, terms_.burst) * token_ns_;
}

Duration BucketTable::wait(std::uint64_t key, std::int64_t cost, Duration now) const {
    if (terms_.is_off()) return {};
    const std::scoped_lock lock(mutex_);
    const std::int64_t full_at = std::max(places_[place_of(key)].full_at_ns, now.ns);
    return {full_at + price_ns(cost) - terms_.burst * token_ns_ - now.ns};
}

void BucketTable::take(std::uint64_t key, std::int64_t cost, Duration now) {
    if (terms_.is_off()) return;
    const std::scoped_lock lock(mutex_);
    Place& place = places_[place_of(key)];
    place.key = key;
    // However many take what is not there: the wait for it stays within two fillings.
    const std::int64_t furthest = now.ns + 2 * terms_.burst * token_ns_;
    const std::int64_t full_at = std::max(place.full_at_ns, now.ns) + price_ns(cost);
    place.full_at_ns = std::max(place.full_at_ns, std::min(full_at, furthest));
}

}  // namespace penstock::limits

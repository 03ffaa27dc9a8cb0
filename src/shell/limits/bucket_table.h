#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/time.h"

namespace penstock::limits {

/// How fast a bucket fills, and how much it holds.
struct Terms {
    std::int64_t tokens_per_minute = 0;  ///< 0: no limit.
    std::int64_t burst = 0;              ///< Tokens in a full bucket; at least 1.

    bool is_off() const { return tokens_per_minute == 0; }
    bool operator==(const Terms&) const = default;
};
inline constexpr std::int64_t kTokensPerMinuteMax = 60'000'000;
inline constexpr std::int64_t kBurstMax = 1'000'000;

/// Token buckets, one for each key, in a table of fixed size. Thread-safe.
///
/// A bucket is one number: the time at which it will be full again. One that is full needs no
/// place, so a place can be given away once its time has passed. Where all places that a key may
/// have are taken by buckets that are not full, the newcomer gets the fullest of them *as it is*,
/// with its missing tokens (as the counters of the Space-Saving algorithm are handed on). So the
/// time of a place never goes back, and no crowd of keys can wash a bucket clean: whoever lost its
/// place finds, on coming back, a bucket that is no fuller than its own.
class BucketTable {
  public:
    /// @param buckets_max  Rounded up to a power of two, at least 8.
    BucketTable(Terms terms, std::size_t buckets_max);

    /// How long from `now` until `cost` tokens can be taken; zero or less: now.
    /// @param key   A hash that nobody outside can choose.
    /// @param cost  More than the burst counts as the burst.
    Duration wait(std::uint64_t key, std::int64_t cost, Duration now) const;
    /// Takes the tokens, even if they are not there: then the next caller waits for them.
    void take(std::uint64_t key, std::int64_t cost, Duration now);

    const Terms& terms() const { return terms_; }

  private:
    struct Place {
        std::uint64_t key = 0;
        std::int64_t full_at_ns = 0;
    };
    static constexpr std::size_t kPlacesOfAKey = 8;

    /// The index of the key's place, or of the one that it would get.
    std::size_t place_of(std::uint64_t key) const;
    std::int64_t price_ns(std::int64_t cost) const;

    const Terms terms_;
    const std::int64_t token_ns_;  ///< Until a token has come.
    mutable std::mutex mutex_;
    std::vector<Place> places_;
};

}  // namespace penstock::limits

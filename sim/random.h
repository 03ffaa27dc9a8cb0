#pragma once

#include <cstddef>
#include <cstdint>

namespace penstock::sim {

/// A small generator (SplitMix64): one seed, one world.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// A whole number of [low, high].
    std::int64_t between(std::int64_t low, std::int64_t high) {
        const auto span = static_cast<std::uint64_t>(high - low) + 1;
        return low + static_cast<std::int64_t>(next() % span);
    }
    /// True once in `count` times.
    bool one_in(std::uint64_t count) { return next() % count == 0; }
    template <class Items>
    auto& pick(Items& items) {
        return items[static_cast<std::size_t>(next() % items.size())];
    }

  private:
    std::uint64_t state_;
};

}  // namespace penstock::sim

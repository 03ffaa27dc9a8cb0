#pragma once

#include <compare>
#include <cstdint>

namespace penstock {

/// A length of time in nanoseconds; may be negative.
struct Duration {
    std::int64_t ns = 0;
    auto operator<=>(const Duration&) const = default;
};

constexpr Duration seconds(std::int64_t count) {
    return {count * 1'000'000'000};
}
constexpr Duration milliseconds(std::int64_t count) {
    return {count * 1'000'000};
}
constexpr Duration operator+(Duration a, Duration b) {
    return {a.ns + b.ns};
}
constexpr Duration operator-(Duration a, Duration b) {
    return {a.ns - b.ns};
}

/// A point in time: nanoseconds of UTC since 1970-01-01. The core is given instants and never reads
/// a clock.
struct Instant {
    std::int64_t ns = 0;
    auto operator<=>(const Instant&) const = default;
};

/// The last instant that the exchange accepts, in the year 2200: sums with any permitted duration
/// stay far from overflow.
inline constexpr Instant kLastInstant{7'258'118'400'000'000'000};

constexpr Instant operator+(Instant at, Duration by) {
    return {at.ns + by.ns};
}
constexpr Instant operator-(Instant at, Duration by) {
    return {at.ns - by.ns};
}
constexpr Duration operator-(Instant later, Instant earlier) {
    return {later.ns - earlier.ns};
}

/// The instants from `start` up to, and without, `end`.
struct Interval {
    Instant start;
    Instant end;

    constexpr bool is_empty() const { return end <= start; }
    constexpr bool contains(Instant at) const { return start <= at && at < end; }
    constexpr Duration length() const { return end - start; }
    bool operator==(const Interval&) const = default;
};

}  // namespace penstock

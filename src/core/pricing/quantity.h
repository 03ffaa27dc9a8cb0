#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/wide.h"
#include "core/pricing/calendar.h"

namespace penstock::pricing {

/// What a price is for. Numbered as v1::PriceUnit.
enum class Unit : std::uint8_t {
    card_hour = 1,
    core_hour = 2,
    node_month = 3,
    gb_month = 4,
    gb_moved = 5,
    million_tokens = 6,
    job = 7,
    one_off = 8,
    port_day = 9,
    port_week = 10,
    port_month = 11,
};
inline constexpr std::uint8_t kUnitLast = 11;

/// A whole number of a unit's parts (parts_per()), exact; may be negative in corrections.
struct Quantity {
    Wide parts = 0;
    auto operator<=>(const Quantity&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        auto low = static_cast<std::uint64_t>(parts);
        auto high = static_cast<std::int64_t>(parts >> 64);
        archive(low, high);
        parts = (Wide{high} << 64) | low;
    }
};

/// Levels are charged for the time that they last; everything else is counted.
bool is_level(Unit unit);

/// How many parts one unit has, the finest that usage can come in: a card-hour has 3.6·10^12
/// card-nanoseconds, a GB moved 10^9 bytes, a month 377,580 · 86,400 parts (calendar.h). Never more
/// than 3.3·10^19, so that exact sums overflow only beyond the largest amount of money.
Wide parts_per(Unit unit);

/// The time of an interval in parts of a level's unit: what a level of the smallest size (one card,
/// one byte) uses in it. Adds up over the pieces of an interval however it is cut.
/// @pre is_level(unit)
Wide time_parts(Interval interval, Unit unit, UtcOffset offset);

/// How much time an interval is where usage is spread over time: parts of a level's unit, so that
/// one node is one node in a month of any length, and nanoseconds of what is counted.
/// @pre The interval is of a month at most.
std::int64_t time_weight(Interval interval, Unit unit, UtcOffset offset);

/// For instance "1.5" units: what is exact within nine decimals, and else cut there.
std::string to_decimal(Quantity quantity, Unit unit);

/// quantity × numerator ÷ denominator, rounded down; empty when it needs more than 128 bits.
/// @pre quantity and numerator are not below zero, denominator is above zero.
std::optional<Wide> share_of(Wide quantity, std::int64_t numerator, std::int64_t denominator);

}  // namespace penstock::pricing

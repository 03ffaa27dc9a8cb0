#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "format/words.h"

namespace penstock::recommend {

/// What an intent demands, in the order in which offers are held against it. Those from `time` on
/// depend on how an offer is used, and with which others.
enum class Constraint : std::uint8_t {
    currency,
    resource,  ///< Cards, or cores.
    chip,
    memory,
    work,     ///< The chip can do it, and how fast is known.
    figures,  ///< So well known that money may depend on it.
    place,
    residence,
    jurisdiction,
    supplier,
    interruption,
    energy,
    latency,
    unit_price,
    cards,
    time,
    budget,
    carbon,
};
inline constexpr std::size_t kConstraints = 18;

using Unmet = std::uint32_t;  ///< A bit for each constraint that is not met.
constexpr Unmet bit(Constraint constraint) {
    return 1U << static_cast<unsigned>(constraint);
}

/// Stable, for machines.
std::string_view id(Constraint constraint);
format::Words name(Constraint constraint);

}  // namespace penstock::recommend

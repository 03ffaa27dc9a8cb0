#pragma once

#include <cstdint>

#include "base/money.h"

namespace penstock {

inline constexpr std::uint32_t kBasisPoints = 10'000;

/// Value-added tax that comes on top of a net amount, to the fen, halves away from zero.
/// @param net           At most kMoneyMax either way. Below zero for credits: odd under negation.
/// @param basis_points  0 to 10,000.
Money tax_on(Money net, std::uint32_t basis_points);

/// The value-added tax within an amount that holds it, rounded the same way; the rest is the net.
Money tax_within(Money gross, std::uint32_t basis_points);

}  // namespace penstock

#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::intent {

/// How long light takes in glass from one place to the nearest part of the other, in microseconds;
/// 0 where their places overlap, or one has no city that we know. Along the great circle, at
/// 299,792.458 km/s ÷ 1.468, and less what places reach beyond their city: no network is faster.
std::int64_t light_delay_us(std::string_view from, std::string_view to);

}  // namespace penstock::intent

#pragma once

#include "base/time.h"

namespace penstock::scenario {

inline constexpr Duration kMinute = seconds(60);
inline constexpr Duration kHour = seconds(3'600);
inline constexpr Duration kDay = seconds(86'400);

constexpr Duration operator*(Duration span, std::int64_t count) {
    return {span.ns * count};
}

}  // namespace penstock::scenario

#pragma once

#include <chrono>

#include "base/time.h"

namespace penstock::client {

/// By this machine's clock, as orders begin and days are counted; the exchange has its own.
inline Instant this_moment() {
    return Instant{std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count()};
}

}  // namespace penstock::client

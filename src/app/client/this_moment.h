#pragma once

#include <chrono>

#include "base/time.h"

namespace penstock::client {

/// By this machine's clock, as days are counted; orders begin by the exchange's, exchange_moment().
inline Instant this_moment() {
    return Instant{std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count()};
}

}  // namespace penstock::client

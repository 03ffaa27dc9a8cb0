#pragma once

#include "base/error.h"

namespace penstock::advise {

inline constexpr Rejection kPaymentAnnouncedTwice{
    16010, Code::invalid_argument, "PAYMENT_ANNOUNCED_TWICE",
    "Two announced payments have one reference; each needs its own."};

}  // namespace penstock::advise

#pragma once

#include "base/error.h"

namespace penstock::advise {

inline constexpr Rejection kPaymentAnnouncedTwice{
    16010, Code::invalid_argument, "PAYMENT_ANNOUNCED_TWICE",
    "Two announced payments have one reference; each needs its own."};

inline constexpr Rejection kBalancesMissing{
    16011, Code::invalid_argument, "BALANCES_MISSING",
    "The file gives no opening or no closing balance, so that missing entries would not show; have "
    "the bank write one that does."};

}  // namespace penstock::advise

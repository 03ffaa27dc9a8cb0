#pragma once

#include <array>

#include "base/error.h"

namespace penstock::recommend {

inline constexpr Rejection kIntentIncomplete{
    16701, Code::invalid_argument, "INTENT_INCOMPLETE",
    "The intent does not say enough to plan by; say what the field names."};
inline constexpr Rejection kNotEstimated{
    16702, Code::failed_precondition, "NOT_ESTIMATED",
    "Nobody knows how long such work takes; say cards and how long, or run a trial."};
inline constexpr Rejection kIntentContradicts{16703, Code::invalid_argument, "INTENT_CONTRADICTS",
                                              "The intent contradicts itself."};
inline constexpr Rejection kMarketBroken{16704, Code::data_loss, "MARKET_BROKEN",
                                         "The market's tables are not in the form that is needed."};

inline constexpr std::array kRejections{&kIntentIncomplete, &kNotEstimated, &kIntentContradicts,
                                        &kMarketBroken};

}  // namespace penstock::recommend

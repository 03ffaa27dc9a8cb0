#pragma once

#include <string_view>

#include "base/error.h"

namespace penstock::estimate {

/// Limits of an amount, both included.
struct AmountRange {
    double least = 1;
    double most = 1e18;
};

/// Reads a number of parameters, tokens and the like as people write it: "70B", "1.5 T", "7e10",
/// "1,000,000", "700亿", "1.5万亿", "３亿". Units: K, M, B or G, T, P (no matter which case) and 百
/// 千 万 亿 in the usual combinations, 百万 to 万亿. 兆 is refused, because it means 10^6 to some
/// and 10^12 to others.
/// @param field  Named in the rejection; with static lifetime.
/// @retval kAmountInvalid, kAmountOutOfRange
Result<double> parse_amount(std::string_view text, const AmountRange& range,
                            std::string_view field);

}  // namespace penstock::estimate

#pragma once

#include <string_view>

#include "advise/estimate/amount.h"
#include "base/error.h"

namespace penstock::estimate {

/// What estimates can be made for. Beyond them nobody has ever been, and a slip of units is likely.
inline constexpr AmountRange kParameters{1e6, 1e14};
inline constexpr AmountRange kTokens{1e3, 1e16};
inline constexpr AmountRange kDevices{1, 1e6};
inline constexpr AmountRange kNode{1, 1024};
inline constexpr AmountRange kContext{1, 16'777'216};
inline constexpr AmountRange kBatchTokens{1, 1e9};
inline constexpr AmountRange kRank{1, 4096};
inline constexpr AmountRange kDays{0.01, 3650};
inline constexpr AmountRange kPue{1, 5};
inline constexpr AmountRange kDeviceHoursBetweenFailures{1, 1e9};
inline constexpr AmountRange kStorage{1e6, 1e13};

/// @param field  Named in the rejection; with static lifetime.
/// @retval kAmountOutOfRange
Result<void> check_range(double value, const AmountRange& range, std::string_view field);
/// The same for what is counted in whole numbers.
Result<void> check_count(double value, const AmountRange& range, std::string_view field);

}  // namespace penstock::estimate

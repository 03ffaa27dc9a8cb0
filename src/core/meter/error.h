#pragma once

#include <array>

#include "base/error.h"

namespace penstock::meter {

inline constexpr Rejection kUsageReplayed{
    8001, Code::already_exists, "USAGE_REPLAYED",
    "A batch of this number was accepted before; send the next number."};
inline constexpr Rejection kUsageGap{8002, Code::out_of_range, "USAGE_GAP",
                                     "Batches of usage are missing; send the next number."};
inline constexpr Rejection kUsageMalformed{
    8003, Code::invalid_argument, "USAGE_MALFORMED",
    "The signed usage cannot be read, or names another agent; sign it anew."};
inline constexpr Rejection kUsageForeign{
    8004, Code::permission_denied, "USAGE_FOREIGN",
    "A record names an attempt that this agent never had; nothing of the batch was taken."};
inline constexpr Rejection kUsageImpossible{
    8005, Code::invalid_argument, "USAGE_IMPOSSIBLE",
    "A record claims more time or cores than the attempt can have had, or less than before."};
inline constexpr Rejection kUsageFinalMissing{
    8006, Code::invalid_argument, "USAGE_FINAL_MISSING",
    "The end of an attempt needs a signed batch with its final record."};
inline constexpr Rejection kUsageTooLarge{8007, Code::invalid_argument, "USAGE_TOO_LARGE",
                                          "A batch holds at most 4,096 records; split it."};

inline constexpr std::array kRejections{&kUsageReplayed, &kUsageGap,        &kUsageMalformed,
                                        &kUsageForeign,  &kUsageImpossible, &kUsageFinalMissing,
                                        &kUsageTooLarge};

}  // namespace penstock::meter

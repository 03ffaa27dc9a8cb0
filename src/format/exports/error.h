#pragma once

#include "base/error.h"

namespace penstock::format {

inline constexpr Rejection kUsageRecordInvalid{
    11060, Code::invalid_argument, "USAGE_RECORD_INVALID",
    "A field of the usage record has a value that it cannot have."};
inline constexpr Rejection kVoucherInvalid{
    11061, Code::invalid_argument, "VOUCHER_INVALID",
    "A field of the accounting voucher has a value that it cannot have."};
inline constexpr Rejection kVoucherNotBalanced{
    11062, Code::data_loss, "VOUCHER_NOT_BALANCED",
    "Debits and credits of the accounting voucher differ; do not import it, and report it."};

}  // namespace penstock::format

#pragma once

#include <cstdint>
#include <string>

#include "base/money.h"
#include "format/words.h"

namespace penstock::format {

/// "1,234.500000": with commas, and so many decimals; those left out are zeros.
/// @pre decimals is 2 or 6, and for 2 the amount is in whole fen.
std::string amount_text(std::int64_t micros, int decimals);
/// "1,234.50": at least two decimals, and no more than needed.
std::string price_text(std::int64_t micros);
/// "1,234.5": billionths, without zeros at the end.
std::string quantity_text(std::int64_t nanos);
/// "6 %", "0.5 %".
std::string rate_text(std::uint32_t basis_points);
/// "UTC+08:00".
std::string offset_text(std::int32_t utc_offset_minutes);
/// 大写金额 of yuan, as on vouchers: 壹万零贰佰元伍角整. Whole fen; halves away from zero.
std::string yuan_in_words(Money amount);

}  // namespace penstock::format

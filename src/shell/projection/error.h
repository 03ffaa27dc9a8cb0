#pragma once

#include "base/error.h"

namespace penstock::projection {

inline constexpr Rejection kBadCursor{
    14401, Code::invalid_argument, "BAD_CURSOR",
    "The cursor is not one that this list gave; begin again without a cursor."};
inline constexpr Rejection kBadPageSize{14402, Code::invalid_argument, "BAD_PAGE_SIZE",
                                        "A page has 1 to 500 items; 0 means 50."};
inline constexpr Rejection kNotProjected{
    14403, Code::not_found, "NOT_FOUND",
    "There is no such thing, or it is so new that the tables have not caught up; check the "
    "identifier and ask again."};
inline constexpr Rejection kProjectionDamaged{
    14404, Code::data_loss, "PROJECTION_DAMAGED",
    "A row of the tables cannot be read; run `penstock rebuild` to make them anew."};
inline constexpr Rejection kBadDay{14405, Code::invalid_argument, "BAD_DAY",
                                   "A day is written like 2026-11-30; give one that there is."};
inline constexpr Rejection kBillTooLong{
    14406, Code::out_of_range, "BILL_TOO_LONG",
    "The order has more charges than fit into one bill; look at the sums of its contracts."};
inline constexpr Rejection kBillsTooMany{
    14407, Code::out_of_range, "BILLS_TOO_MANY",
    "A statement has up to 10,000 bills; ask for several shorter periods."};
inline constexpr Rejection kNoStatement{
    14408, Code::not_found, "NO_STATEMENT",
    "No statement of the bank ends by this day; import its file with `penstock bank import FILE`."};

}  // namespace penstock::projection

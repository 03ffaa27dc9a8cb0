#pragma once

#include "base/error.h"

namespace penstock::sqlite {

inline constexpr Rejection kSqliteFault{
    14101, Code::unavailable, "STORAGE_FAULT",
    "A database file cannot be read or written; check its folder, owner and the free space."};
inline constexpr Rejection kSqliteFull{14102, Code::resource_exhausted, "STORAGE_FULL",
                                       "The disk is full; free some space."};
inline constexpr Rejection kSqliteDamaged{
    14103, Code::data_loss, "STORAGE_DAMAGED",
    "A database file is damaged or is of another kind; restore or rebuild it."};

}  // namespace penstock::sqlite

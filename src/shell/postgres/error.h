#pragma once

#include "base/error.h"

namespace penstock::postgres {

inline constexpr Rejection kPostgresRefused{
    14501, Code::failed_precondition, "POSTGRES_REFUSED",
    "PostgreSQL refused a statement, and nothing of it was done; see the detail, and the "
    "database's log."};
inline constexpr Rejection kPostgresUnknown{
    14502, Code::unavailable, "POSTGRES_UNKNOWN",
    "The connection to PostgreSQL was lost, or it took too long; whether the statement was done is "
    "not known."};
inline constexpr Rejection kPostgresUnreachable{
    14503, Code::unavailable, "POSTGRES_UNREACHABLE",
    "PostgreSQL cannot be reached; check the address, the password, and that a primary is up."};
inline constexpr Rejection kPostgresNotUnique{14504, Code::aborted, "POSTGRES_NOT_UNIQUE",
                                              "The row is there already; nothing was done."};
inline constexpr Rejection kPostgresForeign{
    14505, Code::failed_precondition, "POSTGRES_FOREIGN",
    "The database's tables are not those of this version of Penstock; use the version that made "
    "them, start a server of this version if they are older, or give another database."};

}  // namespace penstock::postgres

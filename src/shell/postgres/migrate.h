#pragma once

#include <span>
#include <string_view>

#include "shell/postgres/connection.h"

namespace penstock::postgres {

/// A numbered step of a schema. Once released it is never changed; a new one is added.
struct Migration {
    std::string_view name;
    std::string_view sql;  ///< Any statements; they run in one transaction with the note of it.
};

/// Brings the tables of one part up to date, whoever else does so at the same time.
/// @param part        For instance "journal"; it is noted in penstock_schema how far it is.
/// @param migrations  All there ever were, in order.
/// @retval kPostgresForeign  The database has had migrations that are not among them.
Result<void> migrate(Connection& connection, std::string_view part,
                     std::span<const Migration> migrations);

}  // namespace penstock::postgres

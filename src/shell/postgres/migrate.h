#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "shell/postgres/connection.h"

namespace penstock::postgres {

/// A numbered step of a schema. Once released it is never changed; a new one is added.
struct Migration {
    std::string_view name;
    std::string_view sql;  ///< Any statements; they run in one transaction with the note of it.
};

enum class Tables : std::uint8_t {
    make,  ///< Made or brought up to date where need be.
    leave  ///< As they are: for who only looks, perhaps at another version's.
};

/// Brings the tables of one part up to date, whoever else does so at the same time.
/// @param part        For instance "journal"; it is noted in penstock_schema how far it is.
/// @param migrations  All there ever were, in order.
/// @retval kPostgresForeign  The database has had migrations that are not among them.
Result<void> migrate(Connection& connection, std::string_view part,
                     std::span<const Migration> migrations);

/// Whether the tables of one part are as this version knows them. Changes nothing.
/// @retval kPostgresForeign  There are none, or they have had other migrations.
Result<void> compare(Connection& connection, std::string_view part,
                     std::span<const Migration> migrations);

/// migrate() or compare().
Result<void> prepare(Connection& connection, std::string_view part,
                     std::span<const Migration> migrations, Tables tables);

}  // namespace penstock::postgres

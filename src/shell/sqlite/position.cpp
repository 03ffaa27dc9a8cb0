#include "shell/sqlite/position.h"

#include <algorithm>

#include "base/try.h"
#include "shell/sqlite/error.h"

namespace penstock::sqlite {

Result<JournalPosition> read_position(const Database& database) {
    TRY_ASSIGN(Statement row, database.prepare("SELECT sequence, rolling_hash FROM position"));
    TRY_ASSIGN(const bool found, row.step());
    JournalPosition position;
    if (!found || row.blob(1).size() != position.rolling_hash.size())
        return reject(kSqliteDamaged, {}, "The tables do not say how far they have come.");
    position.sequence = row.unsigned_integer(0);
    std::ranges::copy(row.blob(1), position.rolling_hash.begin());
    return position;
}

Result<void> commit_position(Database& database, const JournalPosition& position) {
    if (!database.in_transaction()) TRY(database.run("BEGIN IMMEDIATE"));
    TRY_ASSIGN(Statement update,
               database.prepare("UPDATE position SET sequence = ?, rolling_hash = ?"));
    TRY(update.bind_unsigned(1, position.sequence)
            .bind_blob(2, std::span<const std::uint8_t>(position.rolling_hash))
            .run());
    return database.run("COMMIT");
}

}  // namespace penstock::sqlite

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/error.h"
#include "shell/journal/journal.h"
#include "shell/sqlite/sqlite.h"

namespace penstock::shell {

// The journal as a SQLite file: its table, its marks, and reading it. SqliteJournal appends to one;
// a backup holds one, whatever back end it is of.

/// "PSJ1": marks the file as ours (PRAGMA application_id).
inline constexpr std::int64_t kJournalApplicationId = 0x50534a31;
/// Of the table and the chain (PRAGMA user_version).
inline constexpr std::int64_t kJournalFormatVersion = 1;

/// Columns of a batch in the order of read_batch_row(), with FROM.
inline constexpr const char* kSelectBatches =
    "SELECT first_sequence, last_sequence, time_ns, body, rolling_hash, chain_hash FROM batch ";

/// Takes the six columns; see insert_batch().
inline constexpr const char* kInsertBatch = "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?)";

/// What a batch is read into; errors of it end the reading and are returned.
using TakeBatch = std::function<Result<void>(const Batch&)>;

/// Makes the table in a new file, or looks whether the file is a journal.
/// @retval kJournalForeign, kJournalFault, kJournalBroken
Result<void> ensure_journal_format(sqlite::Database& database, const std::filesystem::path& file);

/// @return False when a hash is not of the length of a hash.
bool read_batch_row(const sqlite::Statement& row, Batch& batch, Digest& chain_hash);

/// Reads every row and checks that it follows from those before it.
/// @param take  May be empty.
/// @return Where the journal ends.
/// @retval kJournalBroken, kJournalFault
Result<JournalEnd> walk_batches(sqlite::Database& database, const TakeBatch& take = {});

/// Reads a journal's file that nobody writes, from its first row to its last, and checks it.
/// @retval kJournalMissing, kJournalForeign, kJournalBroken, kJournalFault
Result<JournalEnd> read_journal_file(const std::filesystem::path& file, const TakeBatch& take = {});

/// Writes a journal's rows into a new file, all in one transaction.
class JournalFileWriter {
  public:
    /// @param file  Nothing may be there.
    static Result<JournalFileWriter> create(const std::filesystem::path& file);
    /// @param batch  Follows the one before.
    Result<void> add(const Batch& batch);
    /// Commits; the file is whole, but not yet safe on the disk.
    Result<void> finish();

  private:
    sqlite::Database database_;
    sqlite::Statement insert_;
    Digest chain_hash_{};
};

/// What SQLite reports, in the journal's own words.
Error journal_file_error(const Error& error, std::string_view doing);

/// Runs kInsertBatch for one row.
Result<void> insert_batch(sqlite::Statement& insert, const Batch& batch, const Digest& chain_hash);

}  // namespace penstock::shell

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/journal_position.h"
#include "format/receipt.h"
#include "shell/evidence/fact.h"
#include "shell/sqlite/sqlite.h"

namespace penstock::evidence {

/// One leaf of the log with what the parties need to open it.
struct Record {
    std::uint64_t leaf = 0;
    format::EvidenceEntry entry;
    format::Opening opening;
};

/// A record that is not in the store yet, but for its leaf.
struct NewRecord {
    std::uint64_t sequence = 0;  ///< Of the event.
    std::uint32_t ordinal = 0;
    std::int64_t at_ns = 0;
    Fact fact;
    format::Salt salt{};
};

/// The last checkpoint that was signed.
struct SignedHead {
    format::TreeHead head;
    std::string note;
    bool operator==(const SignedHead&) const = default;
};

/// evidence.db: every record, how far the journal was read, and the last signed checkpoint. The
/// records can be made again from the journal; the checkpoint row is what keeps the log from ever
/// contradicting itself.
///
/// One connection: one thread at a time. Several may be open on one file.
class RecordStore {
  public:
    /// @param durability  Full for the connection that swaps checkpoints.
    /// @retval  A fault of storage, kSqliteDamaged for a file of another format.
    static Result<RecordStore> open(const std::filesystem::path& path,
                                    sqlite::Durability durability);
    /// A store of which records are only read.
    /// @retval kSqliteDamaged  It is of another format.
    static Result<RecordStore> to_read(sqlite::Database database);

    /// Adds a record in a transaction that commit() ends.
    /// @param leaf  One more than the last.
    Result<void> add(std::uint64_t leaf, const NewRecord& record);
    /// Makes what was added since the last commit stand, with how far the journal was read.
    Result<void> commit(const JournalPosition& position);
    void roll_back();

    Result<JournalPosition> position() const;
    /// Number of records, which is the leaf of the next.
    Result<std::uint64_t> size() const;
    Result<std::optional<SignedHead>> signed_head() const;

    /// Puts `next` in the place of `expected`.
    /// @return Whether the stored head was `expected` (nothing: none was stored), and now is next.
    Result<bool> swap_signed_head(const std::optional<SignedHead>& expected,
                                  const SignedHead& next);

    /// Calls `take` with the records from leaf `first` up to, and without, `end`.
    Result<void> read(std::uint64_t first, std::uint64_t end,
                      const std::function<Result<void>(const Record&)>& take) const;
    /// The records of an order of which its parties get receipts, by leaf.
    Result<std::vector<Record>> receipts_of(std::string_view order) const;

    /// The record of one event.
    Result<std::optional<Record>> record_of_event(std::uint64_t sequence,
                                                  std::uint32_t ordinal) const;

  private:
    sqlite::Database database_;
    sqlite::Statement insert_;
};

}  // namespace penstock::evidence

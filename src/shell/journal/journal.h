#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"

namespace penstock::shell {

/// Commands that are kept, or lost, together: one row of the journal.
struct Batch {
    std::uint64_t first_sequence = 0;  ///< One more than the last of the batch before; 1 at first.
    std::uint64_t last_sequence = 0;   ///< Not before first_sequence.
    Instant time;                      ///< Of the last command.
    std::string_view body;             ///< A serialised v1::JournaledBatch.
    Digest rolling_hash{};             ///< Of the exchange after the last command.
};

/// Where a journal ends.
struct JournalEnd {
    std::uint64_t sequence = 0;  ///< 0 when it is empty.
    Instant time;
    Digest rolling_hash{};
    Digest chain_hash{};  ///< BLAKE2b over all rows, each with the hash before it.
    bool operator==(const JournalEnd&) const = default;
};

/// The commands that made the exchange what it is: appended to, never changed, never cut.
///
/// A port with three back ends (SQLite, PostgreSQL, memory); journal_contract_test.cpp says what
/// all keep. On PostgreSQL several servers have the same journal open; one of them leads, and it
/// alone appends (leadership.h). One thread at a time, but for ready().
class Journal {
  public:
    virtual ~Journal() = default;

    /// Keeps a batch: durable when this returns well.
    /// @param batch  Follows end() without a gap; else a bug of the caller.
    /// @retval kDiskLow       Free space is under the low-water mark; nothing was written.
    /// @retval kJournalFault  It is not known whether the batch was kept: reopen() finds out.
    ///                        Until then every append is refused.
    /// @retval kFenced        Another server leads; nothing was written. As after kJournalFault.
    virtual Result<void> append(const Batch& batch) = 0;

    /// Would an append be accepted? Cheap: asked before commands are applied. May be called while
    /// another thread appends.
    /// @retval kDiskLow, kJournalFault
    virtual Result<void> ready() = 0;

    /// Reads every batch that reaches `sequence` or beyond, in order.
    /// @param take  Called with each; an error from it ends the reading and is returned. The views
    ///              hold during the call.
    virtual Result<void> read_from(std::uint64_t sequence,
                                   const std::function<Result<void>(const Batch&)>& take) = 0;

    /// The reply that the command of this number was given.
    /// @retval kReplyUnknown
    virtual Result<std::string> find_reply(std::uint64_t sequence) = 0;

    /// The last batch that is known to be durable.
    virtual const JournalEnd& end() const = 0;

    /// After a failed append: finds out what is durable, and makes sure that it stays so.
    /// @retval kJournalFault   The disk still fails; try again later.
    /// @retval kJournalBroken  What was durable is so no more.
    virtual Result<void> reopen() = 0;

    /// Takes what other servers have appended: gives each batch after end(), and moves end() on.
    /// Nothing comes where a journal has one server.
    /// @param take  As for read_from(); end() stays before a batch that it refuses.
    /// @retval kJournalFault   It cannot be read now.
    /// @retval kJournalBroken  A row does not follow from those before it.
    virtual Result<void> follow(const std::function<Result<void>(const Batch&)>& take) = 0;
    /// From now on append() asserts that this server leads in this epoch; 0: it does not lead.
    virtual void lead(std::uint64_t epoch) = 0;

    /// Tries the disk: writes something that changes nothing, durably.
    /// @retval kDiskLow, kJournalFault
    /// @retval kFenced  Another has led since.
    virtual Result<void> probe() = 0;
};

}  // namespace penstock::shell

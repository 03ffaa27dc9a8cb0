#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/id.h"
#include "base/journal_position.h"
#include "penstock/v1/event.pb.h"
#include "shell/artifacts/digest.h"
#include "shell/sqlite/sqlite.h"

namespace penstock::artifacts {

/// Who may read which file: artifacts.db. Whoever uploaded a file may; the buyer may read what the
/// accepted attempts of his orders put out. Thread-safe; the feeding calls come from one thread.
class Grants {
  public:
    /// @retval  A fault of storage.
    static Result<std::unique_ptr<Grants>> open(const std::filesystem::path& path);
    /// Makes a copy of the file fit for a journal that ends at `end`: it takes later events again.
    /// What they had granted stays.
    static Result<void> set_back(const std::filesystem::path& path, const JournalPosition& end);

    /// The party has uploaded a file of so many bytes, and may read it. On the disk when it
    /// returns.
    /// @return  False when it had uploaded it before; then nothing has changed.
    Result<bool> grant(const FileDigest& digest, PartyId party, std::uint64_t bytes);
    /// Bytes of the files that each party has uploaded, as the file says.
    Result<std::map<PartyId, std::uint64_t>> uploaded_bytes() const;
    /// False when that cannot be found out, too.
    bool may_read(const FileDigest& digest, PartyId party) const;

    /// Takes one event; those of commands up to applied_sequence() change nothing.
    void on_event(const v1::Event& event);
    /// @return False when what came since applied_sequence() could not be kept: it is to come
    ///         again.
    bool caught_up(const JournalPosition& position);
    /// From the feeding thread.
    JournalPosition position() const { return position_; }
    std::uint64_t applied_sequence() const { return applied_; }
    /// Why it could not keep events, until it can; empty when it is well.
    std::optional<Error> fault() const;

  private:
    Grants() = default;
    Result<void> apply(const v1::Event& event);
    void stop(const Error& error);
    Result<bool> insert_upload(const FileDigest& digest, PartyId party, std::uint64_t bytes);
    Result<void> grant_outputs(const v1::AttemptChanged& attempt);

    sqlite::Database feeder_;   // Of the feeding thread.
    JournalPosition position_;  // Of the feeding thread.
    bool stopped_ = false;      // Likewise: what comes until caught_up() is not taken.
    std::atomic<std::uint64_t> applied_{0};

    mutable std::mutex mutex_;  // Guards what follows.
    std::optional<Error> fault_;
    sqlite::Database database_;
    sqlite::Statement insert_;
    sqlite::Statement insert_upload_;
    mutable sqlite::Statement select_;
};

}  // namespace penstock::artifacts

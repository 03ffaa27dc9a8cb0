#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string_view>

#include "base/error.h"
#include "base/id.h"
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

    /// On the disk when it returns. Repeating it changes nothing.
    Result<void> grant(const FileDigest& digest, PartyId party);
    /// False when that cannot be found out, too.
    bool may_read(const FileDigest& digest, PartyId party) const;

    /// Takes one event; those of commands up to applied_sequence() change nothing.
    void on_event(const v1::Event& event);
    void caught_up(std::uint64_t sequence);
    std::uint64_t applied_sequence() const { return applied_; }

  private:
    Grants() = default;
    Result<void> apply(const v1::Event& event);
    Result<void> grant_outputs(const v1::AttemptChanged& attempt);

    sqlite::Database feeder_;  // Of the feeding thread.
    bool stopped_ = false;
    std::atomic<std::uint64_t> applied_{0};

    mutable std::mutex mutex_;  // Guards what follows.
    sqlite::Database database_;
    sqlite::Statement insert_;
    mutable sqlite::Statement select_;
};

}  // namespace penstock::artifacts

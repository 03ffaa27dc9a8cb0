#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"

namespace penstock::shell {

inline constexpr Rejection kSnapshotUnusable{
    14015, Code::data_loss, "SNAPSHOT_UNUSABLE",
    "A snapshot is damaged or of another version; it will be made again."};

struct SnapshotMark {
    std::uint64_t sequence = 0;  ///< Of the last command in it, which is durable.
    Digest rolling_hash{};       ///< Of the exchange after that command.
};

struct Snapshot {
    SnapshotMark mark;
    std::string state;
};

/// The snapshot files of one folder. One writer at a time.
class SnapshotStore {
  public:
    /// @param folder  Made when it is not there.
    explicit SnapshotStore(std::filesystem::path folder);

    /// Writes a snapshot, durably and as a whole, and removes all but the newest two.
    /// @retval kFileFault
    Result<void> save(const SnapshotMark& mark, std::string_view state) const;

    /// Of the files that are there, newest first; whether they are good shows in load().
    std::vector<std::uint64_t> sequences() const;

    /// @retval kSnapshotUnusable, kFileFault
    Result<Snapshot> load(std::uint64_t sequence) const;

  private:
    std::filesystem::path file_of(std::uint64_t sequence) const;

    std::filesystem::path folder_;
};

}  // namespace penstock::shell

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "format/merkle.h"
#include "shell/evidence/log_files.h"

namespace penstock::evidence {

/// Grows the log's tiles. Holds the right edge of the tree alone: up to 255 hashes a level of
/// tiles, and the entries of the last bundle. One thread at a time.
class LogWriter {
  public:
    /// A writer for an empty log.
    explicit LogWriter(LogFiles files) : files_(std::move(files)) {}
    /// A writer that goes on after the first `size` entries of the files.
    /// @retval kEvidenceFault, kTileInvalid  A file at the right edge is missing or damaged.
    /// @retval kCheckpointMismatch           An entry there is not what its hash says.
    static Result<LogWriter> resume(LogFiles files, std::uint64_t size);

    /// Adds an entry; full tiles are written at once.
    /// @retval  Errors of LogFiles; the writer must then be resumed anew.
    Result<void> append(const std::string& entry);
    /// Writes the partial tiles: afterwards the files hold a tree of size().
    Result<void> flush();

    std::uint64_t size() const { return tree_.size(); }
    format::TreeHead head() const { return {tree_.size(), tree_.root()}; }

  private:
    LogFiles files_;
    format::MerkleTree tree_;
    std::vector<std::vector<format::Hash>> edge_;  // Of each level of tiles.
    std::vector<std::string> bundle_;
    std::vector<std::uint64_t> flushed_;  // Hashes of each level that partial tiles hold already.
};

}  // namespace penstock::evidence

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "format/tile.h"

namespace penstock::evidence {

/// The log's public files below one folder, laid out as c2sp.org/tlog-tiles says. Reading is
/// thread-safe beside one writer: a file appears whole or not at all.
class LogFiles {
  public:
    explicit LogFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

    const std::filesystem::path& folder() const { return folder_; }

    /// Puts a tile on the disk, replacing what was there. Once a full one is there, its partial
    /// ones are removed.
    /// @retval kEvidenceFault
    Result<void> write(const format::Tile& tile, std::string_view content) const;
    /// The tile's content; that of a partial tile may be cut from the full one.
    /// @retval kEvidenceFault  It is not there, or of a wrong length.
    Result<std::string> read(const format::Tile& tile) const;

    /// @retval kEvidenceFault
    Result<void> write_checkpoint(std::string_view note) const;
    /// Empty when there is none.
    /// @retval kEvidenceFault
    Result<std::string> read_checkpoint() const;

    /// Reads through read(), for proofs.
    format::TileReader reader() const;

  private:
    std::filesystem::path folder_;
};

/// Writes a file under a temporary name, waits for the disk, and moves it into place.
/// @retval kEvidenceFault
Result<void> write_whole_file(const std::filesystem::path& path, std::string_view content);

/// @retval kEvidenceFault
Result<std::string> read_whole_file(const std::filesystem::path& path);

}  // namespace penstock::evidence

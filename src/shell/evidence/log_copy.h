#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.h"
#include "format/merkle.h"

namespace penstock::evidence {

/// What a copy of a log holds.
struct LogCopy {
    format::TreeHead head;               ///< Last signed; size 0 when nothing was.
    std::uint64_t applied_sequence = 0;  ///< Of the records, signed or not.
};

/// Copies records and public files of a log that may be growing: records as they are now, and the
/// files of the checkpoint that those know. Keys are not copied.
/// @param from, to  Folders of a log; `to` holds no log.
/// @retval kEvidenceFault, and faults of storage
Result<LogCopy> copy_log(const std::filesystem::path& from, const std::filesystem::path& to);

enum class CopyIs : std::uint8_t {
    still,   ///< Nobody writes it, and nothing is written beside it.
    growing  ///< It is the log itself, and its server may be going on.
};

/// Checks a log without its keys: the records give the root that was signed, and so do the files.
/// @retval kCheckpointMismatch, kEvidenceFault, kTileInvalid, and faults of storage
Result<LogCopy> check_copy(const std::filesystem::path& folder, CopyIs copy = CopyIs::still);

}  // namespace penstock::evidence

#pragma once

#include <filesystem>

#include "base/error.h"
#include "format/merkle.h"
#include "format/note.h"

namespace penstock::evidence {

/// Checks every file of a log against its signed checkpoint, with nothing but the log's public key:
/// each entry against its leaf, each tile against those below it, the top against the root.
/// @param folder  That of `checkpoint` and `tile/`; files are only read.
/// @return What was signed.
/// @retval kCheckpointMismatch  Something was altered; the detail names the file and the place.
/// @retval kEvidenceFault, kTileInvalid, and errors of format::verify_checkpoint.
/// O(entries).
Result<format::Checkpoint> check_log(const std::filesystem::path& folder,
                                     const format::VerifierKey& key);

/// The same without the key: whether the files below a folder give this root at this size.
/// @retval kCheckpointMismatch, kEvidenceFault, kTileInvalid
Result<void> check_tiles(const std::filesystem::path& folder, const format::TreeHead& head);

}  // namespace penstock::evidence

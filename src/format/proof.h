#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/note.h"

namespace penstock::format {

inline constexpr std::size_t kProofTextSizeMax = 1'000'000;

/// Shows offline that an entry is in a log (c2sp.org/tlog-proof@v1), as a text file:
///
///     c2sp.org/tlog-proof@v1
///     extra <base64>              (optional)
///     index <decimal>
///     <base64 hash>               (from leaf to root, any number)
///
///     <signed checkpoint>
struct InclusionProof {
    std::optional<std::string> extra;  ///< Bytes; what they mean is the application's matter.
    std::uint64_t index = 0;
    std::vector<Hash> hashes;
    std::string checkpoint;  ///< The signed note, whole.
    bool operator==(const InclusionProof&) const = default;
};

std::string format_proof(const InclusionProof& proof);

/// @retval kProofMalformed  Not exactly the lines above, over 1 MB, or over 63 hashes.
Result<InclusionProof> parse_proof(std::string_view text);

/// Checks that `entry` is in the log of `key`, at the proof's index. Uses nothing but its
/// arguments.
/// @return The checkpoint that it is in.
/// @retval kNoteMalformed, kNoteNotSigned, kCheckpointMalformed  See verify_checkpoint.
/// @retval kLeafOutOfRange, kProofWrong                          See verify_inclusion.
Result<Checkpoint> verify_proof(const InclusionProof& proof, const VerifierKey& key,
                                std::string_view entry);

}  // namespace penstock::format

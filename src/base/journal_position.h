#pragma once

#include <cstdint>

#include "base/hash.h"

namespace penstock {

/// How far somebody has followed the journal, and which journal: two that agree up to a command
/// have the same rolling hash there, and no others have.
struct JournalPosition {
    std::uint64_t sequence = 0;  ///< Of the last command; the end of a batch. 0: none yet.
    Digest rolling_hash{};       ///< Of the exchange after it.
    bool operator==(const JournalPosition&) const = default;
};

}  // namespace penstock

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "shell/journal/journal.h"

namespace penstock::shell {

/// A digest's bytes, as hashers and databases take them.
inline std::string_view text_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// The hash that binds a batch to all before it: over the last chain hash and every column.
Digest chain_hash_after(const Digest& before, const Batch& batch);

/// Walks a journal row by row and refuses the first that does not follow from those before it.
class ChainReader {
  public:
    /// @param end  What is known of the rows before the first.
    explicit ChainReader(JournalEnd end = {}) : end_(end) {}

    /// @param row         Where the row stands, from 1, for the message.
    /// @param chain_hash  As the row has it.
    /// @retval kJournalBroken  A gap, an overlap, a time that goes back, or a hash that does not
    ///                         match. The detail says where.
    Result<void> accept(std::uint64_t row, const Batch& batch, const Digest& chain_hash);
    const JournalEnd& end() const { return end_; }

  private:
    JournalEnd end_;
};

/// Where something was wrong, for people: "Row 3, after command 41: …".
std::string broken_at(std::uint64_t row, std::uint64_t after_sequence, const std::string& what);

}  // namespace penstock::shell

#include "shell/journal/chain.h"

#include "base/try.h"
#include "shell/journal/error.h"

namespace penstock::shell {

Digest chain_hash_after(const Digest& before, const Batch& batch) {
    Hasher hasher;
    hasher.add(text_of(before));
    hasher.add(batch.first_sequence);
    hasher.add(batch.last_sequence);
    hasher.add(static_cast<std::uint64_t>(batch.time.ns));
    hasher.add(batch.body);
    hasher.add(text_of(batch.rolling_hash));
    return hasher.digest();
}

std::string broken_at(std::uint64_t row, std::uint64_t after_sequence, const std::string& what) {
    return "Row " + std::to_string(row) + ", after command " + std::to_string(after_sequence) +
           ": " + what;
}

Result<void> ChainReader::accept(std::uint64_t row, const Batch& batch, const Digest& chain_hash) {
    const auto broken = [&](const std::string& what) {
        return reject(kJournalBroken, {}, broken_at(row, end_.sequence, what));
    };
    if (batch.first_sequence != end_.sequence + 1)
        return broken("the next command should be " + std::to_string(end_.sequence + 1) +
                      " and is " + std::to_string(batch.first_sequence) + ".");
    if (batch.last_sequence < batch.first_sequence)
        return broken("the row ends at command " + std::to_string(batch.last_sequence) +
                      ", before it begins.");
    if (batch.time < end_.time) return broken("its time lies before that of the row before.");
    if (chain_hash_after(end_.chain_hash, batch) != chain_hash)
        return broken("its chain hash does not match its content (commands " +
                      std::to_string(batch.first_sequence) + " to " +
                      std::to_string(batch.last_sequence) + ").");
    end_ = {batch.last_sequence, batch.time, batch.rolling_hash, chain_hash};
    return {};
}

}  // namespace penstock::shell

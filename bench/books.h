#pragma once

#include <cstdint>
#include <vector>

#include "bench/script.h"
#include "core/ledger/ledger.h"

namespace penstock::bench {

/// Accounts of many parties, each with a million to spend.
struct Books {
    static constexpr std::size_t kParties = 10'000;
    Books();
    ledger::Ledger ledger;
    std::vector<AccountId> accounts;
};

enum class Mix : std::uint8_t {
    posts_alone,
    /// Of four transfers two post at once, one holds, and one posts part of what the one before
    /// holds.
    posts_and_holds,
};
/// Each under an id of its own; the same for the same count.
std::vector<ledger::Transfer> some_transfers(const std::vector<AccountId>& accounts,
                                             std::size_t count, Mix mix);
/// When it may be carried out, as its id says.
Instant time_of_transfer(std::size_t transfer);

}  // namespace penstock::bench

#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "base/id.h"
#include "base/money.h"

namespace penstock::exchange {

class Exchange;

/// All money of one currency, in micros. Sums beyond 64 bits stand at the nearest end of them.
struct MoneyOverview {
    Currency currency;
    std::int64_t cash = 0;      ///< What parties may spend or have set aside for orders.
    std::int64_t ordered = 0;   ///< Of cash: set aside for contracts that no supplier has accepted.
    std::int64_t escrow = 0;    ///< Set aside for contracts in force.
    std::int64_t fee = 0;       ///< The operator's income.
    std::int64_t rounding = 0;  ///< What rounding left over, either way.
    std::int64_t bank = 0;      ///< What lies at the bank; all the others together.
    /// Debits less credits over all accounts: anything but 0 is a bug.
    std::int64_t imbalance = 0;
    std::int64_t top_ups_awaited = 0;  ///< Announced, and not seen at the bank yet.
    std::uint64_t top_ups_awaited_count = 0;
};

/// What an operator watches.
struct Overview {
    std::uint64_t parties = 0;
    std::uint64_t agents_live = 0;
    std::uint64_t agents_lost = 0;
    std::uint64_t contracts_open = 0;  ///< Not final, with an agent that is not revoked.
    std::uint64_t tasks_running = 0;   ///< Leases that attempts hold.
    std::vector<MoneyOverview> money;  ///< By currency, in the order of their letters.
};

/// Takes overviews of one exchange, one after another.
///
/// O(accounts + agents + awaited top-ups); the first of all, O(top-ups) too. Contracts and tasks
/// are not walked: there may be millions, and whoever looks stops the exchange meanwhile.
class Overseer {
  public:
    Overview look(const Exchange& exchange);

  private:
    void find_awaited(const Exchange& exchange);

    std::set<TopUpId> awaited_;
    TopUpId next_{1};  ///< The first that was not looked at yet.
};

}  // namespace penstock::exchange

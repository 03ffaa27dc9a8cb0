#include "core/exchange/overview.h"

#include <algorithm>
#include <limits>

#include "core/exchange/exchange.h"
#include "core/exchange/state.h"

namespace penstock::exchange {
namespace {

/// Wide enough for the sum over every account that can exist.
__extension__ using Sum = __int128;

struct Sums {
    std::map<ledger::AccountKind, Sum> balances;
    Sum ordered = 0;
    Sum debits = 0;
    Sum credits = 0;
    Sum awaited = 0;
    std::uint64_t awaited_count = 0;
};

std::int64_t clamped(Sum sum) {
    using Limits = std::numeric_limits<std::int64_t>;
    return static_cast<std::int64_t>(std::clamp<Sum>(sum, Limits::min(), Limits::max()));
}

MoneyOverview overview_of(Currency currency, Sums& sums) {
    using ledger::AccountKind;
    return {.currency = currency,
            .cash = clamped(sums.balances[AccountKind::cash]),
            .ordered = clamped(sums.ordered),
            .escrow = clamped(sums.balances[AccountKind::escrow]),
            .fee = clamped(sums.balances[AccountKind::fee]),
            .rounding = clamped(sums.balances[AccountKind::rounding]),
            .bank = clamped(-sums.balances[AccountKind::bank]),
            .imbalance = clamped(sums.debits - sums.credits),
            .top_ups_awaited = clamped(sums.awaited),
            .top_ups_awaited_count = sums.awaited_count};
}

}  // namespace

void Overseer::find_awaited(const Exchange& exchange) {
    const ledger::Ledger& ledger = exchange.state().ledger;
    // Top-ups are numbered without a gap and kept. Fewer than before: another exchange, which was
    // read back after a fault.
    if (next_.value > 1 && ledger.find_top_up(TopUpId{next_.value - 1}) == nullptr) {
        awaited_.clear();
        next_ = TopUpId{1};
    }
    for (; ledger.find_top_up(next_) != nullptr; ++next_.value) awaited_.insert(next_);
    std::erase_if(awaited_, [&](TopUpId id) { return ledger.find_top_up(id)->confirmed; });
}

Overview Overseer::look(const Exchange& exchange) {
    const State& state = exchange.state();
    Overview overview;
    overview.parties = state.directory.parties().size();
    state.directory.agents().for_each([&](AgentId, const party::Agent& agent) {
        if (!agent.revoked) ++(agent.live ? overview.agents_live : overview.agents_lost);
    });
    for (const auto& [agent, desk] : state.desks) overview.contracts_open += desk.contracts.size();
    overview.tasks_running = state.tasks.attempts().size();

    std::map<Currency, Sums> by_currency;
    if (state.settings.is_open()) by_currency[state.settings.currency];
    state.ledger.accounts().for_each([&](AccountId, const ledger::Account& account) {
        Sums& sums = by_currency[account.currency];
        sums.balances[account.kind] += account.balance().micros;
        sums.debits += account.debits_posted.micros;
        sums.credits += account.credits_posted.micros;
        if (account.kind == ledger::AccountKind::escrow)
            sums.ordered += account.credits_pending.micros;
    });
    find_awaited(exchange);
    for (const TopUpId id : awaited_) {
        const ledger::TopUp& top_up = *state.ledger.find_top_up(id);
        Sums& sums = by_currency[top_up.currency];
        sums.awaited += top_up.amount.micros;
        ++sums.awaited_count;
    }
    for (auto& [currency, sums] : by_currency)
        overview.money.push_back(overview_of(currency, sums));
    return overview;
}

}  // namespace penstock::exchange

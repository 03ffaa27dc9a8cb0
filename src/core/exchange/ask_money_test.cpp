#include <gtest/gtest.h>

#include "core/exchange/handlers.h"
#include "core/exchange/state.h"

namespace penstock::exchange {
namespace {

/// Each account's turnover fits 64 bits; that of all accounts together need not.
TEST(TrialBalance, says_the_most_that_it_can_when_the_turnover_is_more) {
    constexpr std::uint64_t kParties = 10;
    State state;
    const Currency yuan = *Currency::parse("CNY");
    for (std::uint64_t party = 1; party <= kParties; ++party) {
        const AccountId from = state.ledger.ensure(ledger::AccountKind::fee, PartyId{party}, yuan);
        const AccountId to = state.ledger.ensure(ledger::AccountKind::cash, PartyId{party}, yuan);
        ASSERT_TRUE(state.ledger.post({from, to, kMoneyMax}));
    }
    v1::GetTrialBalanceResponse response;
    ASSERT_TRUE(get_trial_balance({state, {}, {}}, {}, response));
    EXPECT_EQ(response.accounts_size(), 2 * static_cast<int>(kParties));
    EXPECT_EQ(response.debits_posted(), INT64_MAX);
    EXPECT_EQ(response.credits_posted(), INT64_MAX);
    EXPECT_EQ(response.difference(), 0);
}

}  // namespace
}  // namespace penstock::exchange

#include "scenario/closing.h"

#include <fmt/core.h>

#include <map>

#include "core/exchange/state.h"
#include "penstock/v1/ledger.pb.h"

namespace penstock::scenario {
namespace {

using Kinds = std::map<v1::AccountKind, std::int64_t>;

/// Credits less debits of each kind of account.
Kinds balances(const v1::GetTrialBalanceResponse& books) {
    Kinds kinds;
    for (const v1::Account& account : books.accounts())
        kinds[account.kind()] += account.credits_posted() - account.debits_posted();
    return kinds;
}

}  // namespace

std::vector<std::string> close_books(Venue& venue, const Cast& cast, const Bank& bank) {
    std::vector<std::string> wrong = venue.exchange().broken_invariants();
    const auto books = venue.ask<v1::GetTrialBalanceResponse>(
        cast.operator_key, "LedgerService/GetTrialBalance", v1::GetTrialBalanceRequest{});
    std::int64_t sum = 0;
    for (const auto& [kind, balance] : balances(books)) {
        sum += balance;
        const bool must_be_empty = kind == v1::ACCOUNT_ESCROW || kind == v1::ACCOUNT_COMMITMENT ||
                                   kind == v1::ACCOUNT_SUSPENSE ||
                                   kind == v1::ACCOUNT_FEE_RECEIVABLE;
        if (must_be_empty && balance != 0)
            wrong.push_back(
                fmt::format("{} still holds {} micros", v1::AccountKind_Name(kind), balance));
    }
    if (sum != 0) wrong.push_back(fmt::format("the trial balance is off by {} micros", sum));
    for (const v1::Account& account : books.accounts()) {
        if (account.debits_pending() != 0 || account.credits_pending() != 0)
            wrong.push_back("account " + account.id() + " has holds left");
    }
    std::size_t open = 0;
    venue.exchange().state().contracts.contracts().for_each(
        [&](ContractId, const contract::Contract& contract) { open += !contract.is_final(); });
    if (open > 0) wrong.push_back(fmt::format("{} contracts have not ended", open));
    if (!bank.is_reconciled()) wrong.emplace_back("bank and books were not reconciled");
    return wrong;
}

}  // namespace penstock::scenario

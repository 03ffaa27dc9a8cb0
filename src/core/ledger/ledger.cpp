#include "core/ledger/ledger.h"

#include <string>

#include "base/assert.h"
#include "base/try.h"
#include "core/ledger/error.h"

namespace penstock::ledger {
AccountId Ledger::open(AccountKind kind, PartyId party, Currency currency, AccountFlags flags) {
    PENSTOCK_ASSERT(!flags.debits_must_not_exceed_credits || !flags.credits_must_not_exceed_debits);
    const auto [place, is_new] = accounts_of_[party].try_emplace({kind, currency});
    PENSTOCK_ASSERT(is_new);
    Account account;
    account.kind = kind;
    account.party = party;
    account.currency = currency;
    account.flags = flags;
    place->second = accounts_.add(account).first;
    return place->second;
}

AccountId Ledger::ensure(AccountKind kind, PartyId party, Currency currency) {
    const AccountId found = find(kind, party, currency);
    return found ? found : open(kind, party, currency, standard_flags(kind));
}

AccountId Ledger::find(AccountKind kind, PartyId party, Currency currency) const {
    const auto owner = accounts_of_.find(party);
    if (owner == accounts_of_.end()) return {};
    const auto found = owner->second.find({kind, currency});
    return found == owner->second.end() ? AccountId{} : found->second;
}

std::vector<AccountId> Ledger::accounts_of(PartyId party) const {
    std::vector<AccountId> found;
    if (const auto owner = accounts_of_.find(party); owner != accounts_of_.end()) {
        for (const auto& [key, account] : owner->second) found.push_back(account);
    }
    return found;
}

Result<void> Ledger::close(AccountId account) {
    Account* found = accounts_.find(account);
    if (found == nullptr) return reject(kAccountNotFound);
    found->flags.closed = true;
    return {};
}

Result<void> Ledger::reopen(AccountId account) {
    Account* found = accounts_.find(account);
    if (found == nullptr) return reject(kAccountNotFound);
    found->flags.closed = false;
    return {};
}

}  // namespace penstock::ledger

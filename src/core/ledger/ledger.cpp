#include "core/ledger/ledger.h"

#include <string>

#include "base/assert.h"
#include "base/try.h"
#include "core/ledger/error.h"

namespace penstock::ledger {
namespace {

/// The whole ladder of refusals, in its documented order. The accounts are as they would be when
/// the transfer's turn comes; a null one does not exist.
///
/// Held and posted transfers are judged alike: what is pending already counts against the limits,
/// so that posting a hold can never fail for want of money.
Result<void> judge(const TransferRequest& request, const Account* debit, const Account* credit) {
    const Money amount = request.amount;
    if (amount <= Money{}) return reject(kAmountNotPositive);
    if (amount > kMoneyMax) return reject(kAmountTooLarge);
    if (debit == nullptr || credit == nullptr) return reject(kAccountNotFound);
    if (request.debit == request.credit) return reject(kAccountsMustDiffer);
    if (debit->currency != credit->currency) return reject(kCurrencyMismatch);
    if (debit->flags.closed || credit->flags.closed) return reject(kAccountClosed);

    const Money debits = debit->debits_pending + debit->debits_posted + amount;
    const Money credits = credit->credits_pending + credit->credits_posted + amount;
    if (debits > kMoneyMax || credits > kMoneyMax) return reject(kAccountOverflow);
    if (debit->flags.debits_must_not_exceed_credits && debits > debit->credits_posted) {
        return reject(kInsufficientFunds);
    }
    if (credit->flags.credits_must_not_exceed_debits && credits > credit->debits_posted) {
        return reject(kExceedsDebits);
    }
    return {};
}

/// Says which transfer of a chain was refused.
std::unexpected<Error> refused_at(std::size_t index, std::size_t count, const Error& error) {
    return reject(error.rejection(), {},
                  "(Transfer " + std::to_string(index + 1) + " of " + std::to_string(count) + ".)");
}

}  // namespace

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

void Ledger::record(Account& debit, Account& credit, Money amount, Stage stage) {
    (stage == Stage::pending ? debit.debits_pending : debit.debits_posted) += amount;
    (stage == Stage::pending ? credit.credits_pending : credit.credits_posted) += amount;
}

void Ledger::take_back(Account& debit, Account& credit, Money amount, Stage stage) {
    record(debit, credit, -amount, stage);
}

Result<void> Ledger::record_one(const TransferRequest& request, Stage stage) {
    Account* debit = accounts_.find(request.debit);
    Account* credit = accounts_.find(request.credit);
    TRY(judge(request, debit, credit));
    record(*debit, *credit, request.amount, stage);
    return {};
}

Result<void> Ledger::record_chain(std::span<const TransferRequest> chain, Stage stage) {
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const Result<void> done = record_one(chain[i], stage);
        if (done) continue;
        for (std::size_t back = i; back-- > 0;) {
            take_back(accounts_.at(chain[back].debit), accounts_.at(chain[back].credit),
                      chain[back].amount, stage);
        }
        return refused_at(i, chain.size(), done.error());
    }
    return {};
}

Result<void> Ledger::check_chain(std::span<const TransferRequest> chain, Stage stage) const {
    std::map<AccountId, Account> touched;
    const auto touch = [&](AccountId id) -> Account* {
        if (const auto known = touched.find(id); known != touched.end()) return &known->second;
        const Account* account = accounts_.find(id);
        return account == nullptr ? nullptr : &touched.emplace(id, *account).first->second;
    };
    for (std::size_t i = 0; i < chain.size(); ++i) {
        Account* debit = touch(chain[i].debit);
        Account* credit = touch(chain[i].credit);
        const Result<void> judged = judge(chain[i], debit, credit);
        if (!judged) return refused_at(i, chain.size(), judged.error());
        record(*debit, *credit, chain[i].amount, stage);
    }
    return {};
}

Result<TransferId> Ledger::post(const TransferRequest& request) {
    TRY(record_one(request, Stage::posted));
    return held_.skip();
}

Result<void> Ledger::check(std::span<const TransferRequest> chain) const {
    return check_chain(chain, Stage::posted);
}

Result<std::vector<TransferId>> Ledger::post_linked(std::span<const TransferRequest> chain) {
    TRY(record_chain(chain, Stage::posted));
    std::vector<TransferId> ids(chain.size());
    for (TransferId& id : ids) id = held_.skip();
    return ids;
}

Result<TransferId> Ledger::hold(const TransferRequest& request) {
    TRY(record_one(request, Stage::pending));
    return held_.add({request.debit, request.credit, request.amount}).first;
}

Result<void> Ledger::check_hold(std::span<const TransferRequest> chain) const {
    return check_chain(chain, Stage::pending);
}

Result<std::vector<TransferId>> Ledger::hold_linked(std::span<const TransferRequest> chain) {
    TRY(record_chain(chain, Stage::pending));
    std::vector<TransferId> ids;
    ids.reserve(chain.size());
    for (const TransferRequest& request : chain) {
        ids.push_back(held_.add({request.debit, request.credit, request.amount}).first);
    }
    return ids;
}

Result<void> Ledger::check_post_held(TransferId hold, Money amount) const {
    const HeldTransfer* held = held_.find(hold);
    if (held == nullptr) return reject(kHoldNotFound);
    if (amount <= Money{}) return reject(kAmountNotPositive);
    if (amount > held->amount) return reject(kExceedsHeldAmount);
    if (account(held->debit).flags.closed || account(held->credit).flags.closed) {
        return reject(kAccountClosed);
    }
    return {};
}

Result<TransferId> Ledger::post_held(TransferId hold, Money amount) {
    TRY(check_post_held(hold, amount));
    const HeldTransfer& held = held_.at(hold);
    Account& debit = accounts_.at(held.debit);
    Account& credit = accounts_.at(held.credit);
    take_back(debit, credit, held.amount, Stage::pending);
    record(debit, credit, amount, Stage::posted);
    held_.erase(hold);
    return held_.skip();
}

Result<void> Ledger::void_held(TransferId hold) {
    const HeldTransfer* held = held_.find(hold);
    if (held == nullptr) return reject(kHoldNotFound);
    take_back(accounts_.at(held->debit), accounts_.at(held->credit), held->amount, Stage::pending);
    held_.erase(hold);
    return {};
}

}  // namespace penstock::ledger

#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/assert.h"
#include "base/error.h"
#include "base/id.h"
#include "base/id_map.h"
#include "base/id_table.h"
#include "base/money.h"
#include "base/time.h"
#include "core/ledger/chosen_ids.h"
#include "core/ledger/transfer.h"
#include "core/ledger/types.h"

namespace penstock::ledger {

/// Accounts and the transfers between them, in double entry: whatever is debited is credited.
///
/// Every refusal leaves the ledger exactly as it was. Errors of top-ups name a request field; those
/// of transfers do only where an id was chosen, since no caller of the exchange spells out others.
/// One thread at a time; deterministic.
class Ledger {
  public:
    /// Opens an account; there must be none yet of this kind, party and currency.
    /// @param party  0 for the exchange's own accounts.
    AccountId open(AccountKind kind, PartyId party, Currency currency, AccountFlags flags);
    /// The account of this kind, opened with standard_flags() if there is none.
    AccountId ensure(AccountKind kind, PartyId party, Currency currency);

    /// Null when there is none. The pointer stays valid for the ledger's life.
    const Account* find(AccountId account) const { return accounts_.find(account); }
    /// The id 0 when there is none.
    AccountId find(AccountKind kind, PartyId party, Currency currency) const;
    /// The account, which must exist.
    const Account& account(AccountId account) const { return accounts_.at(account); }
    /// A party's accounts, by kind and then currency; empty when it has none.
    std::vector<AccountId> accounts_of(PartyId party) const;
    /// All accounts, in the order of their ids.
    const IdTable<AccountId, Account>& accounts() const { return accounts_; }

    /// From now on the account takes no transfer; what is held on it can still be voided.
    /// @retval kAccountNotFound
    Result<void> close(AccountId account);
    /// Undoes close().
    /// @retval kAccountNotFound
    Result<void> reopen(AccountId account);

    /// Carries a transfer out (transfer.h). README.md gives the order in which refusals are looked
    /// for. O(log n).
    /// @param now  Of the journal; matters to chosen ids and to holds that end by themselves.
    Result<Recorded> execute(const Transfer& transfer, Instant now);
    /// Carries out all transfers, in order, each judged as those before it have left the accounts,
    /// or none. A hold may end in the chain in which it was made. A chain that is asked for again
    /// under the same ids is answered as the first time; one of which a part was done is refused.
    /// @return What became of each; errors as of one, with its place.
    Result<std::vector<Recorded>> execute(std::span<const Transfer> chain, Instant now);
    /// Releases a hold whose time has passed.
    /// @retval kHoldNotFound  Also when its time has not passed.
    Result<void> expire(TransferId hold, Instant now);

    // For what has no chosen id and no time-out.

    Result<TransferId> post(Transfer transfer) {
        PENSTOCK_ASSERT(!transfer.id);
        transfer.kind = TransferKind::post;
        return id_of(execute(transfer, Instant{}));
    }
    Result<TransferId> hold(Transfer transfer) {
        PENSTOCK_ASSERT(!transfer.id && transfer.timeout == Duration{});
        transfer.kind = TransferKind::hold;
        return id_of(execute(transfer, Instant{}));
    }
    /// Moves `amount` of what is held, and releases the rest.
    /// @return The posting's own id.
    Result<TransferId> post_held(TransferId hold, Money amount) {
        return id_of(
            execute({.amount = amount, .kind = TransferKind::post_held, .hold = hold}, Instant{}));
    }
    /// Releases all that is held, also on a closed account.
    Result<TransferId> void_held(TransferId hold) {
        return id_of(execute({.kind = TransferKind::void_held, .hold = hold}, Instant{}));
    }

    /// Null when never held, or resolved.
    const HeldTransfer* find_held(TransferId hold) const { return held_.find(hold); }
    const IdTable<TransferId, HeldTransfer>& held() const { return held_; }
    /// What an id was chosen for; null when it was not, or that is forgotten.
    const ChosenIds::Use* find_chosen(const ChosenId& id) const { return chosen_.find(id); }

    /// The id that the next transfer will get.
    TransferId next_transfer() const { return held_.next_id(); }

    /// Announces a bank transfer, and opens the party's cash and the bank's account if need be.
    /// @return The top-up; what the payer writes on the transfer is top_up_reference() of it.
    /// @retval kAmountNotPositive, kAmountTooLarge (field "amount")
    Result<TopUpId> request_top_up(PartyId party, Money amount, Currency currency);
    /// Credits the party's cash against the bank, once for each top-up and each bank entry.
    /// @retval kTopUpNotFound, kTopUpAlreadyConfirmed (field "top_up"), kBankReferenceInvalid,
    ///         kBankReferenceUsed (field "bank_reference"), kTopUpAmountMismatch (field "amount"),
    ///         kAccountClosed, kAccountOverflow
    Result<TransferId> confirm_top_up(TopUpId top_up, const BankEntry& entry);
    /// Whether confirm_top_up() would do more than move the money.
    /// @retval As confirm_top_up(), up to kTopUpAmountMismatch
    Result<void> check_top_up(TopUpId top_up, const BankEntry& entry) const;
    /// For a top-up whose money has been moved otherwise.
    void set_confirmed(TopUpId top_up) { top_ups_.at(top_up).confirmed = true; }
    /// Whether a bank could have given it to a payment.
    /// @retval kBankReferenceInvalid (field "bank_reference")
    static Result<void> check_reference_form(const std::string& reference);
    /// Whether an entry of the bank may be booked under this number.
    /// @retval kBankReferenceInvalid, kBankReferenceUsed (field "bank_reference")
    Result<void> check_bank_reference(const std::string& reference) const;
    /// No entry is booked under it any more.
    void use_bank_reference(const std::string& reference) { bank_references_.insert(reference); }
    /// Null when there is none; confirmed ones are kept.
    const TopUp* find_top_up(TopUpId top_up) const { return top_ups_.find(top_up); }
    const IdTable<TopUpId, TopUp>& top_ups() const { return top_ups_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(accounts_, accounts_of_, held_, chosen_, top_ups_, bank_references_);
    }

  private:
    enum class Stage { pending, posted };
    /// What a party's account is found by.
    struct AccountKey {
        AccountKind kind = AccountKind::cash;
        Currency currency;
        auto operator<=>(const AccountKey&) const = default;
        template <class Archive>
        void visit(Archive& archive) {
            archive(kind, currency);
        }
    };

    /// The hold that a transfer has ended.
    struct Ended {
        TransferId hold;
        HeldTransfer held;
        AccountFlags debit_flags{};  ///< As they were before.
        AccountFlags credit_flags{};
    };

    static Result<TransferId> id_of(const Result<Recorded>& recorded) {
        if (!recorded) return std::unexpected(recorded.error());
        return recorded->id;
    }
    static void record(Account& debit, Account& credit, Money amount, Stage stage);
    Result<Recorded> do_one(const Transfer& transfer, Instant now, Ended& ended);
    void undo(const Transfer& transfer, const Recorded& recorded, const Ended& ended);
    Result<Recorded> move(const Transfer& transfer, Instant now);
    Result<Recorded> end_hold(const Transfer& transfer, Instant now, Ended& ended);
    Result<TransferId> find_hold(const Transfer& transfer) const;
    Result<void> check_end(const Transfer& transfer, const HeldTransfer& held, Instant now) const;
    void release(TransferId hold, ChosenIds::Fate fate);

    IdTable<AccountId, Account> accounts_;
    IdMap<PartyId, std::map<AccountKey, AccountId>> accounts_of_;
    /// Numbers all transfers; keeps those that are held.
    IdTable<TransferId, HeldTransfer> held_;
    ChosenIds chosen_;
    IdTable<TopUpId, TopUp> top_ups_;
    std::set<std::string> bank_references_;
};

}  // namespace penstock::ledger

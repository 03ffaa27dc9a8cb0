#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/id_map.h"
#include "base/id_table.h"
#include "base/money.h"
#include "core/ledger/types.h"

namespace penstock::ledger {

/// Accounts and the transfers between them, in double entry: whatever is debited is credited.
///
/// Every refusal leaves the ledger exactly as it was. Errors of transfers name no request field,
/// since no caller of the exchange spells out transfers; those of top-ups do. One thread at a time;
/// deterministic.
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

    /// Moves money at once.
    /// @return The transfer's id, unique for the life of the journal; the transfer is not kept.
    /// @retval kAmountNotPositive, kAmountTooLarge, kAccountNotFound, kAccountsMustDiffer,
    ///         kCurrencyMismatch, kAccountClosed, kAccountOverflow, kInsufficientFunds,
    ///         kExceedsDebits
    /// O(1).
    Result<TransferId> post(const TransferRequest& request);

    /// Would post_linked() succeed? Each transfer is judged as if those before it had been done.
    /// O(n log n).
    Result<void> check(std::span<const TransferRequest> chain) const;
    /// Posts all transfers, in order, or none. @return Their ids, consecutive; errors as post().
    Result<std::vector<TransferId>> post_linked(std::span<const TransferRequest> chain);

    /// Sets money aside on both accounts. It counts against the payer's limit at once, and is not
    /// the receiver's to spend until posted. @return The hold; errors as post().
    Result<TransferId> hold(const TransferRequest& request);
    /// Would hold_linked() succeed?
    Result<void> check_hold(std::span<const TransferRequest> chain) const;
    /// Holds all, in order, or none. @return Their ids, consecutive; errors as post().
    Result<std::vector<TransferId>> hold_linked(std::span<const TransferRequest> chain);

    /// Null when never held, or resolved.
    const HeldTransfer* find_held(TransferId hold) const { return held_.find(hold); }
    const IdTable<TransferId, HeldTransfer>& held() const { return held_; }

    /// Would post_held() succeed?
    Result<void> check_post_held(TransferId hold, Money amount) const;
    /// Moves `amount` of what is held, and releases the rest.
    /// @return The posting's own id.
    /// @retval kHoldNotFound, kAmountNotPositive, kExceedsHeldAmount, kAccountClosed
    Result<TransferId> post_held(TransferId hold, Money amount);
    /// Releases all that is held, also on a closed account.
    /// @retval kHoldNotFound
    Result<void> void_held(TransferId hold);

    /// The id that the next transfer will get.
    TransferId next_transfer() const { return held_.next_id(); }

    /// Announces a bank transfer, and opens the party's cash and the bank's account if need be.
    /// @return The top-up; what the payer writes on the transfer is top_up_reference() of it.
    /// @retval kAmountNotPositive, kAmountTooLarge (field "amount")
    Result<TopUpId> request_top_up(PartyId party, Money amount, Currency currency);
    /// Would confirm_top_up() succeed?
    Result<void> check_confirm_top_up(TopUpId top_up, const BankEntry& entry) const;
    /// Credits the party's cash against the bank, once for each top-up and each bank entry.
    /// @retval kTopUpNotFound, kTopUpAlreadyConfirmed (field "top_up"), kBankReferenceInvalid,
    ///         kBankReferenceUsed (field "bank_reference"), kTopUpAmountMismatch (field "amount"),
    ///         kAccountClosed, kAccountOverflow
    Result<TransferId> confirm_top_up(TopUpId top_up, const BankEntry& entry);
    /// Null when there is none; confirmed ones are kept.
    const TopUp* find_top_up(TopUpId top_up) const { return top_ups_.find(top_up); }

    template <class Archive>
    void visit(Archive& archive) {
        archive(accounts_, accounts_of_, held_, top_ups_, bank_references_);
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

    static void record(Account& debit, Account& credit, Money amount, Stage stage);
    static void take_back(Account& debit, Account& credit, Money amount, Stage stage);
    TransferRequest top_up_transfer(const TopUp& top_up) const;
    Result<void> check_chain(std::span<const TransferRequest> chain, Stage stage) const;
    Result<void> record_chain(std::span<const TransferRequest> chain, Stage stage);
    Result<void> record_one(const TransferRequest& request, Stage stage);

    IdTable<AccountId, Account> accounts_;
    IdMap<PartyId, std::map<AccountKey, AccountId>> accounts_of_;
    /// Numbers all transfers; keeps those that are held.
    IdTable<TransferId, HeldTransfer> held_;
    IdTable<TopUpId, TopUp> top_ups_;
    std::set<std::string> bank_references_;
};

}  // namespace penstock::ledger

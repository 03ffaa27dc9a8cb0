#include <algorithm>

#include "base/try.h"
#include "core/ledger/error.h"
#include "core/ledger/ledger.h"

namespace penstock::ledger {
namespace {

/// What a bank writes as the number of an entry.
bool is_bank_reference(const std::string& text) {
    constexpr std::size_t kLongest = 64;
    return !text.empty() && text.size() <= kLongest &&
           std::ranges::all_of(text, [](char letter) { return letter >= ' ' && letter <= '~'; });
}

}  // namespace

std::string top_up_reference(TopUpId top_up) {
    return "PSK-TOPUP-" + std::to_string(top_up.value);
}

Result<TopUpId> Ledger::request_top_up(PartyId party, Money amount, Currency currency) {
    if (amount <= Money{}) return reject(kAmountNotPositive, "amount");
    if (amount > kMoneyMax) return reject(kAmountTooLarge, "amount");
    ensure(AccountKind::bank, PartyId{}, currency);
    ensure(AccountKind::cash, party, currency);
    return top_ups_.add({.party = party, .amount = amount, .currency = currency}).first;
}

Result<void> Ledger::check_reference_form(const std::string& reference) {
    if (!is_bank_reference(reference)) return reject(kBankReferenceInvalid, "bank_reference");
    return {};
}

Result<void> Ledger::check_bank_reference(const std::string& reference) const {
    TRY(check_reference_form(reference));
    if (bank_references_.contains(reference)) return reject(kBankReferenceUsed, "bank_reference");
    return {};
}

Result<void> Ledger::check_top_up(TopUpId top_up, const BankEntry& entry) const {
    const TopUp* announced = top_ups_.find(top_up);
    if (announced == nullptr) return reject(kTopUpNotFound, "top_up");
    if (announced->confirmed) return reject(kTopUpAlreadyConfirmed, "top_up");
    TRY(check_bank_reference(entry.reference));
    if (entry.amount != announced->amount || entry.currency != announced->currency) {
        return reject(kTopUpAmountMismatch, "amount");
    }
    return {};
}

Result<TransferId> Ledger::confirm_top_up(TopUpId top_up, const BankEntry& entry) {
    TRY(check_top_up(top_up, entry));
    TopUp* announced = top_ups_.find(top_up);
    TRY_ASSIGN(const TransferId transfer,
               post({.debit = find(AccountKind::bank, PartyId{}, announced->currency),
                     .credit = find(AccountKind::cash, announced->party, announced->currency),
                     .amount = announced->amount}));
    announced->confirmed = true;
    bank_references_.insert(entry.reference);
    return transfer;
}

}  // namespace penstock::ledger

#include "core/custody/withdrawals.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "base/try.h"
#include "core/custody/error.h"

namespace penstock::custody {

std::string withdrawal_reference(WithdrawalId withdrawal) {
    return "PSK-WITHDRAWAL-" + std::to_string(withdrawal.value);
}

namespace {

bool is_line(std::string_view text) {
    return text.size() <= kNoteMax && is_label(text, {.maximum = kNoteMax});
}

}  // namespace

Result<void> check_note(std::string_view text, std::string_view field) {
    if (!is_line(text)) return reject(kNoteInvalid, field);
    return {};
}

Result<void> Withdrawals::check_request(PartyId party, Money amount, std::string_view payee) const {
    if (amount.micros % kMicrosPerFen != 0) return reject(kAmountNotPayable, "amount");
    const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
    if (!is_line(payee) || std::ranges::count_if(payee, is_digit) > kPayeeDigitsMax)
        return reject(kPayeeInvalid, "payee");
    const auto open = open_of_.find(party);
    if (open != open_of_.end() && open->second >= kOpenWithdrawalsMax)
        return reject(kTooManyWithdrawals);
    return {};
}

WithdrawalId Withdrawals::request(Withdrawal withdrawal) {
    ++open_of_[withdrawal.party];
    return open_.add(std::move(withdrawal)).first;
}

void Withdrawals::count() {
    open_of_.clear();
    open_.for_each(
        [this](WithdrawalId, const Withdrawal& withdrawal) { ++open_of_[withdrawal.party]; });
}

Result<void> Withdrawals::check(WithdrawalId id, Step step, UserId officer) const {
    const Withdrawal* withdrawal = open_.find(id);
    if (withdrawal == nullptr) return reject(kWithdrawalNotFound, "withdrawal");
    if (!after(withdrawal->state, step)) return reject(kWithdrawalState, "withdrawal");
    if (officer && withdrawal->approved_by == officer) return reject(kSecondOfficerNeeded);
    return {};
}

void Withdrawals::approve(WithdrawalId id, UserId officer, TransferId hold) {
    Withdrawal& withdrawal = open_.at(id);
    PENSTOCK_ASSERT(withdrawal.state == WithdrawalState::requested && officer);
    withdrawal.state = WithdrawalState::approved;
    withdrawal.approved_by = officer;
    withdrawal.hold = hold;
}

Withdrawal Withdrawals::end(WithdrawalId id, Step step) {
    Withdrawal ended = open_.at(id);
    const auto state = after(ended.state, step);
    PENSTOCK_ASSERT(state && is_final(*state));
    ended.state = *state;
    open_.erase(id);
    const auto count = open_of_.find(ended.party);
    if (--count->second == 0) open_of_.erase(count);
    return ended;
}

}  // namespace penstock::custody

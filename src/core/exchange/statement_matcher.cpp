#include "core/exchange/statement_matcher.h"

#include <charconv>
#include <string_view>

#include "core/exchange/sub_accounts.h"

namespace penstock::exchange {
namespace {

using custody::Entry;
using custody::Reason;

/// The id in "PSK-TOPUP-7"; 0 when it is none.
template <class IdType>
IdType id_in(std::string_view reference, std::string (*write)(IdType)) {
    const std::size_t digits = reference.find_last_of('-') + 1;
    IdType id;
    const char* end = reference.data() + reference.size();
    const auto [last, error] = std::from_chars(reference.data() + digits, end, id.value);
    return error == std::errc{} && last == end && write(id) == reference ? id : IdType{};
}

InstructionId instruction_in(const Entry& entry) {
    return id_in<InstructionId>(entry.reference, custody::instruction_reference);
}

/// Whether the adviser sends a reference only so that a person looks at it.
bool is_doubtful(const Entry& entry) {
    return entry.reason == Reason::several_candidates || entry.reason == Reason::reversal;
}

}  // namespace

Booking StatementMatcher::book(const Entry& entry) {
    Booking booking = match(entry);
    if (booking.state == v1::BANK_ENTRY_IN_BOOKS || booking.instruction)
        booking.moves = false;
    else if (booking.state == v1::BANK_ENTRY_UNEXPLAINED)
        booking.moves = -entry.amount <= room_;
    // The money of a withdrawal has its room already, and what only changes its place needs
    // none.
    if (booking.moves && !booking.withdrawal) room_ += entry.amount;
    return booking;
}

Booking StatementMatcher::match(const Entry& entry) {
    Booking booking;
    booking.entry = &entry;
    booking.bank_reference = entry.bank_reference.empty() ? entry.identity : entry.bank_reference;
    // Banks give both entries of a transfer one number, so that it says nothing of them.
    if (find_instruction(booking)) return booking;
    const auto* transit = state_.bank_book.find_transit(booking.bank_reference);
    const bool is_first = references_.insert(booking.bank_reference).second;
    if (is_first && transit != nullptr && transit->amount == entry.amount) {
        booking.state = v1::BANK_ENTRY_IN_BOOKS;
    } else if (state_.sub_accounts.are_used() && custody::names_instruction(entry.reference)) {
        // Late, repeated, altered or returned: money that was here before, and is nobody's twice.
        booking.reason = why_it_moves_nothing(entry);
    } else if (!is_first || !state_.ledger.check_bank_reference(booking.bank_reference)) {
        booking.reason =
            transit != nullptr && is_first ? Reason::amount_differs : Reason::reference_used;
    } else if (const PartyId party = state_.sub_accounts.party_of(entry.sub_account);
               party && entry.amount > Money{} && entry.reason != Reason::reversal) {
        credit(booking, party);
    } else if (!entry.sub_account.empty() && !party) {
        booking.reason = Reason::sub_account_unknown;
    } else if (entry.reference.empty()) {
        booking.reason = entry.reason;
    } else if (entry.amount > Money{}) {
        find_top_up(booking);
    } else {
        find_withdrawal(booking);
    }
    return booking;
}

bool StatementMatcher::find_instruction(Booking& booking) {
    const Entry& entry = *booking.entry;
    const InstructionId id = instruction_in(entry);
    const custody::Instruction* instruction = id ? state_.sub_accounts.find(id) : nullptr;
    if (instruction == nullptr || is_doubtful(entry) ||
        !custody::SubAccounts::is_side(*instruction, entry.sub_account, entry.amount) ||
        !sides_.insert({id, entry.sub_account}).second)
        return false;
    booking.state = v1::BANK_ENTRY_MOVED;
    booking.instruction = id;
    return true;
}

Reason StatementMatcher::why_it_moves_nothing(const Entry& entry) const {
    if (is_doubtful(entry)) return entry.reason;
    const InstructionId id = instruction_in(entry);
    const custody::Instruction* open = id ? state_.sub_accounts.find(id) : nullptr;
    if (open == nullptr)
        return state_.sub_accounts.was_issued(id) ? Reason::reference_used
                                                  : Reason::reference_unknown;
    const bool is_own = entry.sub_account.empty();
    if (!is_own && entry.sub_account != open->sub_account) return Reason::sub_account_differs;
    const bool was_shown = is_own ? open->own_shown : open->shown;
    return was_shown || sides_.contains({id, entry.sub_account}) ? Reason::reference_used
                                                                 : Reason::amount_differs;
}

void StatementMatcher::credit(Booking& booking, PartyId party) {
    find_top_up(booking);
    const bool is_announced =
        booking.top_up && state_.ledger.find_top_up(booking.top_up)->party == party;
    if (!is_announced) {
        if (booking.top_up) top_ups_.erase(booking.top_up);
        booking.top_up = {};
        booking.party = party;
    }
    booking.state = v1::BANK_ENTRY_CREDITED;
}

void StatementMatcher::find_top_up(Booking& booking) {
    const TopUpId id = id_in<TopUpId>(booking.entry->reference, ledger::top_up_reference);
    const ledger::TopUp* top_up = id ? state_.ledger.find_top_up(id) : nullptr;
    if (top_up == nullptr) {
        booking.reason = Reason::reference_unknown;
    } else if (top_up->confirmed || top_ups_.contains(id)) {
        booking.reason = Reason::reference_used;
    } else if (top_up->amount != booking.entry->amount) {
        booking.reason = Reason::amount_differs;
    } else {
        booking.state = v1::BANK_ENTRY_CREDITED;
        booking.top_up = id;
        top_ups_.insert(id);
    }
}

void StatementMatcher::find_withdrawal(Booking& booking) {
    const WithdrawalId id =
        id_in<WithdrawalId>(booking.entry->reference, custody::withdrawal_reference);
    const custody::Withdrawal* withdrawal = id ? state_.withdrawals.find(id) : nullptr;
    if (withdrawal == nullptr || withdrawal->state != custody::WithdrawalState::approved) {
        booking.reason = Reason::reference_unknown;
    } else if (withdrawals_.contains(id)) {
        booking.reason = Reason::reference_used;
    } else if (withdrawal->amount != -booking.entry->amount) {
        booking.reason = Reason::amount_differs;
    } else if (state_.sub_accounts.are_used() &&
               state_.sub_accounts.number_of(holder_of(state_, withdrawal->party)) !=
                   booking.entry->sub_account) {
        booking.reason = Reason::sub_account_differs;
    } else if (!officer_ || officer_ == withdrawal->approved_by) {
        booking.reason = Reason::second_officer_needed;
    } else {
        booking.state = v1::BANK_ENTRY_PAID;
        booking.withdrawal = id;
        withdrawals_.insert(id);
    }
}

}  // namespace penstock::exchange

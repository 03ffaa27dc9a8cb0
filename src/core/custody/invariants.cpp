#include "core/custody/invariants.h"

#include <map>

namespace penstock::custody {

std::vector<std::string> broken_invariants(const Withdrawals& withdrawals) {
    std::vector<std::string> broken;
    std::map<PartyId, std::uint32_t> open_of;
    withdrawals.open().for_each([&](WithdrawalId id, const Withdrawal& withdrawal) {
        ++open_of[withdrawal.party];
        if (is_final(withdrawal.state)) broken.push_back(id.text() + ": has ended, and is kept");
        const bool is_approved = withdrawal.state == WithdrawalState::approved;
        if (is_approved != static_cast<bool>(withdrawal.approved_by))
            broken.push_back(id.text() + ": is approved by nobody, or not approved by somebody");
    });
    if (open_of != withdrawals.open_of())
        broken.emplace_back("custody: open withdrawals are counted wrongly");
    return broken;
}

std::vector<std::string> broken_invariants(const BankBook& book) {
    std::vector<std::string> broken;
    if (book.closing() < Money{}) broken.emplace_back("custody: the bank account is overdrawn");
    if (book.has_statement() && book.account().empty())
        broken.emplace_back("custody: there are statements of no account");
    book.unexplained().for_each([&](BankEntryId id, const Unexplained& entry) {
        const bool same_sign = (entry.amount > Money{}) == (entry.remaining > Money{});
        const bool is_part = entry.amount > Money{} ? entry.remaining <= entry.amount
                                                    : entry.remaining >= entry.amount;
        if (entry.remaining == Money{} || !same_sign || !is_part)
            broken.push_back(id.text() + ": what remains is no part of it");
        if (!entry.is_booked && entry.remaining != entry.amount)
            broken.push_back(id.text() + ": is explained in part, and not booked");
    });
    return broken;
}

}  // namespace penstock::custody

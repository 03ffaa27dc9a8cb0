#include <cstdint>
#include <string>
#include <utility>

#include "base/try.h"
#include "core/exchange/amounts.h"
#include "core/exchange/handlers.h"
#include "core/exchange/page.h"

namespace penstock::exchange {
namespace {

/// So that a page of open payments among many settled ones costs no more than this.
constexpr std::uint32_t kLookedAt = 20'000;
/// Cursors from here on are those of withdrawals, which follow the top-ups.
constexpr std::uint64_t kWithdrawals = std::uint64_t{1} << 62;
/// And then the transfer instructions.
constexpr std::uint64_t kInstructions = std::uint64_t{1} << 63;

/// Adds the open payments of a table to a page.
/// @param after  Behind which thing of the table to begin.
/// @param first  The cursor that stands before the table.
/// @param add    Adds a thing's payment, if it is open.
/// @return Whether that was the table's end; else the cursor tells where to go on.
template <class IdType, class Thing, class Add>
bool add_payments(const IdTable<IdType, Thing>& table, IdType after, std::uint64_t first,
                  std::uint32_t size, v1::ListAnnouncedPaymentsResponse& response, Add add) {
    std::uint32_t looked_at = 0;
    IdType last = after;
    for (IdType id = table.first_after(last); id; id = table.first_after(id)) {
        if (static_cast<std::uint32_t>(response.payments_size()) == size ||
            ++looked_at > kLookedAt) {
            response.mutable_page()->set_next_cursor(std::to_string(first + last.value));
            return false;
        }
        last = id;
        add(id, table.at(id));
    }
    return true;
}

}  // namespace

Result<void> get_custody(const View& view, const v1::GetCustodyRequest&, v1::Custody& response) {
    response.set_bank_account(view.state.bank_book.account());
    response.set_officers(view.state.settings.money_officers);
    response.set_mode(view.state.sub_accounts.are_used() ? v1::CUSTODY_SUB_ACCOUNTS
                                                         : v1::CUSTODY_PREPAID);
    return {};
}

/// Top-ups by number, the withdrawals that the bank may have paid, and what it is to move.
Result<void> list_announced_payments(const View& view,
                                     const v1::ListAnnouncedPaymentsRequest& request,
                                     v1::ListAnnouncedPaymentsResponse& response) {
    const State& state = view.state;
    TRY_ASSIGN(const Page page, read_page(request.page()));
    response.mutable_page();
    const auto add = [&](std::string reference, Money amount) {
        v1::AnnouncedPayment& payment = *response.add_payments();
        payment.set_reference(std::move(reference));
        payment.set_amount_micros(amount.micros);
        payment.set_currency(std::string(state.settings.currency.text()));
    };
    const bool is_at_top_ups = page.after < kWithdrawals;
    if (is_at_top_ups && !add_payments(state.ledger.top_ups(), TopUpId{page.after}, 0, page.size,
                                       response, [&](TopUpId id, const ledger::TopUp& top_up) {
                                           if (!top_up.confirmed)
                                               add(ledger::top_up_reference(id), top_up.amount);
                                       }))
        return {};
    const bool is_at_withdrawals = page.after < kInstructions;
    const WithdrawalId after{is_at_top_ups ? 0 : page.after - kWithdrawals};
    if (is_at_withdrawals &&
        !add_payments(state.withdrawals.open(), after, kWithdrawals, page.size, response,
                      [&](WithdrawalId id, const custody::Withdrawal& withdrawal) {
                          if (withdrawal.state == custody::WithdrawalState::approved)
                              add(custody::withdrawal_reference(id), -withdrawal.amount);
                      }))
        return {};
    const InstructionId last{is_at_withdrawals ? 0 : page.after - kInstructions};
    add_payments(state.sub_accounts.instructions(), last, kInstructions, page.size, response,
                 [&](InstructionId id, const custody::Instruction& instruction) {
                     add(custody::instruction_reference(id), instruction.amount);
                 });
    return {};
}

Result<void> list_unmatched(const View& view, const v1::ListUnmatchedRequest& request,
                            v1::ListUnmatchedResponse& response) {
    TRY_ASSIGN(const Page page, read_page(request.page()));
    const auto& entries = view.state.bank_book.unexplained();
    response.mutable_page();
    BankEntryId last{page.after};
    for (BankEntryId id = entries.first_after(last); id; id = entries.first_after(id)) {
        if (static_cast<std::uint32_t>(response.entries_size()) == page.size) {
            response.mutable_page()->set_next_cursor(std::to_string(last.value));
            return {};
        }
        last = id;
        const custody::Unexplained& entry = entries.at(id);
        v1::UnmatchedEntry& out = *response.add_entries();
        out.set_entry(id.text());
        out.set_statement(entry.statement.text());
        out.set_booking_day(entry.day);
        out.set_amount_micros(entry.amount.micros);
        out.set_remaining_micros(entry.remaining.micros);
        out.set_reason(static_cast<v1::BankMatchKind>(entry.reason));
        out.set_reference(entry.reference);
        out.set_bank_reference(entry.bank_reference);
        out.set_not_booked(!entry.is_booked);
        out.set_sub_account(entry.sub_account);
    }
    return {};
}

}  // namespace penstock::exchange

#include "base/try.h"
#include "core/exchange/amounts.h"
#include "core/exchange/handlers.h"
#include "core/exchange/page.h"

namespace penstock::exchange {
namespace {

/// So that a page of open top-ups among many settled ones costs no more than this.
constexpr std::uint32_t kTopUpsLookedAt = 20'000;

}  // namespace

Result<void> get_custody(const View& view, const v1::GetCustodyRequest&, v1::Custody& response) {
    response.set_bank_account(view.state.bank_book.account());
    response.set_officers(view.state.settings.money_officers);
    return {};
}

/// Top-ups by number, page by page; the withdrawals that the bank may have paid are on the last.
Result<void> list_announced_payments(const View& view,
                                     const v1::ListAnnouncedPaymentsRequest& request,
                                     v1::ListAnnouncedPaymentsResponse& response) {
    const State& state = view.state;
    TRY_ASSIGN(const Page page, read_page(request.page()));
    const std::string currency(state.settings.currency.text());
    std::uint32_t looked_at = 0;
    TopUpId last{page.after};
    for (TopUpId id = state.ledger.top_ups().first_after(last); id;
         id = state.ledger.top_ups().first_after(id)) {
        if (static_cast<std::uint32_t>(response.payments_size()) == page.size ||
            ++looked_at > kTopUpsLookedAt) {
            response.mutable_page()->set_next_cursor(std::to_string(last.value));
            return {};
        }
        last = id;
        const ledger::TopUp& top_up = *state.ledger.find_top_up(id);
        if (top_up.confirmed) continue;
        v1::AnnouncedPayment& payment = *response.add_payments();
        payment.set_reference(ledger::top_up_reference(id));
        payment.set_amount_micros(top_up.amount.micros);
        payment.set_currency(currency);
    }
    response.mutable_page();
    state.withdrawals.open().for_each([&](WithdrawalId id, const custody::Withdrawal& withdrawal) {
        if (withdrawal.state != custody::WithdrawalState::approved) return;
        v1::AnnouncedPayment& payment = *response.add_payments();
        payment.set_reference(custody::withdrawal_reference(id));
        payment.set_amount_micros(-withdrawal.amount.micros);
        payment.set_currency(currency);
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
    }
    return {};
}

}  // namespace penstock::exchange

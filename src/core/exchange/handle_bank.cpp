// Bank statements: what their entries come to, and what is left to explain.
#include <chrono>
#include <utility>
#include <vector>

#include "base/try.h"
#include "core/custody/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/audit.h"
#include "core/exchange/custody.h"
#include "core/exchange/emit.h"
#include "core/exchange/error.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/statement_matcher.h"
#include "core/exchange/sub_accounts.h"
#include "core/pricing/calendar.h"

namespace penstock::exchange {
namespace {

using custody::Entry;
using custody::Reason;
using ledger::AccountKind;
using ledger::Transfer;
using ledger::TransferKind;

constexpr int kTransitShown = 1'000;

AccountId own_account(const State& state, AccountKind kind) {
    return state.ledger.find(kind, PartyId{}, state.settings.currency);
}

/// From the bank to `other` what came in, and back what went out.
Transfer between(AccountId bank, AccountId other, Money amount) {
    return amount > Money{} ? Transfer{.debit = bank, .credit = other, .amount = amount}
                            : Transfer{.debit = other, .credit = bank, .amount = -amount};
}

Transfer transfer_of(const State& state, const Booking& booking) {
    const AccountId bank = own_account(state, AccountKind::bank);
    if (booking.withdrawal)
        return {.amount = ledger::kAllOfHold,
                .kind = TransferKind::post_held,
                .hold = state.withdrawals.find(booking.withdrawal)->hold};
    if (booking.party)
        return between(bank,
                       state.ledger.find(AccountKind::cash, booking.party, state.settings.currency),
                       booking.entry->amount);
    if (!booking.top_up)
        return between(bank, own_account(state, AccountKind::suspense), booking.entry->amount);
    const ledger::TopUp& top_up = *state.ledger.find_top_up(booking.top_up);
    return {.debit = bank,
            .credit = state.ledger.find(AccountKind::cash, top_up.party, top_up.currency),
            .amount = top_up.amount};
}

Result<custody::Statement> read_statement(const State& state,
                                          const v1::ImportStatementRequest& request) {
    if (request.currency() != state.settings.currency.text())
        return reject(kCurrencyUnsupported, "currency");
    custody::Statement statement{request.account(),
                                 request.first_day(),
                                 request.last_day(),
                                 Money{request.opening_micros()},
                                 Money{request.closing_micros()},
                                 {}};
    const custody::SubAccounts& accounts = state.sub_accounts;
    for (const v1::StatementEntry& entry : request.entries()) {
        const int proposal = entry.proposal();
        const Reason reason = custody::is_proposal(proposal) ? static_cast<Reason>(proposal)
                                                             : Reason::reference_missing;
        statement.entries.push_back(
            {entry.identity(), entry.booking_day(), Money{entry.amount_micros()},
             entry.bank_reference(), entry.reference(), reason,
             accounts.are_used() ? accounts.canonical(entry.sub_account()) : std::string()});
    }
    return statement;
}

v1::BankEntryChanged changed(BankEntryId id, StatementId statement, const Booking& booking) {
    v1::BankEntryChanged body;
    body.set_id(id.text());
    body.set_statement(statement.text());
    body.set_identity(booking.entry->identity);
    body.set_booking_day(booking.entry->day);
    body.set_amount_micros(booking.entry->amount.micros);
    body.set_bank_reference(booking.bank_reference);
    body.set_state(booking.state);
    body.set_sub_account(booking.entry->sub_account);
    return body;
}

/// Keeps and tells what one entry has come to; its money has moved already.
void keep(Context& context, StatementId statement, const Booking& booking,
          const ledger::Recorded* moved) {
    State& state = context.state;
    const bool is_unexplained = booking.state == v1::BANK_ENTRY_UNEXPLAINED;
    const Entry& entry = *booking.entry;
    const BankEntryId id =
        is_unexplained
            ? state.bank_book.queue({statement, entry.day, entry.amount, entry.amount,
                                     booking.reason, entry.reference, entry.bank_reference,
                                     booking.moves, entry.sub_account})
            : state.bank_book.count_entry();
    v1::BankEntryChanged body = changed(id, statement, booking);
    if (state.sub_accounts.are_used()) state.sub_accounts.take(entry.sub_account, entry.amount);
    if (!booking.instruction && state.ledger.check_bank_reference(booking.bank_reference))
        state.ledger.use_bank_reference(booking.bank_reference);
    std::string_view purpose = "suspense";
    if (booking.top_up) {
        state.ledger.set_confirmed(booking.top_up);
        emit_top_up(context, booking.top_up, booking.bank_reference);
        body.set_subject(booking.top_up.text());
        purpose = "top_up";
    } else if (booking.withdrawal) {
        const auto ended = state.withdrawals.end(booking.withdrawal, custody::Step::pay);
        emit_withdrawal(
            context, booking.withdrawal, ended,
            {.decided_by = context.caller.user, .bank_reference = booking.bank_reference});
        body.set_subject(booking.withdrawal.text());
        purpose = "withdrawal";
    } else if (is_unexplained) {
        body.set_reason(static_cast<v1::BankMatchKind>(booking.reason));
        body.set_subject(entry.reference);
        body.set_remaining_micros(entry.amount.micros);
        body.set_not_booked(!booking.moves);
    } else if (booking.party) {
        body.set_subject(booking.party.text());
        purpose = "top_up";
    } else if (booking.instruction) {
        show_instruction(context, booking.instruction, entry.sub_account.empty());
        body.set_subject(booking.instruction.text());
    } else {
        state.bank_book.settle(booking.bank_reference);
        body.set_subject(booking.bank_reference);
    }
    if (moved != nullptr)
        emit_transfer(context, {moved->id, moved->debit, moved->credit, moved->amount}, purpose,
                      is_unexplained ? body.id() : body.subject());
    context.events.emit_message(v1::Event::kBankEntryChanged, body);
}

/// Payments that no statement has shown, and entries that the books have no room for.
void tell_transit(const State& state, v1::StatementImported& body) {
    const custody::BankBook& book = state.bank_book;
    const auto tell = [&body](std::string id, Money amount, const std::string& since) {
        body.set_in_transit_count(body.in_transit_count() + 1);
        if (body.in_transit_size() == kTransitShown) return;
        v1::ItemInTransit& item = *body.add_in_transit();
        item.set_id(std::move(id));
        item.set_amount_micros(amount.micros);
        item.set_since(since);
    };
    for (const auto& [reference, transit] : book.transit())
        tell(transit.transfer.text(), transit.amount, {});
    book.unexplained().for_each([&](BankEntryId id, const custody::Unexplained& entry) {
        if (!entry.is_booked) tell(id.text(), -entry.remaining, entry.day);
    });
    const auto& instructions = state.sub_accounts.instructions();
    instructions.for_each([&](InstructionId id, const custody::Instruction& instruction) {
        if (instruction.shown != instruction.own_shown)
            tell(id.text(), instruction.shown ? -instruction.amount : instruction.amount, {});
    });
    body.set_in_transit_micros((book.in_transit() + state.sub_accounts.under_way()).micros);
}

void tell_statement(Context& context, StatementId id, const custody::Statement& statement,
                    std::uint32_t unexplained) {
    const State& state = context.state;
    const AccountId bank = own_account(state, AccountKind::bank);
    v1::StatementImported body;
    body.set_id(id.text());
    body.set_bank_account(statement.account);
    body.set_first_day(statement.first_day);
    body.set_last_day(statement.last_day);
    body.set_opening_micros(statement.opening.micros);
    body.set_closing_micros(statement.closing.micros);
    body.set_entries(static_cast<std::uint32_t>(statement.entries.size()));
    body.set_unexplained(unexplained);
    body.set_ledger_micros(-state.ledger.account(bank).balance().micros);
    tell_transit(state, body);
    const AccountId suspense = own_account(state, AccountKind::suspense);
    body.set_suspense_micros(state.ledger.account(suspense).balance().micros);
    body.set_account(bank.text());
    body.set_last_transfer(TransferId{state.ledger.next_transfer().value - 1}.text());
    context.events.emit_message(v1::Event::kStatementImported, body);
}

/// What stood on the account before the first statement: an entry of its own.
Entry opening_entry(const custody::Statement& statement) {
    return {"opening balance", statement.first_day, statement.opening, {}, {}, Reason::opening};
}

/// Days that are far off would keep the real ones out for good.
Result<void> check_days(const v1::ImportStatementRequest& request, Instant now) {
    constexpr std::chrono::days kAheadMax{366};
    if (!pricing::parse_date(request.first_day()))
        return reject(custody::kStatementInvalid, "first_day");
    const auto last = pricing::parse_date(request.last_day());
    if (!last || *last > pricing::local_minute(now, {}).day + kAheadMax)
        return reject(custody::kStatementInvalid, "last_day");
    return {};
}

Money room_of(const ledger::Account& mirror) {
    return mirror.debits_posted - mirror.credits_posted - mirror.credits_pending;
}

}  // namespace

Result<void> import_statement(Context& context, const v1::ImportStatementRequest& request,
                              v1::ImportStatementResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const custody::Statement statement, read_statement(state, request));
    TRY(state.bank_book.check(statement));
    TRY(check_days(request, context.now));

    const Entry opening = opening_entry(statement);
    const AccountId bank = own_account(state, AccountKind::bank);
    StatementMatcher matcher(state, context.caller.user, room_of(state.ledger.account(bank)));
    std::vector<Booking> bookings;
    if (!state.bank_book.has_statement() && statement.opening > Money{})
        bookings.push_back(matcher.book(opening));
    for (const Entry& entry : statement.entries) bookings.push_back(matcher.book(entry));
    std::vector<Transfer> chain;
    for (const Booking& booking : bookings)
        if (booking.moves) chain.push_back(transfer_of(state, booking));

    TRY_ASSIGN(const Agreement agreement, hear_credit(context, "ImportStatement", request));
    response.set_awaits_second_officer(!agreement.is_complete());
    if (!agreement.is_complete()) {
        note(context, agreement);
        return {};
    }
    TRY_ASSIGN(const auto moved, state.ledger.execute(chain, context.now));
    note(context, agreement);
    const StatementId id = state.bank_book.take(statement);
    std::size_t next = 0;
    std::uint32_t unexplained = 0;
    for (const Booking& booking : bookings) {
        if (booking.state == v1::BANK_ENTRY_UNEXPLAINED) ++unexplained;
        keep(context, id, booking, booking.moves ? &moved[next++] : nullptr);
    }
    tell_statement(context, id, statement, unexplained);
    emit_act(context, {.kind = v1::ACT_STATEMENT_IMPORTED, .subject = id.text()});
    response.set_statement(id.text());
    response.set_settled(static_cast<std::uint32_t>(bookings.size()) - unexplained);
    response.set_unexplained(unexplained);
    return {};
}

}  // namespace penstock::exchange

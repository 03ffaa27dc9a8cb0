// Withdrawals, and how the exchange keeps its parties' money.
#include <array>

#include "base/try.h"
#include "core/billing/error.h"
#include "core/custody/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/arrears.h"
#include "core/exchange/audit.h"
#include "core/exchange/credit.h"
#include "core/exchange/custody.h"
#include "core/exchange/direct_payment.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/sub_accounts.h"
#include "core/ledger/error.h"

namespace penstock::exchange {
namespace {

using custody::Step;
using ledger::AccountKind;
using ledger::TransferKind;

/// A withdrawal on which a person takes a step.
Result<WithdrawalId> read_decision(const Context& context, const std::string& text, Step step) {
    TRY_ASSIGN(const WithdrawalId id, read_id<WithdrawalId>(text, "withdrawal"));
    if (!context.caller.user) return reject(custody::kOfficerNeeded);
    TRY(context.state.withdrawals.check(id, step, context.caller.user));
    return id;
}

/// How money is to be kept; what is not said stays as it is.
Result<custody::Mode> read_mode(const State& state, const v1::Custody& wanted) {
    const custody::Mode now = state.sub_accounts.mode();
    custody::Mode mode = now;
    if (wanted.mode() == v1::CUSTODY_PREPAID)
        mode = custody::Mode::prepaid;
    else if (wanted.mode() == v1::CUSTODY_SUB_ACCOUNTS)
        mode = custody::Mode::sub_accounts;
    else if (wanted.mode() != v1::CUSTODY_MODE_UNSPECIFIED)
        return reject(custody::kCustodyInvalid, "mode");
    if (mode != now && state.bank_book.has_statement())
        return reject(custody::kCustodyModeFixed, "mode");
    return mode;
}

void act_on(Context& context, v1::ActKind kind, const v1::Withdrawal& withdrawal, PartyId party) {
    emit_act(context, {.kind = kind, .party = party, .subject = withdrawal.id()});
}

}  // namespace

Result<void> request_withdrawal(Context& context, const v1::RequestWithdrawalRequest& request,
                                v1::RequestWithdrawalResponse& response) {
    State& state = context.state;
    const PartyId party = context.caller.party;
    const Currency currency = state.settings.currency;
    TRY_ASSIGN(const Money amount, read_money(state, request.amount(), "amount"));
    TRY(state.withdrawals.check_request(party, amount, request.payee()));
    TRY(check_not_overdue(state, party, "amount"));
    if (fees_owed(state, party) > Money{0} && !covers_fees(state, party, amount))
        return reject(billing::kFeesOwed, "amount");
    const AccountId cash = state.ledger.find(AccountKind::cash, party, currency);
    const AccountId bank = state.ledger.find(AccountKind::bank, PartyId{}, currency);
    if (!cash || !bank) return reject(ledger::kInsufficientFunds, "amount");
    const auto held = state.ledger.execute({.debit = cash,
                                            .credit = bank,
                                            .amount = amount,
                                            .kind = TransferKind::hold,
                                            .timeout = custody::kDecisionWindow},
                                           context.now);
    if (!held) return reject(held.error().rejection(), "amount");

    const Instant end = context.now + custody::kDecisionWindow;
    const WithdrawalId id = state.withdrawals.request({.party = party,
                                                       .amount = amount,
                                                       .currency = currency,
                                                       .payee = request.payee(),
                                                       .requested_at = context.now,
                                                       .expires_at = end,
                                                       .hold = held->id});
    state.timers.set(end, TimerKind::withdrawal_expires, id.value);
    emit_withdrawal(context, id, *state.withdrawals.find(id));
    response.set_withdrawal(id.text());
    response.set_reference(custody::withdrawal_reference(id));
    return {};
}

Result<void> cancel_withdrawal(Context& context, const v1::CancelWithdrawalRequest& request,
                               v1::Withdrawal& response) {
    State& state = context.state;
    TRY_ASSIGN(const WithdrawalId id, read_id<WithdrawalId>(request.withdrawal(), "withdrawal"));
    TRY(state.withdrawals.check(id, Step::cancel, UserId{}));
    void_hold(context, state.withdrawals.find(id)->hold);
    response = emit_withdrawal(context, id, state.withdrawals.end(id, Step::cancel),
                               {.decided_by = context.caller.user});
    return {};
}

Result<void> approve_withdrawal(Context& context, const v1::ApproveWithdrawalRequest& request,
                                v1::Withdrawal& response) {
    State& state = context.state;
    TRY_ASSIGN(const WithdrawalId id, read_decision(context, request.withdrawal(), Step::approve));
    const custody::Withdrawal& withdrawal = *state.withdrawals.find(id);
    TRY(check_can_pay(state, withdrawal));
    if (fees_owed(state, withdrawal.party) > Money{0} && !covers_fees(state, withdrawal.party))
        return reject(billing::kFeesOwed, "withdrawal");
    const ledger::HeldTransfer held = *state.ledger.find_held(withdrawal.hold);
    // From now on the bank may pay it, so that no time-out may give the money back.
    const std::array chain{
        ledger::Transfer{.kind = TransferKind::void_held, .hold = withdrawal.hold},
        ledger::Transfer{.debit = held.debit,
                         .credit = held.credit,
                         .amount = held.amount,
                         .kind = TransferKind::hold}};
    TRY_ASSIGN(const auto recorded, state.ledger.execute(chain, context.now));
    state.withdrawals.approve(id, context.caller.user, recorded[1].id);
    response = emit_withdrawal(context, id, withdrawal);
    act_on(context, v1::ACT_WITHDRAWAL_APPROVED, response, withdrawal.party);
    return {};
}

Result<void> confirm_withdrawal(Context& context, const v1::ConfirmWithdrawalRequest& request,
                                v1::Withdrawal& response) {
    State& state = context.state;
    TRY_ASSIGN(const WithdrawalId id, read_decision(context, request.withdrawal(), Step::pay));
    TRY(state.ledger.check_bank_reference(request.bank_reference()));
    const ledger::Transfer payment{.amount = ledger::kAllOfHold,
                                   .kind = TransferKind::post_held,
                                   .hold = state.withdrawals.find(id)->hold};
    TRY_ASSIGN(const ledger::Recorded paid, state.ledger.execute(payment, context.now));
    state.ledger.use_bank_reference(request.bank_reference());
    state.bank_book.note_transit(request.bank_reference(),
                                 {paid.id, -paid.amount, state.withdrawals.find(id)->party});
    const custody::Withdrawal ended = state.withdrawals.end(id, Step::pay);
    emit_transfer(context, {paid.id, paid.debit, paid.credit, paid.amount}, "withdrawal",
                  id.text());
    response = emit_withdrawal(
        context, id, ended,
        {.decided_by = context.caller.user, .bank_reference = request.bank_reference()});
    act_on(context, v1::ACT_WITHDRAWAL_PAID, response, ended.party);
    return {};
}

Result<void> reject_withdrawal(Context& context, const v1::RejectWithdrawalRequest& request,
                               v1::Withdrawal& response) {
    State& state = context.state;
    TRY_ASSIGN(const WithdrawalId id, read_decision(context, request.withdrawal(), Step::reject));
    TRY(custody::check_note(request.note(), "note"));
    void_hold(context, state.withdrawals.find(id)->hold);
    const custody::Withdrawal ended = state.withdrawals.end(id, Step::reject);
    response = emit_withdrawal(context, id, ended,
                               {.decided_by = context.caller.user, .note = request.note()});
    act_on(context, v1::ACT_WITHDRAWAL_REJECTED, response, ended.party);
    return {};
}

Result<void> set_custody(Context& context, const v1::SetCustodyRequest& request,
                         v1::SetCustodyResponse& response) {
    State& state = context.state;
    const v1::Custody& wanted = request.custody();
    TRY(state.bank_book.check_account(wanted.bank_account()));
    if (wanted.officers() < 1 || wanted.officers() > 2)
        return reject(custody::kCustodyInvalid, "officers");
    TRY_ASSIGN(const custody::Mode mode, read_mode(state, wanted));
    const bool changes_mode = mode != state.sub_accounts.mode();
    Agreement agreement;
    if (wanted.officers() < state.settings.money_officers || changes_mode) {
        TRY_ASSIGN(agreement, hear(context, "SetCustody", request));
    }
    note(context, agreement);
    response.set_awaits_second_officer(!agreement.is_complete());
    if (!agreement.is_complete()) return {};
    // What a statement is booked on.
    for (const AccountKind kind : {AccountKind::bank, AccountKind::suspense, AccountKind::fee})
        state.ledger.ensure(kind, PartyId{}, state.settings.currency);
    state.bank_book.set_account(wanted.bank_account());
    state.settings.money_officers = wanted.officers();
    state.sub_accounts.set_mode(mode);
    if (state.sub_accounts.are_used()) start_daily_instructions(context);
    v1::Custody body = wanted;
    body.set_mode(state.sub_accounts.are_used() ? v1::CUSTODY_SUB_ACCOUNTS
                                                : v1::CUSTODY_MODE_UNSPECIFIED);
    context.events.emit_message(v1::Event::kCustodyChanged, body);
    emit_act(context, {.kind = v1::ACT_CUSTODY_SET, .detail = std::to_string(wanted.officers())});
    return {};
}

}  // namespace penstock::exchange

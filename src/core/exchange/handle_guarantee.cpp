// Deposits that parties leave as a guarantee.
#include "base/try.h"
#include "core/exchange/amounts.h"
#include "core/exchange/audit.h"
#include "core/exchange/custody.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/ledger/error.h"

namespace penstock::exchange {
namespace {

using ledger::AccountKind;

/// Moves money, or refuses under the request's own field.
Result<TransferId> move(Context& context, const ledger::Transfer& transfer,
                        std::string_view purpose, PartyId party) {
    const auto moved = context.state.ledger.execute(transfer, context.now);
    if (!moved) return reject(moved.error().rejection(), "amount");
    emit_transfer(context, {moved->id, moved->debit, moved->credit, moved->amount}, purpose,
                  party.text());
    return moved->id;
}

AccountId account_of(const State& state, AccountKind kind, PartyId party) {
    return state.ledger.find(kind, party, state.settings.currency);
}

void write_guarantee(const State& state, PartyId party, v1::Money* out) {
    const AccountId id = account_of(state, AccountKind::guarantee, party);
    write_money(state.ledger.account(id).balance(), state.settings.currency, out);
}

/// A party that has placed a guarantee.
Result<PartyId> read_guarantor(const State& state, const std::string& text) {
    TRY_ASSIGN(const PartyId party, read_id<PartyId>(text, "party"));
    if (!account_of(state, AccountKind::guarantee, party))
        return reject(ledger::kAccountNotFound, "party");
    return party;
}

}  // namespace

Result<void> place_guarantee(Context& context, const v1::PlaceGuaranteeRequest& request,
                             v1::PlaceGuaranteeResponse& response) {
    State& state = context.state;
    const PartyId party = context.caller.party;
    TRY_ASSIGN(const Money amount, read_money(state, request.amount(), "amount"));
    const AccountId cash = account_of(state, AccountKind::cash, party);
    // Looked at before, since a refusal must not leave a new account behind.
    if (!cash || state.ledger.account(cash).available() < amount)
        return reject(ledger::kInsufficientFunds, "amount");
    const ledger::Account& payer = state.ledger.account(cash);
    if (payer.debits_pending + payer.debits_posted + amount > ledger::debits_max(AccountKind::cash))
        return reject(ledger::kAccountOverflow, "amount");
    const AccountId guarantee =
        state.ledger.ensure(AccountKind::guarantee, party, state.settings.currency);
    TRY_ASSIGN(
        const TransferId transfer,
        move(context, {.debit = cash, .credit = guarantee, .amount = amount}, "guarantee", party));
    response.set_transfer(transfer.text());
    write_guarantee(state, party, response.mutable_guarantee());
    return {};
}

Result<void> release_guarantee(Context& context, const v1::ReleaseGuaranteeRequest& request,
                               v1::ReleaseGuaranteeResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const PartyId party, read_guarantor(state, request.party()));
    TRY_ASSIGN(const Money amount, read_money(state, request.amount(), "amount"));
    TRY_ASSIGN(const TransferId transfer,
               move(context,
                    {.debit = account_of(state, AccountKind::guarantee, party),
                     .credit = account_of(state, AccountKind::cash, party),
                     .amount = amount},
                    "guarantee_released", party));
    emit_act(context,
             {.kind = v1::ACT_GUARANTEE_RELEASED, .party = party, .subject = transfer.text()});
    response.set_transfer(transfer.text());
    write_guarantee(state, party, response.mutable_guarantee());
    return {};
}

Result<void> draw_guarantee(Context& context, const v1::DrawGuaranteeRequest& request,
                            v1::DrawGuaranteeResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const PartyId party, read_guarantor(state, request.party()));
    TRY_ASSIGN(const PartyId beneficiary, read_id<PartyId>(request.beneficiary(), "beneficiary"));
    TRY_ASSIGN(const Money amount, read_money(state, request.amount(), "amount"));
    TRY(custody::check_note(request.note(), "note"));
    const AccountId guarantee = account_of(state, AccountKind::guarantee, party);
    const AccountId cash = account_of(state, AccountKind::cash, beneficiary);
    if (!cash) return reject(ledger::kAccountNotFound, "beneficiary");
    if (state.ledger.account(guarantee).available() < amount)
        return reject(ledger::kInsufficientFunds, "amount");
    TRY_ASSIGN(const Agreement agreement, hear(context, "DrawGuarantee", request));
    response.set_awaits_second_officer(!agreement.is_complete());
    if (agreement.is_complete()) {
        TRY_ASSIGN(const TransferId transfer,
                   move(context, {.debit = guarantee, .credit = cash, .amount = amount},
                        "guarantee_drawn", party));
        emit_act(context, {.kind = v1::ACT_GUARANTEE_DRAWN,
                           .party = party,
                           .subject = transfer.text(),
                           .detail = request.note()});
        response.set_transfer(transfer.text());
    }
    note(context, agreement);
    write_guarantee(state, party, response.mutable_guarantee());
    return {};
}

}  // namespace penstock::exchange

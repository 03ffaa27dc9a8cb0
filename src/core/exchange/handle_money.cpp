#include "base/try.h"
#include "core/exchange/amounts.h"
#include "core/exchange/audit.h"
#include "core/exchange/custody.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"

namespace penstock::exchange {

Result<void> request_top_up(Context& context, const v1::RequestTopUpRequest& request,
                            v1::RequestTopUpResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const Money amount, read_money(state, request.amount(), "amount"));
    TRY_ASSIGN(const TopUpId id,
               state.ledger.request_top_up(context.caller.party, amount, state.settings.currency));
    emit_top_up(context, id, {});
    response.set_top_up(id.text());
    response.set_reference(ledger::top_up_reference(id));
    return {};
}

Result<void> confirm_top_up(Context& context, const v1::ConfirmTopUpRequest& request,
                            v1::ConfirmTopUpResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const TopUpId id, read_id<TopUpId>(request.top_up(), "top_up"));
    TRY_ASSIGN(const Money amount, read_money(state, request.amount(), "amount"));
    const ledger::BankEntry entry{request.bank_reference(), amount, state.settings.currency};
    TRY(state.ledger.check_top_up(id, entry));
    TRY_ASSIGN(const Agreement agreement, hear_credit(context, "ConfirmTopUp", request));
    if (!agreement.is_complete()) {
        note(context, agreement);
        response.set_awaits_second_officer(true);
        return {};
    }
    TRY_ASSIGN(const TransferId transfer, state.ledger.confirm_top_up(id, entry));
    note(context, agreement);
    const PartyId party = state.ledger.find_top_up(id)->party;
    state.bank_book.note_transit(entry.reference, {transfer, amount, party});
    const Currency currency = state.settings.currency;
    emit_top_up(context, id, request.bank_reference());
    emit_transfer(context,
                  {transfer, state.ledger.find(ledger::AccountKind::bank, PartyId{}, currency),
                   state.ledger.find(ledger::AccountKind::cash, party, currency), amount},
                  "top_up", id.text());
    emit_act(context, {.kind = v1::ACT_TOP_UP_CONFIRMED, .party = party, .subject = id.text()});
    response.set_transfer(transfer.text());
    return {};
}

}  // namespace penstock::exchange

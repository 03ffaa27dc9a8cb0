// What parties may order on credit, as the operator sets it; and how they pay for it.
#include <string>

#include "base/assert.h"
#include "base/try.h"
#include "core/exchange/amounts.h"
#include "core/exchange/audit.h"
#include "core/exchange/billing.h"
#include "core/exchange/credit.h"
#include "core/exchange/custody.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/ledger/error.h"
#include "core/party/error.h"

namespace penstock::exchange {
namespace {

using ledger::AccountKind;

/// A limit may be nothing, which no other amount may.
Result<Money> read_limit(const State& state, const v1::Money& limit) {
    if (limit.micros() != 0) return read_money(state, limit, "limit");
    v1::Money other = limit;
    other.set_micros(1);
    TRY(read_money(state, other, "limit"));
    return Money{};
}

/// Whether so much more can be granted; the books count what ever was.
Result<void> check_grant(const State& state, Money amount) {
    const AccountId id =
        state.ledger.find(AccountKind::credit_granted, PartyId{}, state.settings.currency);
    const Money debits = id ? state.ledger.account(id).debits_posted : Money{};
    if (debits + amount > ledger::debits_max(AccountKind::credit_granted))
        return reject(ledger::kAccountOverflow, "limit");
    return {};
}

void grant(Context& context, PartyId party, Money amount) {
    State& state = context.state;
    const Currency currency = state.settings.currency;
    const AccountId granted = state.ledger.ensure(AccountKind::credit_granted, {}, currency);
    const AccountId credit = state.ledger.ensure(AccountKind::credit, party, currency);
    state.ledger.ensure(AccountKind::commitment, party, currency);
    const auto moved = state.ledger.post({.debit = granted, .credit = credit, .amount = amount});
    PENSTOCK_ASSERT(moved.has_value());
    emit_transfer(context, {*moved, granted, credit, amount}, "credit_limit", party.text());
}

void set_limit(Context& context, PartyId party, Money limit) {
    context.state.credit_limits[party] = limit;
    const Money granted = credit_granted(context.state, party);
    if (limit > granted) grant(context, party, limit - granted);
    take_back_excess(context, party);
    emit_credit_line(context, party);
    emit_act(context, {.kind = v1::ACT_CREDIT_LIMIT_SET,
                       .party = party,
                       .subject = party.text(),
                       .detail = std::to_string(limit.micros)});
}

}  // namespace

Result<void> set_credit_limit(Context& context, const v1::SetCreditLimitRequest& request,
                              v1::SetCreditLimitResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const PartyId party, read_id<PartyId>(request.party(), "party"));
    if (state.directory.find_party(party) == nullptr) return reject(party::kPartyNotFound, "party");
    TRY_ASSIGN(const Money limit, read_limit(state, request.limit()));
    const Money before = credit_limit(state, party);
    Agreement agreement;
    if (limit > before) {
        TRY(check_grant(state, limit - credit_granted(state, party)));
        // Both must have seen the same limit rise.
        TRY_ASSIGN(agreement,
                   hear(context, "SetCreditLimit", request, std::to_string(before.micros)));
        note(context, agreement);
    }
    if (agreement.is_complete() && limit != before) set_limit(context, party, limit);
    response.set_awaits_second_officer(!agreement.is_complete());
    describe_credit_line(state, party, response.mutable_line());
    return {};
}

Result<void> pay_bill(Context& context, const v1::PayBillRequest& request,
                      v1::PayBillResponse& response) {
    TRY_ASSIGN(const BillId id, read_id<BillId>(request.bill(), "bill"));
    TRY_ASSIGN(const Money paid, pay_on_credit(context, id));
    write_money(paid, context.state.settings.currency, response.mutable_paid());
    return {};
}

}  // namespace penstock::exchange

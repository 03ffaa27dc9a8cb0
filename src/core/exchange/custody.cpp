#include "core/exchange/custody.h"

#include "base/assert.h"
#include "base/hash.h"
#include "base/try.h"
#include "core/exchange/amounts.h"
#include "core/exchange/arrears.h"
#include "core/exchange/audit.h"

namespace penstock::exchange {

Result<Agreement> hear(const Context& context, std::string_view method,
                       const google::protobuf::Message& request, std::string_view of) {
    Hasher hasher;
    hasher.add(method);
    hasher.add(request.SerializeAsString());
    hasher.add(of);
    Agreement agreement{.needs_two = true, .said = hasher.finish(), .method = method};
    TRY_ASSIGN(agreement.heard,
               context.state.four_eyes.hear(context.caller.user, agreement.said, context.now));
    return agreement;
}

Result<Agreement> hear_credit(const Context& context, std::string_view method,
                              const google::protobuf::Message& request) {
    if (context.state.settings.money_officers < 2) return Agreement{};
    return hear(context, method, request);
}

void note(Context& context, const Agreement& agreement) {
    if (!agreement.needs_two) return;
    context.state.four_eyes.note(context.caller.user, agreement.said, context.now, agreement.heard);
    if (agreement.is_complete()) return;
    emit_act(context, {.kind = v1::ACT_MONEY_PROPOSED,
                       .subject = std::string(agreement.method),
                       .detail = to_hex(agreement.said)});
}

void describe(const custody::Withdrawal& withdrawal, WithdrawalId id, v1::Withdrawal* out) {
    out->set_id(id.text());
    out->set_party(withdrawal.party.text());
    write_money(withdrawal.amount, withdrawal.currency, out->mutable_amount());
    out->set_state(static_cast<v1::WithdrawalState>(withdrawal.state));
    out->set_payee(withdrawal.payee);
    out->set_reference(custody::withdrawal_reference(id));
    out->set_requested_at_ns(withdrawal.requested_at.ns);
    out->set_expires_at_ns(withdrawal.expires_at.ns);
    if (withdrawal.approved_by) out->set_approved_by(withdrawal.approved_by.text());
}

v1::Withdrawal emit_withdrawal(Context& context, WithdrawalId id,
                               const custody::Withdrawal& withdrawal, const WithdrawalEnd& end) {
    v1::Withdrawal body;
    describe(withdrawal, id, &body);
    if (end.decided_by) body.set_decided_by(end.decided_by.text());
    body.set_bank_reference(std::string(end.bank_reference));
    body.set_note(std::string(end.note));
    context.events.emit_message(v1::Event::kWithdrawalChanged, body);
    return body;
}

void expire_withdrawal(Context& context, WithdrawalId id) {
    State& state = context.state;
    if (!state.withdrawals.check(id, custody::Step::expire, UserId{})) return;
    const TransferId hold = state.withdrawals.find(id)->hold;
    const AccountId payer = state.ledger.find_held(hold)->debit;
    const auto expired = state.ledger.expire(hold, context.now);
    PENSTOCK_ASSERT(expired.has_value());
    cash_came(context, payer);
    emit_withdrawal(context, id, state.withdrawals.end(id, custody::Step::expire));
}

}  // namespace penstock::exchange

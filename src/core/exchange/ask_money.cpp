#include <algorithm>

#include "base/try.h"
#include "base/wide.h"
#include "core/exchange/amounts.h"
#include "core/exchange/credit.h"
#include "core/exchange/describe.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"

namespace penstock::exchange {

Result<void> get_balance(const View& view, const v1::GetBalanceRequest&,
                         v1::GetBalanceResponse& response) {
    const State& state = view.state;
    const Currency currency = state.settings.currency;
    Money available;
    Money in_escrow;
    for (const AccountId id : state.ledger.accounts_of(view.caller.party)) {
        describe(state, id, response.add_accounts());
        const ledger::Account& account = state.ledger.account(id);
        if (account.kind == ledger::AccountKind::cash) available += account.available();
        if (account.kind == ledger::AccountKind::escrow) in_escrow += account.balance();
    }
    write_money(available, currency, response.mutable_available());
    write_money(in_escrow, currency, response.mutable_in_escrow());
    return {};
}

Result<void> get_account(const View& view, const v1::GetAccountRequest& request,
                         v1::Account& response) {
    TRY_ASSIGN(const AccountId id, read_id<AccountId>(request.account(), "account"));
    if (view.state.ledger.find(id) == nullptr) return reject(kNotYours, "account");
    describe(view.state, id, &response);
    return {};
}

Result<void> get_credit_line(const View& view, const v1::GetCreditLineRequest& request,
                             v1::CreditLine& response) {
    PartyId party = view.caller.party;
    if (!request.party().empty()) {
        TRY_ASSIGN(party, read_id<PartyId>(request.party(), "party"));
        const bool sees_all = view.caller.party == view.state.settings.exchange_operator;
        if ((party != view.caller.party && !sees_all) ||
            view.state.directory.find_party(party) == nullptr)
            return reject(kNotYours, "party");
    }
    describe_credit_line(view.state, party, &response);
    return {};
}

Result<void> get_trial_balance(const View& view, const v1::GetTrialBalanceRequest&,
                               v1::GetTrialBalanceResponse& response) {
    // Each account's turnover fits 64 bits, that of all need not.
    Wide debits = 0;
    Wide credits = 0;
    view.state.ledger.accounts().for_each([&](AccountId id, const ledger::Account& account) {
        describe(view.state, id, response.add_accounts());
        debits += account.debits_posted.micros;
        credits += account.credits_posted.micros;
    });
    const auto narrow = [](Wide sum) {
        return static_cast<std::int64_t>(std::clamp<Wide>(sum, INT64_MIN, INT64_MAX));
    };
    response.set_debits_posted(narrow(debits));
    response.set_credits_posted(narrow(credits));
    response.set_difference(narrow(debits - credits));
    return {};
}

}  // namespace penstock::exchange

#include "shell/server/export_questions.h"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/try.h"
#include "core/exchange/error.h"
#include "core/exchange/exchange.h"
#include "core/exchange/state.h"
#include "penstock/v1/account.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/meter.pb.h"
#include "shell/server/error.h"

namespace penstock::shell {

namespace {

/// The request with an end to its interval, so that all pages are of the same rows.
template <class Request>
Result<Request> with_end(const Request& asked, Instant now) {
    Request request = asked;
    const bool is_over = asked.until_ns() > 0 && asked.until_ns() <= now.ns;
    if (!is_over) request.set_until_ns(now.ns + 1);
    if (asked.from_ns() < 0 || asked.until_ns() < 0 || asked.from_ns() >= request.until_ns())
        return reject(kExportPeriodInvalid, "from_ns");
    return request;
}

/// The caller's accounts; of the operator, all.
Result<projection::Accounts> accounts_of(const Core& core, const ApiCall& call) {
    if (call.is_operator) return std::nullopt;
    TRY_ASSIGN(const std::string reply,
               core.query("LedgerService/GetBalance", call.identity.actor, call.now, {}));
    v1::GetBalanceResponse balance;
    if (!balance.ParseFromString(reply)) return reject(exchange::kRequestMalformed);
    std::vector<std::string> accounts;
    for (const v1::Account& account : balance.accounts()) accounts.push_back(account.id());
    return accounts;
}

Result<void> name_accounts(const exchange::State& state, v1::ListJournalResponse& journal) {
    std::set<std::string> named;
    for (const v1::JournalEntry& entry : journal.entries()) {
        named.insert(entry.transfer().debit_account());
        named.insert(entry.transfer().credit_account());
    }
    for (const std::string& text : named) {
        const auto id = AccountId::parse(text);
        const ledger::Account* account = id ? state.ledger.find(*id) : nullptr;
        if (account == nullptr) return reject(exchange::kNotYours, "account");
        const PartyId holder = account->party ? account->party : state.settings.exchange_operator;
        v1::JournalAccount& out = *journal.add_accounts();
        out.set_id(text);
        out.set_kind(static_cast<v1::AccountKind>(account->kind));
        out.set_holder(holder.text());
        out.set_holder_name(state.directory.find_party(holder)->name);
    }
    return {};
}

void list_journal(Api& api, projection::Projection& tables, TableFeed& feed,
                  std::unique_ptr<ApiCall> call) {
    const auto accounts = std::make_shared<projection::Accounts>();
    // Read first, then named: names are the exchange's, and looks at it must not wait.
    api.with_authorised(
        std::move(call), Ownership::checked,
        [accounts](const Core& core, ApiCall& seen) -> Result<void> {
            TRY_ASSIGN(*accounts, accounts_of(core, seen));
            return {};
        },
        [accounts, &api, &tables, &feed](std::unique_ptr<ApiCall> asked) {
            feed.wait_for(asked->sequence);
            const auto request = with_end(asked->request_as<v1::ListJournalRequest>(), asked->now);
            if (!request) return asked->responder.fail(request.error());
            auto read = tables.list_journal(*accounts, *request);
            if (!read) return asked->responder.fail(read.error());
            const auto journal = std::make_shared<v1::ListJournalResponse>(*std::move(read));
            api.with_authorised(
                std::move(asked), Ownership::checked,
                [journal](const Core& core, ApiCall&) {
                    return name_accounts(core.exchange().state(), *journal);
                },
                [journal](std::unique_ptr<ApiCall> named) { named->responder.reply(*journal); });
        });
}

}  // namespace

void serve_exports(Api& api, projection::Projection& tables, TableFeed& feed) {
    api.serve("AccountService/ListJournal", [&](std::unique_ptr<ApiCall> call) {
        list_journal(api, tables, feed, std::move(call));
    });
    api.serve_question(
        "MeterService/ListMeteredAttempts", Ownership::checked,
        [&](const ApiCall& call) -> Result<std::unique_ptr<google::protobuf::Message>> {
            feed.wait_for(call.sequence);
            TRY_ASSIGN(const auto request,
                       with_end(call.request_as<v1::ListMeteredAttemptsRequest>(), call.now));
            const std::string party = call.is_operator ? std::string() : call.caller.party.text();
            TRY_ASSIGN(auto found, tables.list_metered_attempts(party, request));
            return std::make_unique<v1::ListMeteredAttemptsResponse>(std::move(found));
        });
}

}  // namespace penstock::shell

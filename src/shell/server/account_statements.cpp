#include "shell/server/account_statements.h"

#include <memory>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "base/try.h"
#include "core/exchange/error.h"
#include "core/exchange/exchange.h"
#include "core/exchange/state.h"
#include "penstock/v1/account.pb.h"
#include "shell/projection/projection.h"
#include "shell/server/statement_period.h"

namespace penstock::shell {

namespace {

constexpr std::uint32_t kPageSize = 500;

std::int64_t balance_of(const v1::AccountTotals& totals) {
    return totals.credits_posted() - totals.debits_posted();
}

/// The movements of an account in an interval, newest first.
Result<std::vector<v1::AccountMovement>> read_movements(const projection::Projection& tables,
                                                        v1::ListAccountTransfersRequest request) {
    std::vector<v1::AccountMovement> movements;
    request.mutable_page()->set_size(kPageSize);
    while (true) {
        TRY_ASSIGN(auto page, tables.list_account_transfers(request));
        for (v1::AccountMovement& entry : *page.mutable_entries())
            movements.push_back(std::move(entry));
        if (movements.size() > kStatementEntriesMax) return reject(kStatementTooLong, "from_ns");
        if (page.page().next_cursor().empty()) return movements;
        request.mutable_page()->set_cursor(page.page().next_cursor());
    }
}

/// What was on the account before an instant.
Result<std::int64_t> balance_before(const projection::Projection& tables,
                                    const std::string& account, std::int64_t instant_ns) {
    v1::ListAccountTransfersRequest request;
    request.set_account(account);
    request.set_until_ns(instant_ns);
    request.mutable_page()->set_size(1);
    TRY_ASSIGN(const auto last, tables.list_account_transfers(request));
    return last.entries().empty() ? 0 : balance_of(last.entries(0).after());
}

/// All but the names: until name_parties(), a counterparty is its account.
Result<v1::StatementOfAccount> read_statement(const projection::Projection& tables,
                                              const v1::GetAccountStatementRequest& asked,
                                              Instant now) {
    TRY_ASSIGN(const Interval period, statement_period(asked, now));
    v1::ListAccountTransfersRequest request;
    request.set_account(asked.account());
    request.set_from_ns(asked.from_ns());
    request.set_until_ns(period.end.ns);
    TRY_ASSIGN(const auto movements, read_movements(tables, request));
    TRY_ASSIGN(std::int64_t balance, balance_before(tables, asked.account(), asked.from_ns()));

    v1::StatementOfAccount statement;
    statement.set_account(asked.account());
    statement.mutable_period()->set_start_ns(asked.from_ns());
    statement.mutable_period()->set_end_ns(period.end.ns);
    statement.set_issued_at_ns(now.ns);
    statement.set_utc_offset_minutes(asked.utc_offset_minutes());
    statement.set_opening_micros(balance);
    for (const v1::AccountMovement& movement : std::views::reverse(movements)) {
        const v1::Transfer& transfer = movement.transfer();
        const bool pays = transfer.debit_account() == asked.account();
        v1::AccountEntry& entry = *statement.add_entries();
        entry.set_transfer(transfer.id());
        entry.set_at_ns(transfer.at_ns());
        entry.set_purpose(transfer.purpose());
        entry.set_subject(transfer.subject());
        if (const auto bill = BillId::parse(transfer.subject())) entry.set_bill(bill->value);
        entry.set_counterparty(pays ? transfer.credit_account() : transfer.debit_account());
        entry.set_amount_micros(pays ? -transfer.amount().micros() : transfer.amount().micros());
        balance = balance_of(movement.after());
        entry.set_balance_micros(balance);
    }
    statement.set_closing_micros(balance);
    return statement;
}

/// The name of whoever has an account; the exchange's own are its operator's.
const party::Party* holder_of(const exchange::State& state, const ledger::Account& account) {
    const PartyId holder = account.party ? account.party : state.settings.exchange_operator;
    return state.directory.find_party(holder);
}

void show(const party::Party& party, PartyId id, v1::PaperParty& out) {
    out.set_party(id.text());
    out.set_name(party.name);
}

Result<void> name_parties(const exchange::State& state, v1::StatementOfAccount& statement) {
    const auto find = [&](const std::string& text) -> const ledger::Account* {
        const auto id = AccountId::parse(text);
        return id ? state.ledger.find(*id) : nullptr;
    };
    const ledger::Account* account = find(statement.account());
    const PartyId issuer = state.settings.exchange_operator;
    if (account == nullptr) return reject(exchange::kNotYours, "account");
    statement.set_kind(static_cast<v1::AccountKind>(account->kind));
    statement.set_currency(std::string(account->currency.text()));
    show(*state.directory.find_party(issuer), issuer, *statement.mutable_issuer());
    show(*holder_of(state, *account), account->party ? account->party : issuer,
         *statement.mutable_holder());
    for (v1::AccountEntry& entry : *statement.mutable_entries()) {
        const ledger::Account* other = find(entry.counterparty());
        entry.clear_counterparty();
        if (other != nullptr) entry.set_counterparty(holder_of(state, *other)->name);
    }
    return {};
}

}  // namespace

void serve_account_statements(Api& api, projection::Projection& tables, TableFeed& feed) {
    api.serve("AccountService/GetAccountStatement", [&](std::unique_ptr<ApiCall> call) {
        // Read first, then named: names are the exchange's, and looks at it must not wait.
        api.with_authorised(
            std::move(call), Ownership::checked, {},
            [&api, &tables, &feed](std::unique_ptr<ApiCall> asked) {
                feed.wait_for(asked->sequence);
                const auto& request = asked->request_as<v1::GetAccountStatementRequest>();
                auto read = read_statement(tables, request, asked->now);
                if (!read) return asked->responder.fail(read.error());
                const auto statement = std::make_shared<v1::StatementOfAccount>(*std::move(read));
                api.with_authorised(
                    std::move(asked), Ownership::checked,
                    [statement](const Core& core, ApiCall&) {
                        return name_parties(core.exchange().state(), *statement);
                    },
                    [statement](std::unique_ptr<ApiCall> named) {
                        named->responder.reply(*statement);
                    });
            });
    });
}

}  // namespace penstock::shell

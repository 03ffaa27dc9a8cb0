#include "shell/server/table_questions.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/try.h"
#include "core/exchange/error.h"
#include "core/pricing/calendar.h"
#include "penstock/v1/account.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/party.pb.h"
#include "shell/projection/error.h"

namespace penstock::shell {

namespace {

using Answered = Result<std::unique_ptr<google::protobuf::Message>>;

template <class Message>
Answered boxed(Result<Message> message) {
    if (!message) return std::unexpected(std::move(message).error());
    return std::make_unique<Message>(*std::move(message));
}

Answered bill(const projection::Projection& tables, const ApiCall& call) {
    const std::string& order = call.request_as<v1::GetBillRequest>().order();
    // The exchange forgets orders that are long over; whose they were stands in the tables.
    TRY_ASSIGN(const auto parties, tables.order_parties(order));
    if (parties.empty() || parties.front() != call.caller.party.text())
        return reject(exchange::kNotYours, "order");
    return boxed(tables.bill(order));
}

/// Goes on with the caller's accounts, which the exchange knows.
template <class Then>
void with_accounts(Api& api, TableFeed& feed, std::unique_ptr<ApiCall> call, Then then) {
    auto balance = std::make_shared<v1::GetBalanceResponse>();
    api.with_authorised(
        std::move(call), Ownership::checked,
        [balance](const Core& core, ApiCall& seen) -> Result<void> {
            TRY_ASSIGN(const std::string reply,
                       core.query("LedgerService/GetBalance", seen.identity.actor, seen.now, {}));
            if (!balance->ParseFromString(reply)) return reject(exchange::kRequestMalformed);
            return {};
        },
        [balance, &feed, then](std::unique_ptr<ApiCall> asked) {
            std::vector<std::string> accounts;
            for (const v1::Account& account : balance->accounts()) accounts.push_back(account.id());
            feed.wait_for(asked->sequence);
            then(*asked, accounts);
        });
}

/// Transfers of the caller's accounts.
void list_transfers(Api& api, projection::Projection& tables, TableFeed& feed,
                    std::unique_ptr<ApiCall> call) {
    with_accounts(api, feed, std::move(call),
                  [&tables](ApiCall& asked, const std::vector<std::string>& accounts) {
                      const auto page = asked.request_as<v1::ListTransfersRequest>().page();
                      const auto transfers = tables.list_transfers(accounts, page);
                      if (!transfers) return asked.responder.fail(transfers.error());
                      asked.responder.reply(*transfers);
                  });
}

/// A transfer that touches one of the caller's accounts; any, for the operator.
void get_transfer(Api& api, projection::Projection& tables, TableFeed& feed,
                  std::unique_ptr<ApiCall> call) {
    with_accounts(api, feed, std::move(call),
                  [&tables](ApiCall& asked, const std::vector<std::string>& accounts) {
                      const auto& request = asked.request_as<v1::GetTransferRequest>();
                      const auto transfer = tables.transfer(request.transfer());
                      const auto is_own = [&](const std::string& account) {
                          return std::ranges::find(accounts, account) != accounts.end();
                      };
                      if (!transfer && asked.is_operator)
                          return asked.responder.fail(transfer.error());
                      if (!transfer || !(asked.is_operator || is_own(transfer->debit_account()) ||
                                         is_own(transfer->credit_account())))
                          return asked.responder.fail(Error(exchange::kNotYours, "transfer"));
                      asked.responder.reply(*transfer);
                  });
}

/// From the exchange, or from the tables when the exchange has forgotten it.
void get_contract(Api& api, projection::Projection& tables, TableFeed& feed,
                  std::unique_ptr<ApiCall> call) {
    auto living = std::make_shared<Result<std::string>>();
    api.with_authorised(
        std::move(call), Ownership::checked,
        [living](const Core& core, ApiCall& seen) -> Result<void> {
            *living = core.query(seen.method->full_name, seen.identity.actor, seen.now,
                                 seen.request->SerializeAsString());
            return {};
        },
        [living, &tables, &feed](std::unique_ptr<ApiCall> asked) {
            if (*living) return asked->responder.reply_bytes(*std::move(*living));
            feed.wait_for(asked->sequence);
            const auto& request = asked->request_as<v1::GetContractRequest>();
            const auto kept = tables.contract(request.contract());
            const std::string party = asked->caller.party.text();
            if (!kept ||
                (kept->buyer() != party && kept->supplier() != party && !asked->is_operator))
                return asked->responder.fail(living->error());
            asked->responder.reply(*kept);
        });
}

}  // namespace

void serve_tables(Api& api, projection::Projection& tables, TableFeed& feed) {
    const auto question = [&](const char* method, auto answer) {
        api.serve_question(method, Ownership::checked, [&feed, answer](const ApiCall& call) {
            feed.wait_for(call.sequence);
            return answer(call);
        });
    };
    question("PartyService/ListParties", [&tables](const ApiCall& call) {
        return boxed(tables.list_parties(call.request_as<v1::ListPartiesRequest>().page()));
    });
    question("ContractService/ListContracts", [&tables](const ApiCall& call) {
        const auto& page = call.request_as<v1::ListContractsRequest>().page();
        return boxed(tables.list_contracts(call.caller.party.text(), page));
    });
    question("ContractService/GetBill",
             [&tables](const ApiCall& call) { return bill(tables, call); });
    api.serve("LedgerService/ListTransfers", [&](std::unique_ptr<ApiCall> call) {
        list_transfers(api, tables, feed, std::move(call));
    });
    question("AccountService/ListAccountTransfers", [&tables](const ApiCall& call) {
        const auto& request = call.request_as<v1::ListAccountTransfersRequest>();
        return boxed(tables.list_account_transfers(request));
    });
    question("CustodyService/ListWithdrawals", [&tables](const ApiCall& call) {
        const auto& request = call.request_as<v1::ListWithdrawalsRequest>();
        const std::string party = call.is_operator ? std::string() : call.caller.party.text();
        return boxed(tables.list_withdrawals(party, request));
    });
    question("CustodyService/GetReconciliation", [&tables](const ApiCall& call) {
        const std::string& day = call.request_as<v1::GetReconciliationRequest>().day();
        if (!pricing::parse_date(day)) return Answered(reject(projection::kBadDay, "day"));
        return boxed(tables.reconciliation(day));
    });
    api.serve("AccountService/GetTransfer", [&](std::unique_ptr<ApiCall> call) {
        get_transfer(api, tables, feed, std::move(call));
    });
    api.serve("ContractService/GetContract", [&](std::unique_ptr<ApiCall> call) {
        get_contract(api, tables, feed, std::move(call));
    });
}

}  // namespace penstock::shell

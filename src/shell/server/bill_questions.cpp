#include "shell/server/bill_questions.h"

#include <memory>
#include <string>
#include <utility>

#include "base/try.h"
#include "core/exchange/error.h"
#include "core/exchange/exchange.h"
#include "core/exchange/state.h"
#include "penstock/v1/bills.pb.h"
#include "shell/bills/compose.h"
#include "shell/bills/statement.h"
#include "shell/server/statement_period.h"

namespace penstock::shell {

namespace {

/// Whose bills a list has: the caller's, or everybody's for the operator.
std::string whose(const ApiCall& call) {
    return call.is_operator ? std::string() : call.caller.party.text();
}

/// Who issues bills, and in what currency.
struct Issuer {
    std::string party;
    std::string currency;
};

/// A bill of another party is refused as one that is not there, so that numbers tell nothing.
Result<v1::SettlementBill> compose_for(const ApiCall& call, const projection::Projection& tables,
                                       const Issuer& issuer) {
    const auto& asked = call.request_as<v1::GetSettlementBillRequest>();
    const auto sources = tables.bill_sources(asked.bill());
    if (!sources && call.is_operator) return std::unexpected(sources.error());
    const std::string party = call.caller.party.text();
    if (!sources || !(call.is_operator || sources->issued.buyer() == party ||
                      sources->issued.supplier() == party))
        return reject(exchange::kNotYours, "bill");
    TRY_ASSIGN(const v1::Party name, tables.party(issuer.party));
    return bills::compose(*sources, name);
}

/// Anybody may ask for its own, the operator for each party's.
Result<v1::BillsStatement> state_bills(const ApiCall& call, const projection::Projection& tables,
                                       const Issuer& issuer) {
    const auto& asked = call.request_as<v1::GetBillsStatementRequest>();
    const std::string own = call.caller.party.text();
    const std::string& party = asked.party().empty() ? own : asked.party();
    if (party != own && !call.is_operator) return reject(exchange::kNotYours, "party");
    bills::StatementSources sources{.as_supplier = asked.as_supplier(),
                                    .currency = issuer.currency,
                                    .issued_at = call.now,
                                    .utc_offset_minutes = asked.utc_offset_minutes()};
    TRY_ASSIGN(sources.period, statement_period(asked, call.now));
    TRY_ASSIGN(sources.issuer, tables.party(issuer.party));
    TRY_ASSIGN(sources.party, tables.party(party));
    TRY_ASSIGN(sources.bills, tables.told_bills({.party = party,
                                                 .as_supplier = asked.as_supplier(),
                                                 .from_ns = sources.period.start.ns,
                                                 .until_ns = sources.period.end.ns,
                                                 .most = kStatementEntriesMax}));
    return bills::compose_statement(sources);
}

/// Has `compose` answer with what the exchange says of whoever issues bills.
template <class Compose>
void serve_paper(Api& api, const char* method, projection::Projection& tables, TableFeed& feed,
                 Compose compose) {
    api.serve(method, [&api, &tables, &feed, compose](std::unique_ptr<ApiCall> call) {
        const auto issuer = std::make_shared<Issuer>();
        api.with_authorised(
            std::move(call), Ownership::checked,
            [issuer](const Core& core, ApiCall&) -> Result<void> {
                const exchange::State& state = core.exchange().state();
                issuer->party = state.settings.exchange_operator.text();
                issuer->currency = std::string(state.settings.currency.text());
                return {};
            },
            [issuer, &tables, &feed, compose](std::unique_ptr<ApiCall> asked) {
                feed.wait_for(asked->sequence);
                const auto paper = compose(*asked, tables, *issuer);
                if (!paper) return asked->responder.fail(paper.error());
                asked->responder.reply(*paper);
            });
    });
}

}  // namespace

void serve_bills(Api& api, projection::Projection& tables, TableFeed& feed) {
    const auto list = [&](const char* method, auto answer) {
        api.serve_question(
            method, Ownership::checked,
            [&feed,
             answer](const ApiCall& call) -> Result<std::unique_ptr<google::protobuf::Message>> {
                feed.wait_for(call.sequence);
                TRY_ASSIGN(auto found, answer(call));
                return std::make_unique<decltype(found)>(std::move(found));
            });
    };
    list("BillService/ListSettlementBills", [&tables](const ApiCall& call) {
        return tables.list_settlement_bills(whose(call),
                                            call.request_as<v1::ListSettlementBillsRequest>());
    });
    list("BillService/ListDisputes", [&tables](const ApiCall& call) {
        return tables.list_disputes(whose(call), call.request_as<v1::ListDisputesRequest>());
    });
    serve_paper(api, "BillService/GetSettlementBill", tables, feed, &compose_for);
    serve_paper(api, "BillService/GetBillsStatement", tables, feed, &state_bills);
}

}  // namespace penstock::shell

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

namespace penstock::shell {

namespace {

/// Whose bills a list has: the caller's, or everybody's for the operator.
std::string whose(const ApiCall& call) {
    return call.is_operator ? std::string() : call.caller.party.text();
}

/// A bill of another party is refused as one that is not there, so that numbers tell nothing.
Result<v1::SettlementBill> compose_for(const ApiCall& call, const projection::Projection& tables,
                                       const std::string& issuer) {
    const auto& asked = call.request_as<v1::GetSettlementBillRequest>();
    const auto sources = tables.bill_sources(asked.bill());
    if (!sources && call.is_operator) return std::unexpected(sources.error());
    const std::string party = call.caller.party.text();
    if (!sources || !(call.is_operator || sources->issued.buyer() == party ||
                      sources->issued.supplier() == party))
        return reject(exchange::kNotYours, "bill");
    TRY_ASSIGN(const v1::Party name, tables.party(issuer));
    return bills::compose(*sources, name);
}

void get_settlement_bill(Api& api, projection::Projection& tables, TableFeed& feed,
                         std::unique_ptr<ApiCall> call) {
    auto issuer = std::make_shared<std::string>();
    api.with_authorised(
        std::move(call), Ownership::checked,
        [issuer](const Core& core, ApiCall&) -> Result<void> {
            *issuer = core.exchange().state().settings.exchange_operator.text();
            return {};
        },
        [issuer, &tables, &feed](std::unique_ptr<ApiCall> asked) {
            feed.wait_for(asked->sequence);
            const auto bill = compose_for(*asked, tables, *issuer);
            if (!bill) return asked->responder.fail(bill.error());
            asked->responder.reply(*bill);
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
    api.serve("BillService/GetSettlementBill", [&](std::unique_ptr<ApiCall> call) {
        get_settlement_bill(api, tables, feed, std::move(call));
    });
}

}  // namespace penstock::shell

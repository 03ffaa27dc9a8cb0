#include <fmt/core.h>

#include <chrono>
#include <memory>
#include <string>

#include "app/client/error.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/system.pb.h"
#include "transport/json/read.h"
#include "transport/json/write.h"
#include "transport/schema/method_table.h"

namespace penstock::client {

namespace {

struct CallInput {
    std::string method;
    std::string json = "{}";
    unsigned wait_seconds = 0;
};

RemoteResult<void> call(Session& session, const CallInput& input) {
    const transport::Method* method = transport::MethodTable::schema().find(input.method);
    if (!method || method->internal)
        return refuse(
            kUsage, "method",
            "There is no method " + input.method + "; name one as in ContractService/GetBill.");
    const auto request = method->new_request();
    if (auto read = transport::read_json(input.json, *request); !read) return refuse(read.error());
    const auto response = method->new_response();
    if (method->server_streaming) {
        TRY_ASSIGN(transport::RpcClient* const client, session.rpc());
        return client->stream_messages(input.method, *request, *response, [&] {
            print_json(*response);
            std::fflush(stdout);
            return true;
        });
    }
    TRY(session.call_message(input.method, *request, *response));
    print_json(*response);
    return {};
}

RemoteResult<void> status(Session& session, const CallInput& input) {
    session.set_patience(std::chrono::seconds(input.wait_seconds));
    TRY_ASSIGN(const auto response, session.call_patiently<v1::GetStatusResponse>(
                                        "SystemService/GetStatus", v1::GetStatusRequest(), ""));
    if (session.output() == Output::machines) {
        print_json(response);
        return {};
    }
    fmt::print("version       {}\nclock         {}\nlast command  {}\nrolling hash  {}\n",
               response.version(), time_text(response.now_ns()), response.last_sequence(),
               response.rolling_hash());
    fmt::print("evidence      {} records{}\n", response.evidence_size(),
               response.evidence_fault().empty() ? "" : ", FAULT: " + response.evidence_fault());
    if (!response.tables_fault().empty())
        fmt::print("tables        FAULT: {}\n", response.tables_fault());
    if (!response.grants_fault().empty())
        fmt::print("grants        FAULT: {}\n", response.grants_fault());
    if (response.leads()) {
        fmt::print("server        {}, leads in epoch {}\n", response.server_name(),
                   response.epoch());
    } else {
        fmt::print("server        {}, follows {} ({}), {} ms behind\n", response.server_name(),
                   response.leader_name().empty() ? "nobody yet" : response.leader_name(),
                   response.leader_address(), response.staleness_ms());
    }
    if (response.secrets() != v1::SECRETS_STATE_UNSPECIFIED)
        fmt::print("secrets       {}\n", response.secrets() == v1::SECRETS_SEALED
                                             ? "sealed"
                                             : "PLAIN: see --seal-key of penstock server");
    fmt::print("{}\n", response.read_only() ? "READ ONLY: the journal cannot be written" : "ready");
    return {};
}

}  // namespace

void add_call_verb(CLI::App& app) {
    const auto input = std::make_shared<CallInput>();
    const auto session = std::make_shared<Session>();
    CLI::App* generic = app.add_subcommand("call", "Calls any method of the interface");
    session->add_options(*generic);
    generic->add_option("method", input->method, "For instance ContractService/GetBill")
        ->required();
    generic->add_option("request", input->json, "The request as JSON")->capture_default_str();
    on_call(*generic, session, [input](Session& open) { return call(open, *input); });

    const auto other = std::make_shared<Session>();
    CLI::App* health = app.add_subcommand("status", "Shows how the exchange does");
    other->add_options(*health);
    health->add_option("--wait", input->wait_seconds, "Seconds to wait for its first answer")
        ->capture_default_str();
    on_call(*health, other, [input](Session& open) { return status(open, *input); });
}

}  // namespace penstock::client

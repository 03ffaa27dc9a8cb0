#include "cast.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "crypto/one_time_code.h"
#include "format/request_signature.h"
#include "format/statement.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/change.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/dispute.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/statement.pb.h"
#include "penstock/v1/task.pb.h"
#include "penstock/v1/terms.pb.h"

namespace penstock::test {
namespace {

std::int64_t unix_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

transport::Authorize bearer(const std::string& secret) {
    return [secret](std::string_view, std::string_view, std::string_view) {
        return "Bearer " + secret;
    };
}

void set_money(v1::Money* money, std::int64_t micros) {
    money->set_micros(micros);
    money->set_currency("CNY");
}

}  // namespace

void Cast::die(const char* method, const transport::RemoteError& error) {
    std::fprintf(stderr, "%s: %s (%s): %s\n", method, error.reason.c_str(), error.field.c_str(),
                 error.message.c_str());
    std::abort();
}

Cast::Cast() {
    char pattern[] = "/tmp/penstock-roles-XXXXXX";
    folder_ = mkdtemp(pattern);
    shell::ServerOptions options;
    options.data = folder_ / "server";
    options.port = 0;
    options.lease = seconds(600);
    auto started = shell::Server::start(options);
    if (!started) {
        std::fprintf(stderr, "server: %s\n", started.error().message().c_str());
        std::abort();
    }
    server_ = std::move(*started);
    url_ = "http://127.0.0.1:" + std::to_string(server_->port());
    std::ifstream key_file(options.data / "operator.key");
    std::string operator_secret;
    key_file >> operator_secret;
    callers["anonymous"] = {"anonymous", {}};
    callers["operator"] = {"operator", bearer(operator_secret)};
    things["party"] = sign_up("buyer", v1::ROLE_BUYER, "qualified");
    sign_up("other buyer", v1::ROLE_BUYER, "qualified");
    sign_up("supplier", v1::ROLE_SUPPLIER, "qualified");
    sign_up("other supplier", v1::ROLE_SUPPLIER, "qualified");
    sign_up("applied buyer", v1::ROLE_BUYER, "");
    sign_up("suspended buyer", v1::ROLE_BUYER, "suspended");
    sign_up("applied supplier", v1::ROLE_SUPPLIER, "");

    v1::CreateApiKeyRequest spare;
    spare.set_label("spare");
    const auto kept = must<v1::CreateApiKeyResponse>("buyer", "PartyService/CreateApiKey", spare);
    things["key"] = kept.key();
    const auto made = must<v1::CreateApiKeyResponse>("buyer", "PartyService/CreateApiKey", spare);
    callers["revoked key"] = {"revoked key", bearer(made.secret())};
    v1::RevokeApiKeyRequest revoke;
    revoke.set_key(made.key());
    must<v1::RevokeApiKeyResponse>("buyer", "PartyService/RevokeApiKey", revoke);
    spare.add_scopes(v1::PERMISSION_MONEY_READ);
    const auto narrow = must<v1::CreateApiKeyResponse>("buyer", "PartyService/CreateApiKey", spare);
    callers["buyer money key"] = {"buyer money key", bearer(narrow.secret())};
    add_agent();
    sell();
    buy();
    dispute();
    change();
    add_user("buyer administrator", "buyer", v1::USER_ADMINISTRATOR);
    add_user("buyer trader", "buyer", v1::USER_TRADER);
    add_user("buyer finance", "buyer", v1::USER_FINANCE);
    add_user("buyer viewer", "buyer", v1::USER_VIEWER);
    add_user("buyer spare", "buyer", v1::USER_VIEWER);
    add_user("system administrator", "operator", v1::USER_SYSTEM_ADMINISTRATOR);
    add_user("security administrator", "operator", v1::USER_SECURITY_ADMINISTRATOR);
    add_user("auditor", "operator", v1::USER_AUDITOR);
    const auto session = sign_in("buyer spare", "");
    things["user"] = session.user();
    things["session"] = session.session();
}

v1::SignInResponse Cast::sign_in(const std::string& name, const std::string& code) {
    v1::SignInRequest request;
    std::string local = name;
    std::replace(local.begin(), local.end(), ' ', '.');
    request.set_email(local + "@example.test");
    request.set_password("kettle-orbit-94-violin");
    request.set_code(code);
    request.set_bearer(true);
    return must<v1::SignInResponse>("anonymous", "IdentityService/SignIn", request);
}

void Cast::add_user(const std::string& name, const std::string& manager, v1::UserRole role) {
    v1::AddUserRequest add;
    std::string local = name;
    std::replace(local.begin(), local.end(), ' ', '.');
    add.set_email(local + "@example.test");
    add.set_name(name);
    add.add_roles(role);
    const auto added = must<v1::AddUserResponse>(manager, "IdentityService/AddUser", add);
    v1::AcceptInvitationRequest accept;
    accept.set_invitation(added.invitation());
    accept.set_password("kettle-orbit-94-violin");
    must<v1::AcceptInvitationResponse>("anonymous", "IdentityService/AcceptInvitation", accept);
    callers[name] = {name, bearer(sign_in(name, "").token())};
    if (manager != "operator") return;
    const auto begun = must<v1::BeginSecondFactorResponse>(
        name, "IdentityService/BeginSecondFactor", v1::BeginSecondFactorRequest());
    const auto secret = crypto::parse_base32(begun.secret()).value();
    v1::ConfirmSecondFactorRequest confirm;
    const auto step = static_cast<std::uint64_t>(unix_ns() / seconds(30).ns);
    confirm.set_code(crypto::one_time_code(secret, step));
    must<v1::ConfirmSecondFactorResponse>(name, "IdentityService/ConfirmSecondFactor", confirm);
}

Cast::~Cast() {
    server_->stop();
    server_.reset();
    std::filesystem::remove_all(folder_);
}

std::string Cast::sign_up(const std::string& name, int role, const std::string& admit_as) {
    v1::RegisterPartyRequest request;
    request.set_name(name);
    request.add_roles(static_cast<v1::Role>(role));
    const auto party =
        must<v1::RegisterPartyResponse>("anonymous", "PartyService/RegisterParty", request);
    callers[name] = {name, bearer(party.secret())};
    v1::ReviewPartyRequest review;
    review.set_party(party.party());
    for (const v1::PartyState state : {v1::PARTY_QUALIFIED, v1::PARTY_SUSPENDED}) {
        if (admit_as.empty() || (state == v1::PARTY_SUSPENDED && admit_as != "suspended")) continue;
        review.set_decision(state);
        must<v1::ReviewPartyResponse>("operator", "PartyService/ReviewParty", review);
    }
    return party.party();
}

void Cast::add_agent() {
    v1::CreateEnrolmentTokenRequest token;
    token.set_site_name("site");
    token.set_pool_name("pool");
    const auto created = must<v1::CreateEnrolmentTokenResponse>(
        "supplier", "PartyService/CreateEnrolmentToken", token);
    v1::EnrolAgentRequest enrol;
    enrol.set_token(created.token());
    const auto& key = agent_key_.public_key();
    enrol.set_public_key({reinterpret_cast<const char*>(key.data()), key.size()});
    const auto agent = must<v1::EnrolAgentResponse>("anonymous", "PartyService/EnrolAgent", enrol);
    things["agent"] = agent.agent();
    things["pool"] = agent.pool();
    callers["agent"] = {
        "agent", [this](std::string_view verb, std::string_view path, std::string_view body) {
            return format::sign_request(things.at("agent"), unix_ns() / 1'000'000,
                                        {verb, path, body}, agent_key_);
        }};
}

void Cast::sell() {
    v1::BeginMeasurementRequest begin;
    begin.set_pool(things.at("pool"));
    const auto begun =
        must<v1::BeginMeasurementResponse>("agent", "CatalogService/BeginMeasurement", begin);
    v1::ProfileStatement profile;
    profile.set_pool(things.at("pool"));
    profile.set_agent(things.at("agent"));
    profile.set_challenge(begun.challenge());
    profile.set_measured_at_ns(unix_ns());
    profile.set_cores(4);
    profile.set_memory_bytes(std::uint64_t{4} << 30);
    for (const char* name : {"gemm_fp64", "gemm_fp32", "triad"}) {
        v1::Measurement* measurement = profile.add_measurements();
        measurement->set_name(name);
        measurement->set_unit(name == std::string("triad") ? "GB/s" : "GFLOP/s");
        measurement->set_value_milli(10'000);
        measurement->set_repetitions(1);
        measurement->set_method("of the test");
        measurement->set_software("none 1");
    }
    v1::SubmitProfileRequest submit;
    submit.set_pool(things.at("pool"));
    *submit.mutable_profile() = format::sign_statement(format::kProfileStatement,
                                                       profile.SerializeAsString(), 1, agent_key_);
    must<v1::SubmitProfileResponse>("agent", "CatalogService/SubmitProfile", submit);
    v1::ListProductRequest list;
    list.set_pool(things.at("pool"));
    list.set_name("cores");
    set_money(list.mutable_price_per_core_hour(), 1'000'000);
    list.set_cores(4);
    things["product"] =
        must<v1::ListProductResponse>("agent", "CatalogService/ListProduct", list).product();
}

void Cast::buy() {
    v1::RequestTopUpRequest request;
    set_money(request.mutable_amount(), 100'000'000);
    const auto asked =
        must<v1::RequestTopUpResponse>("buyer", "LedgerService/RequestTopUp", request);
    v1::ConfirmTopUpRequest confirm;
    confirm.set_top_up(asked.top_up());
    confirm.set_bank_reference("bank 1");
    *confirm.mutable_amount() = request.amount();
    must<v1::ConfirmTopUpResponse>("operator", "LedgerService/ConfirmTopUp", confirm);

    const auto balance =
        must<v1::GetBalanceResponse>("buyer", "LedgerService/GetBalance", v1::GetBalanceRequest());
    things["account"] = balance.accounts(0).id();
    v1::ListTransfersRequest transfers;
    things["transfer"] =
        must<v1::ListTransfersResponse>("buyer", "LedgerService/ListTransfers", transfers)
            .transfers(0)
            .id();

    v1::RequestWithdrawalRequest withdraw;
    set_money(withdraw.mutable_amount(), 1'000'000);
    withdraw.set_payee("main account");
    things["withdrawal"] =
        must<v1::RequestWithdrawalResponse>("buyer", "CustodyService/RequestWithdrawal", withdraw)
            .withdrawal();

    v1::PlaceOrderRequest order;
    v1::OrderLine* line = order.add_lines();
    line->set_product(things.at("product"));
    line->set_price_version(1);
    line->set_cores(1);
    line->mutable_term()->set_start_ns(unix_ns());
    line->mutable_term()->set_end_ns(unix_ns() + seconds(3'600).ns);
    set_money(order.mutable_max_total(), 50'000'000);
    const auto placed = must<v1::PlaceOrderResponse>("buyer", "ContractService/PlaceOrder", order);
    things["order"] = placed.order();
    things["contract"] = placed.contracts(0);
    v1::AcceptContractRequest accept;
    accept.set_contract(things.at("contract"));
    must<v1::AcceptContractResponse>("agent", "ContractService/AcceptContract", accept);
    v1::SubmitWorkloadRequest submit;
    submit.set_order(things.at("order"));
    v1::WorkloadSpec& spec = *submit.mutable_spec();
    spec.set_name("work");
    spec.set_cpus(1);
    spec.set_memory_bytes(1 << 20);
    spec.set_array_size(1);
    spec.set_run("true");
    things["workload"] =
        must<v1::SubmitWorkloadResponse>("buyer", "TaskService/SubmitWorkload", submit).workload();
    v1::PullWorkRequest pull;
    pull.set_agent(things.at("agent"));
    const auto work = must<v1::PullWorkResponse>("agent", "TaskService/PullWork", pull);
    things["attempt"] = work.assignments(0).attempt();
    things["task"] = work.assignments(0).task();
}

Cast::Bought Cast::buy_a_connection(std::uint32_t price_version) {
    v1::PlaceOrderRequest order;
    v1::OrderLine& line = *order.add_lines();
    line.set_product(things.at("product"));
    line.set_price_version(price_version);
    line.mutable_term()->set_start_ns(unix_ns());
    line.mutable_term()->set_end_ns(unix_ns() + seconds(3'600).ns);
    v1::PlanQuantity& quantity = *line.add_quantities();
    quantity.set_component("connection");
    quantity.set_quantity(1);
    set_money(order.mutable_max_total(), 50'000'000);
    const auto placed = must<v1::PlaceOrderResponse>("buyer", "ContractService/PlaceOrder", order);
    v1::AcceptContractRequest accept;
    accept.set_contract(placed.contracts(0));
    must<v1::AcceptContractResponse>("agent", "ContractService/AcceptContract", accept);
    return {placed.order(), placed.contracts(0), line.term().end_ns()};
}

void Cast::dispute() {
    v1::SetSaleTermsRequest terms;
    terms.set_product(things.at("product"));
    terms.mutable_terms()->set_dispute_window_ns(seconds(86'400).ns);
    must<v1::SetSaleTermsResponse>("agent", "TermsService/SetSaleTerms", terms);
    v1::SetPricePlanRequest price;
    price.set_product(things.at("product"));
    v1::PricePlan& plan = *price.mutable_plan();
    plan.set_version(1);
    plan.set_currency("CNY");
    plan.set_billing_period(v1::BILLING_PERIOD_MONTH);
    v1::PriceComponent& component = *plan.add_components();
    component.set_name("connection");
    component.set_unit(v1::PRICE_UNIT_ONE_OFF);
    component.add_tiers()->set_price_micros(1'000'000);
    component.set_missing_usage(v1::MISSING_USAGE_ZERO);
    const auto priced =
        must<v1::SetPricePlanResponse>("agent", "CatalogService/SetPricePlan", price);
    const Bought bought = buy_a_connection(priced.price_version());
    v1::CancelOrderRequest cancel;
    cancel.set_order(bought.order);
    must<v1::CancelOrderResponse>("buyer", "ContractService/CancelOrder", cancel);
    // It is the first one of the server.
    things["bill"] = "bill_1";
    v1::OpenDisputeRequest open;
    open.set_bill(things.at("bill"));
    set_money(open.mutable_amount(), 500'000);
    open.set_reason("There was no connection.");
    things["dispute"] =
        must<v1::OpenDisputeResponse>("buyer", "DisputeService/OpenDispute", open).dispute();
}

void Cast::change() {
    v1::GetProductRequest asked;
    asked.set_product(things.at("product"));
    const auto product = must<v1::Product>("buyer", "CatalogService/GetProduct", asked);
    const Bought bought = buy_a_connection(product.price_version());
    v1::ProposeChangeRequest change;
    change.set_contract(bought.contract);
    change.set_term_end_ns(bought.term_end_ns + seconds(3'600).ns);
    things["change_order"] =
        must<v1::ProposeChangeResponse>("buyer", "ChangeService/ProposeChange", change)
            .change_order();
}

transport::RpcClient Cast::client_of(const Caller& caller) {
    transport::HttpClientOptions options;
    options.base_url = url_;
    auto http = transport::HttpClient::create(options);
    if (!http) std::abort();
    return transport::RpcClient(std::move(*http), caller.authorize);
}

transport::RemoteResult<void> Cast::call(const Caller& caller, const transport::Method& method,
                                         const google::protobuf::Message& request) {
    auto client = client_of(caller);
    auto response = method.new_response();
    if (!method.server_streaming) return client.call_message(method.full_name, request, *response);
    return client.stream_messages(method.full_name, request, *response, [] { return false; });
}

}  // namespace penstock::test

// Market's part about how it opens: parties, pools, products and balances.
#include <chrono>
#include <cstdio>

#include "base/id.h"
#include "bench/market.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/party.pb.h"

namespace penstock::bench {
namespace {

constexpr exchange::Actor kSystem{exchange::Actor::Kind::system, 0};
constexpr exchange::Actor kNobody{exchange::Actor::Kind::anonymous, 0};

exchange::Actor key_actor(const std::string& id) {
    return {exchange::Actor::Kind::key, KeyId::parse(id)->value};
}

/// 32 bytes that no other number gives.
std::string hash_of(char kind, std::size_t number) {
    char text[33];
    std::snprintf(text, sizeof text, "%c%031zu", kind, number);
    return {text, 32};
}

}  // namespace

template <class Response>
Response Market::must(const exchange::Actor& actor, std::string_view method,
                      const google::protobuf::Message& request) {
    Response response;
    if (!give(actor, method, request) || !response.ParseFromString(reply_))
        give_up("the market could not open at " + std::string(method) + ": " + reply_);
    return response;
}

Market::Market(MarketOptions options) : options_(options) {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    now_ = Instant{std::chrono::nanoseconds(since).count()};
    v1::OpenExchangeRequest open;
    open.set_operator_name("Operator");
    open.set_key_hash(hash_of('o', 0));
    open.set_currency("CNY");
    open.set_fee_basis_points(200);
    open.set_identifier_prefix("BNCH");
    operator_key_ = key_actor(
        must<v1::OpenExchangeResponse>(kSystem, "InternalService/OpenExchange", open).key());
    for (std::size_t i = 0; i < options_.suppliers; ++i) open_supplier(i);
    for (std::size_t i = 0; i < options_.buyers; ++i) open_buyer(i);
    std::swap(script_.opening, script_.traffic);
}

std::pair<std::string, exchange::Actor> Market::open_party(const std::string& name, bool supplies) {
    v1::OpenPartyRequest request;
    request.set_name(name);
    request.add_roles(supplies ? v1::ROLE_SUPPLIER : v1::ROLE_BUYER);
    request.set_key_hash(hash_of('k', keys_));
    const auto opened = must<v1::OpenPartyResponse>(kNobody, "InternalService/OpenParty", request);
    v1::ReviewPartyRequest review;
    review.set_party(opened.party());
    review.set_decision(v1::PARTY_QUALIFIED);
    must<v1::ReviewPartyResponse>(operator_key_, "PartyService/ReviewParty", review);
    return {opened.party(), key_actor(opened.key())};
}

void Market::open_supplier(std::size_t number) {
    Supplier supplier;
    supplier.key = open_party("Supplier " + std::to_string(number), true).second;
    v1::AddEnrolmentTokenRequest token;
    token.set_site_name("Site");
    token.set_pool_name("Pool " + std::to_string(number));
    token.set_token_hash(hash_of('t', number));
    must<v1::AddEnrolmentTokenResponse>(supplier.key, "InternalService/AddEnrolmentToken", token);
    v1::JoinAgentRequest join;
    join.set_token_hash(token.token_hash());
    join.set_public_key(hash_of('a', number));
    const auto joined = must<v1::JoinAgentResponse>(kNobody, "InternalService/JoinAgent", join);
    supplier.agent_id = joined.agent();
    supplier.agent = {exchange::Actor::Kind::agent, AgentId::parse(joined.agent())->value};
    measure(supplier, joined.pool());
    v1::ListProductRequest list;
    list.set_pool(joined.pool());
    list.set_name("Cores");
    list.mutable_price_per_core_hour()->set_micros(
        static_cast<std::int64_t>(100'000 + draw(200'000)));
    list.mutable_price_per_core_hour()->set_currency("CNY");
    list.set_cores(options_.cores);
    supplier.product =
        must<v1::ListProductResponse>(supplier.agent, "CatalogService/ListProduct", list).product();
    suppliers_.push_back(std::move(supplier));
}

void Market::measure(Supplier& supplier, const std::string& pool) {
    v1::IssueChallengeRequest issue;
    issue.set_pool(pool);
    issue.set_challenge("0123456789abcdef");
    must<v1::IssueChallengeResponse>(supplier.agent, "InternalService/IssueChallenge", issue);
    v1::ProfileStatement profile;
    profile.set_pool(pool);
    profile.set_agent(supplier.agent_id);
    profile.set_challenge(issue.challenge());
    profile.set_measured_at_ns(now_.ns);
    profile.set_cores(options_.cores);
    profile.set_memory_bytes(std::uint64_t{options_.cores} << 32);
    profile.set_cpu_model("a processor");
    for (const char* name : {"gemm_fp64", "gemm_fp32", "triad"}) {
        v1::Measurement* measurement = profile.add_measurements();
        measurement->set_name(name);
        measurement->set_unit(name == std::string("triad") ? "GB/s" : "GFLOP/s");
        measurement->set_value_milli(40'000);
        measurement->set_repetitions(3);
        measurement->set_method("made up");
        measurement->set_software("bench 1");
    }
    v1::SubmitProfileRequest submit;
    submit.set_pool(pool);
    submit.mutable_profile()->set_type("profile");
    submit.mutable_profile()->set_body(profile.SerializeAsString());
    must<v1::SubmitProfileResponse>(supplier.agent, "CatalogService/SubmitProfile", submit);
}

void Market::open_buyer(std::size_t number) {
    buyers_.push_back(open_party("Buyer " + std::to_string(number), false).second);
    top_up(buyers_.back(), 1'000'000'000'000);
}

void Market::top_up(const exchange::Actor& buyer, std::int64_t micros) {
    v1::RequestTopUpRequest request;
    request.mutable_amount()->set_micros(micros);
    request.mutable_amount()->set_currency("CNY");
    const auto asked = must<v1::RequestTopUpResponse>(buyer, "LedgerService/RequestTopUp", request);
    v1::ConfirmTopUpRequest confirm;
    confirm.set_top_up(asked.top_up());
    confirm.set_bank_reference("bank-" + asked.top_up());
    *confirm.mutable_amount() = request.amount();
    must<v1::ConfirmTopUpResponse>(operator_key_, "LedgerService/ConfirmTopUp", confirm);
}

}  // namespace penstock::bench

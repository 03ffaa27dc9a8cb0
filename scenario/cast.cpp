#include "scenario/cast.h"

#include "base/id.h"
#include "core/exchange/state.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/statement.pb.h"

namespace penstock::scenario {
namespace {

std::pair<std::string, exchange::Actor> open_party(Venue& venue, const Cast& cast,
                                                   const std::string& name, v1::Role role,
                                                   std::uint64_t number) {
    v1::OpenPartyRequest request;
    request.set_name(name);
    request.add_roles(role);
    request.set_key_hash(hash_of(role == v1::ROLE_SUPPLIER ? 's' : 'b', number));
    const auto opened =
        venue.must<v1::OpenPartyResponse>(kNobody, "InternalService/OpenParty", request);
    v1::ReviewPartyRequest review;
    review.set_party(opened.party());
    review.set_decision(v1::PARTY_QUALIFIED);
    venue.must<v1::ReviewPartyResponse>(cast.operator_key, "PartyService/ReviewParty", review);
    return {opened.party(), key_actor(opened.key())};
}

std::string appoint(Venue& venue, const Cast& cast, char letter) {
    v1::InviteUserRequest invite;
    invite.add_roles(v1::USER_SYSTEM_ADMINISTRATOR);
    invite.set_profile(std::string(16, letter));
    invite.set_invitation_hash(hash_of(letter, 1));
    const auto invited =
        venue.must<v1::InviteUserResponse>(cast.operator_key, "InternalService/InviteUser", invite);
    v1::ActivateUserRequest activate;
    activate.set_invitation_hash(invite.invitation_hash());
    activate.set_password(std::string(15, letter) + "p");
    venue.must<v1::ActivateUserResponse>(kNobody, "InternalService/ActivateUser", activate);
    return invited.user();
}

void measure(Venue& venue, const Supplier& supplier) {
    v1::IssueChallengeRequest issue;
    issue.set_pool(supplier.pool);
    issue.set_challenge("0123456789abcdef");
    venue.must<v1::IssueChallengeResponse>(supplier.agent, "InternalService/IssueChallenge", issue);
    v1::ProfileStatement profile;
    profile.set_pool(supplier.pool);
    profile.set_agent(supplier.agent_id);
    profile.set_challenge(issue.challenge());
    profile.set_measured_at_ns(venue.now().ns);
    profile.set_cores(kCoresOfPool);
    profile.set_memory_bytes(std::uint64_t{kCoresOfPool} << 32);
    profile.set_cpu_model("a processor");
    for (const char* name : {"gemm_fp64", "gemm_fp32", "triad"}) {
        v1::Measurement& measurement = *profile.add_measurements();
        measurement.set_name(name);
        measurement.set_unit(name == std::string("triad") ? "GB/s" : "GFLOP/s");
        measurement.set_value_milli(40'000);
        measurement.set_repetitions(3);
        measurement.set_method("made up");
        measurement.set_software("scenario 1");
    }
    v1::SubmitProfileRequest submit;
    submit.set_pool(supplier.pool);
    submit.mutable_profile()->set_type("profile");
    submit.mutable_profile()->set_body(profile.SerializeAsString());
    venue.must<v1::SubmitProfileResponse>(supplier.agent, "CatalogService/SubmitProfile", submit);
}

Supplier open_supplier(Venue& venue, const Cast& cast, std::uint64_t number) {
    Supplier supplier;
    std::tie(supplier.party, supplier.key) =
        open_party(venue, cast, "算力中心 " + std::to_string(number), v1::ROLE_SUPPLIER, number);
    v1::AddEnrolmentTokenRequest token;
    token.set_site_name("Site " + std::to_string(number));
    token.set_pool_name("Pool " + std::to_string(number));
    token.set_token_hash(hash_of('t', number));
    venue.must<v1::AddEnrolmentTokenResponse>(supplier.key, "InternalService/AddEnrolmentToken",
                                              token);
    v1::JoinAgentRequest join;
    join.set_token_hash(token.token_hash());
    join.set_public_key(hash_of('a', number));
    const auto joined =
        venue.must<v1::JoinAgentResponse>(kNobody, "InternalService/JoinAgent", join);
    supplier.agent_id = joined.agent();
    supplier.agent = {exchange::Actor::Kind::agent, AgentId::parse(joined.agent())->value};
    supplier.pool = joined.pool();
    measure(venue, supplier);
    return supplier;
}

void name_bank_account(Venue& venue, const Cast& cast) {
    v1::SetCustodyRequest request;
    request.mutable_custody()->set_bank_account(kBankAccount);
    request.mutable_custody()->set_officers(2);
    venue.must<v1::SetCustodyResponse>(cast.officers[0], "CustodyService/SetCustody", request);
}

}  // namespace

void sign_in(Venue& venue, Cast& cast) {
    for (std::size_t i = 0; i < 2; ++i) {
        v1::OpenSessionRequest open;
        open.set_user(cast.officer_users[i]);
        const std::uint64_t number = 2 * venue.commands() + i;
        open.set_token_hash(hash_of('y', number));
        open.set_means(v1::SIGN_IN_OIDC);
        open.set_provider_second_factor(true);
        open.set_new_device_hash(hash_of('z', number));
        open.set_idle_seconds(30 * 86'400);
        open.set_lifetime_seconds(30 * 86'400);
        const auto opened =
            venue.must<v1::OpenSessionResponse>(kSystem, "InternalService/OpenSession", open);
        cast.officers[i] = {exchange::Actor::Kind::session,
                            SessionId::parse(opened.session())->value};
    }
}

void measure_all(Venue& venue, const Cast& cast) {
    for (const Supplier& supplier : cast.suppliers) measure(venue, supplier);
}

Cast open_exchange(Venue& venue, std::size_t suppliers, std::size_t buyers) {
    v1::OpenExchangeRequest open;
    open.set_operator_name("城市算力交易所");
    open.set_key_hash(hash_of('o', 0));
    open.set_currency("CNY");
    open.set_fee_basis_points(250);
    open.set_identifier_prefix("SCEN");
    open.set_logic_version(exchange::kNewestLogicVersion);
    const auto opened =
        venue.must<v1::OpenExchangeResponse>(kSystem, "InternalService/OpenExchange", open);
    Cast cast;
    cast.operator_key = key_actor(opened.key());
    cast.officer_users[0] = appoint(venue, cast, 'A');
    cast.officer_users[1] = appoint(venue, cast, 'B');
    sign_in(venue, cast);
    name_bank_account(venue, cast);
    for (std::size_t i = 1; i <= suppliers; ++i)
        cast.suppliers.push_back(open_supplier(venue, cast, i));
    for (std::size_t i = 1; i <= buyers; ++i) {
        Buyer buyer;
        std::tie(buyer.party, buyer.key) =
            open_party(venue, cast, "用户 " + std::to_string(i), v1::ROLE_BUYER, i);
        cast.buyers.push_back(std::move(buyer));
    }
    return cast;
}

}  // namespace penstock::scenario

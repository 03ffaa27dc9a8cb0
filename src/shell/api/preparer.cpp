#include "shell/api/preparer.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "format/statement.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/meter.pb.h"
#include "penstock/v1/task.pb.h"
#include "shell/api/error.h"
#include "shell/api/network.h"
#include "shell/api/result_line.h"

namespace penstock::shell {

namespace {

constexpr std::size_t kAnonymousKeyMin = 16;
constexpr std::size_t kChallengeBytes = 16;

/// What a preparer works with.
struct Preparing {
    const Identity& caller;
    const google::protobuf::Message& request;
    const SecretMaker& secrets;
    SecretMaker::Request secret_request;
};

template <class Message>
const Message& cast(const google::protobuf::Message& message) {
    return dynamic_cast<const Message&>(message);
}

template <class Reply>
Reply read_reply(const std::string& bytes) {
    Reply reply;
    const bool parsed = reply.ParseFromString(bytes);
    PENSTOCK_ASSERT(parsed);
    return reply;
}

std::string text_of(const crypto::Sha256& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// "key_7" and its secret, as the caller will send them.
std::string key_text(const std::string& key, const std::string& secret) {
    const auto id = KeyId::parse(key);
    PENSTOCK_ASSERT(id.has_value());
    return api_key_text(id->value, secret);
}

Result<PreparedCommand> register_party(const Preparing& preparing) {
    const auto& request = cast<v1::RegisterPartyRequest>(preparing.request);
    const std::string secret = preparing.secrets.derive_text(preparing.secret_request);
    v1::OpenPartyRequest open;
    open.set_name(request.name());
    *open.mutable_roles() = request.roles();
    open.set_key_hash(text_of(hash_of_secret(secret)));
    return PreparedCommand{"InternalService/OpenParty", open.SerializeAsString(),
                           [secret](const std::string& bytes) {
                               const auto opened = read_reply<v1::OpenPartyResponse>(bytes);
                               v1::RegisterPartyResponse reply;
                               reply.set_party(opened.party());
                               reply.set_key(opened.key());
                               reply.set_secret(key_text(opened.key(), secret));
                               return reply.SerializeAsString();
                           }};
}

Result<PreparedCommand> create_api_key(const Preparing& preparing) {
    const auto& request = cast<v1::CreateApiKeyRequest>(preparing.request);
    const std::string secret = preparing.secrets.derive_text(preparing.secret_request);
    v1::AddApiKeyRequest add;
    add.set_label(request.label());
    *add.mutable_scopes() = request.scopes();
    add.set_ttl_seconds(request.ttl_seconds());
    for (const std::string& network : request.networks()) {
        TRY_ASSIGN(*add.add_networks(), canonical_network(network));
    }
    add.set_key_hash(text_of(hash_of_secret(secret)));
    return PreparedCommand{"InternalService/AddApiKey", add.SerializeAsString(),
                           [secret](const std::string& bytes) {
                               const auto added = read_reply<v1::AddApiKeyResponse>(bytes);
                               v1::CreateApiKeyResponse reply;
                               reply.set_key(added.key());
                               reply.set_secret(key_text(added.key(), secret));
                               return reply.SerializeAsString();
                           }};
}

Result<PreparedCommand> rotate_api_key(const Preparing& preparing) {
    const auto& request = cast<v1::RotateApiKeyRequest>(preparing.request);
    const std::string secret = preparing.secrets.derive_text(preparing.secret_request);
    v1::ReplaceApiKeyRequest replace;
    replace.set_key(request.key());
    replace.set_overlap_seconds(request.overlap_seconds());
    replace.set_key_hash(text_of(hash_of_secret(secret)));
    return PreparedCommand{"InternalService/ReplaceApiKey", replace.SerializeAsString(),
                           [secret](const std::string& bytes) {
                               const auto made = read_reply<v1::ReplaceApiKeyResponse>(bytes);
                               v1::RotateApiKeyResponse reply;
                               reply.set_key(made.key());
                               reply.set_secret(key_text(made.key(), secret));
                               reply.set_old_expires_at_ns(made.old_expires_at_ns());
                               return reply.SerializeAsString();
                           }};
}

Result<PreparedCommand> create_enrolment_token(const Preparing& preparing) {
    const auto& request = cast<v1::CreateEnrolmentTokenRequest>(preparing.request);
    const std::string token = "pse_" + preparing.secrets.derive_text(preparing.secret_request);
    v1::AddEnrolmentTokenRequest add;
    add.set_site_name(request.site_name());
    add.set_pool_name(request.pool_name());
    add.set_ttl_seconds(request.ttl_seconds());
    add.set_place(request.place());
    add.set_token_hash(text_of(hash_of_secret(token)));
    return PreparedCommand{"InternalService/AddEnrolmentToken", add.SerializeAsString(),
                           [token](const std::string& bytes) {
                               const auto added = read_reply<v1::AddEnrolmentTokenResponse>(bytes);
                               v1::CreateEnrolmentTokenResponse reply;
                               reply.set_token(token);
                               reply.set_expires_at_ns(added.expires_at_ns());
                               return reply.SerializeAsString();
                           }};
}

Result<PreparedCommand> enrol_agent(const Preparing& preparing) {
    const auto& request = cast<v1::EnrolAgentRequest>(preparing.request);
    v1::JoinAgentRequest join;
    join.set_token_hash(text_of(hash_of_secret(request.token())));
    join.set_public_key(request.public_key());
    return PreparedCommand{"InternalService/JoinAgent", join.SerializeAsString(),
                           [](const std::string& bytes) {
                               const auto joined = read_reply<v1::JoinAgentResponse>(bytes);
                               v1::EnrolAgentResponse reply;
                               reply.set_agent(joined.agent());
                               reply.set_site(joined.site());
                               reply.set_pool(joined.pool());
                               reply.set_key_epoch(joined.key_epoch());
                               return reply.SerializeAsString();
                           }};
}

Result<PreparedCommand> begin_measurement(const Preparing& preparing) {
    const std::string challenge =
        text_of(preparing.secrets.derive(preparing.secret_request)).substr(0, kChallengeBytes);
    v1::IssueChallengeRequest issue;
    issue.set_pool(cast<v1::BeginMeasurementRequest>(preparing.request).pool());
    issue.set_challenge(challenge);
    return PreparedCommand{"InternalService/IssueChallenge", issue.SerializeAsString(),
                           [challenge](const std::string& bytes) {
                               const auto issued = read_reply<v1::IssueChallengeResponse>(bytes);
                               v1::BeginMeasurementResponse reply;
                               reply.set_challenge(challenge);
                               reply.set_expires_at_ns(issued.expires_at_ns());
                               return reply.SerializeAsString();
                           }};
}

/// The statement was signed by the calling agent with the key that is registered.
Result<void> check_statement(const Identity& caller, const v1::SignedStatement& statement,
                             std::string_view type, std::string_view field) {
    if (!caller.agent) return reject(kNotYourself);
    if (statement.key_epoch() != caller.agent->key_epoch) return reject(kKeyEpochWrong, field);
    auto verified = format::verify_statement(statement, type, caller.agent->public_key);
    if (!verified) return std::unexpected(std::move(verified).error().within(field));
    return {};
}

PreparedCommand as_it_is(std::string_view method, const google::protobuf::Message& request) {
    return {method, request.SerializeAsString(), {}};
}

Result<PreparedCommand> submit_profile(const Preparing& preparing) {
    const auto& request = cast<v1::SubmitProfileRequest>(preparing.request);
    TRY(check_statement(preparing.caller, request.profile(), format::kProfileStatement, "profile"));
    return as_it_is("CatalogService/SubmitProfile", request);
}

Result<PreparedCommand> submit_usage(const Preparing& preparing) {
    const auto& request = cast<v1::SubmitUsageRequest>(preparing.request);
    TRY(check_statement(preparing.caller, request.usage(), format::kUsageStatement, "usage"));
    return as_it_is("MeterService/SubmitUsage", request);
}

Result<PreparedCommand> report_attempt(const Preparing& preparing) {
    const auto& request = cast<v1::ReportAttemptRequest>(preparing.request);
    if (request.has_usage())
        TRY(check_statement(preparing.caller, request.usage(), format::kUsageStatement, "usage"));
    return as_it_is("TaskService/ReportAttempt", request);
}

Result<PreparedCommand> submit_workload(const Preparing& preparing) {
    const auto& request = cast<v1::SubmitWorkloadRequest>(preparing.request);
    TRY(check_result_line(request.spec()));
    return as_it_is("TaskService/SubmitWorkload", request);
}

using Preparer = Result<PreparedCommand> (*)(const Preparing&);

const std::unordered_map<std::string_view, Preparer>& preparers() {
    static const std::unordered_map<std::string_view, Preparer> kPreparers{
        {"PartyService/RegisterParty", register_party},
        {"PartyService/CreateApiKey", create_api_key},
        {"PartyService/RotateApiKey", rotate_api_key},
        {"PartyService/CreateEnrolmentToken", create_enrolment_token},
        {"PartyService/EnrolAgent", enrol_agent},
        {"CatalogService/BeginMeasurement", begin_measurement},
        {"CatalogService/SubmitProfile", submit_profile},
        {"MeterService/SubmitUsage", submit_usage},
        {"TaskService/ReportAttempt", report_attempt},
        {"TaskService/SubmitWorkload", submit_workload},
    };
    return kPreparers;
}

}  // namespace

Result<void> check_idempotency_key(const Identity& caller, std::string_view key) {
    if (key.empty()) return reject(kIdempotencyKeyMissing);
    // The journal keeps keys as text: a byte that is none would make it unreadable.
    if (!std::ranges::all_of(key, [](char c) { return c >= ' ' && c <= '~'; }))
        return reject(kIdempotencyKeyUnreadable);
    const bool anonymous = caller.actor.kind == exchange::Actor::Kind::anonymous;
    if (anonymous && key.size() < kAnonymousKeyMin) return reject(kIdempotencyKeyGuessable);
    return {};
}

Result<PreparedCommand> prepare_command(const transport::Method& method, const Identity& caller,
                                        std::string_view idempotency_key,
                                        const google::protobuf::Message& request,
                                        const SecretMaker& secrets) {
    TRY(check_idempotency_key(caller, idempotency_key));
    const auto preparer = preparers().find(method.full_name);
    if (preparer == preparers().end()) return as_it_is(method.full_name, request);
    const std::string body = request.SerializeAsString();
    return preparer->second({.caller = caller,
                             .request = request,
                             .secrets = secrets,
                             .secret_request = {.method = method.full_name,
                                                .actor = caller.actor,
                                                .idempotency_key = idempotency_key,
                                                .body = body}});
}

}  // namespace penstock::shell

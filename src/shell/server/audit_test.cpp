// Who did what, and the proof of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "crypto/bytes.h"
#include "crypto/one_time_code.h"
#include "format/receipt.h"
#include "penstock/v1/evidence.pb.h"
#include "penstock/v1/identity.pb.h"
#include "penstock/v1/internal.pb.h"
#include "shell/api/secrets.h"
#include "shell/journal/sqlite_journal.h"
#include "shell/sequencer/exchange_core.h"
#include "shell/sequencer/sequencer.h"
#include "shell/server/server_fixture.h"

namespace penstock::shell {
namespace {

constexpr const char* kPassword = "kettle-orbit-94-violin";
constexpr const char* kEmail = "wang.fang@example.test";

class AuditTest : public ServerFixture {
  protected:
    AuditTest() {
        start();
        const std::string invitation =
            invite(operator_key(), "audit@example.test", v1::USER_AUDITOR);
        accept(invitation);
        auditor_ = sign_in("audit@example.test", kPassword).value().token();
        const auto factor = call<v1::BeginSecondFactorResponse>(
            auditor_, "IdentityService/BeginSecondFactor", v1::BeginSecondFactorRequest());
        v1::ConfirmSecondFactorRequest confirm;
        const auto now = std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::system_clock::now().time_since_epoch());
        const std::string secret(crypto::text_of(crypto::parse_base32(factor.secret()).value()));
        confirm.set_code(crypto::one_time_code(crypto::bytes_of(secret),
                                               static_cast<std::uint64_t>(now.count() / 30)));
        call<v1::ConfirmSecondFactorResponse>(auditor_, "IdentityService/ConfirmSecondFactor",
                                              confirm);
    }

    template <class Response, class Request>
    Response call(const std::string& key, const char* method, const Request& request) {
        auto done = client(key).call<Response>(method, request);
        EXPECT_TRUE(done) << method << ": " << done.error().message;
        return done ? *done : Response();
    }
    std::string invite(const std::string& key, const std::string& email, v1::UserRole role) {
        v1::AddUserRequest request;
        request.set_email(email);
        request.set_name("王芳");
        request.add_roles(role);
        const auto added = call<v1::AddUserResponse>(key, "IdentityService/AddUser", request);
        user_ = added.user();
        return added.invitation();
    }
    void accept(const std::string& invitation) {
        v1::AcceptInvitationRequest request;
        request.set_invitation(invitation);
        request.set_password(kPassword);
        call<v1::AcceptInvitationResponse>("", "IdentityService/AcceptInvitation", request);
    }
    transport::RemoteResult<v1::SignInResponse> sign_in(const std::string& email,
                                                        const std::string& password) {
        v1::SignInRequest request;
        request.set_email(email);
        request.set_password(password);
        request.set_bearer(true);
        return client().call<v1::SignInResponse>("IdentityService/SignIn", request);
    }
    v1::ListAuditEventsResponse list(const v1::ListAuditEventsRequest& request) {
        return call<v1::ListAuditEventsResponse>(auditor_, "EvidenceService/ListAuditEvents",
                                                 request);
    }

    std::string auditor_;
    std::string user_;
};

TEST_F(AuditTest, shows_every_act_with_who_did_it_to_whom) {
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    accept(invite(buyer.secret(), kEmail, v1::USER_VIEWER));
    EXPECT_FALSE(sign_in(kEmail, "wrong-password-entirely"));
    const auto session = sign_in(kEmail, kPassword).value();
    v1::SetUserRolesRequest roles;
    roles.set_user(user_);
    roles.add_roles(v1::USER_ADMINISTRATOR);
    roles.add_roles(v1::USER_TRADER);
    call<v1::SetUserRolesResponse>(buyer.secret(), "IdentityService/SetUserRoles", roles);
    v1::CreateApiKeyRequest create;
    create.set_label("ci");
    const auto key =
        call<v1::CreateApiKeyResponse>(session.token(), "PartyService/CreateApiKey", create);
    v1::RevokeApiKeyRequest revoke;
    revoke.set_key(key.key());
    call<v1::RevokeApiKeyResponse>(session.token(), "PartyService/RevokeApiKey", revoke);
    admit(buyer.party());
    v1::RemoveUserRequest remove;
    remove.set_user(user_);
    call<v1::RemoveUserResponse>(buyer.secret(), "IdentityService/RemoveUser", remove);

    v1::ListAuditEventsRequest request;
    request.set_party(buyer.party());
    const auto events = list(request);
    std::vector<std::string> told;
    for (const v1::AuditEvent& event : events.events()) {
        const v1::Act& act = event.act();
        told.push_back(v1::ActKind_Name(act.kind()) + " " + act.actor() + " " + act.subject() +
                       " " + act.detail());
    }
    std::ranges::reverse(told);
    const std::vector<std::string> expected{
        "ACT_PARTY_OPENED anonymous " + buyer.party() + " ",
        "ACT_USER_INVITED " + buyer.key() + " " + user_ + " USER_VIEWER",
        "ACT_USER_ACTIVATED " + user_ + " " + user_ + " ",
        "ACT_SIGN_IN_FAILED anonymous " + user_ + " ",
        "ACT_SIGNED_IN " + user_ + " " + session.session() + " SIGN_IN_PASSWORD",
        "ACT_USER_ROLES_SET " + buyer.key() + " " + user_ + " USER_ADMINISTRATOR,USER_TRADER",
        "ACT_KEY_ADDED " + user_ + " " + key.key() + " ",
        "ACT_KEY_REVOKED " + user_ + " " + key.key() + " ",
        "ACT_PARTY_REVIEWED key_1 " + buyer.party() + " PARTY_QUALIFIED",
        "ACT_USER_REMOVED " + buyer.key() + " " + user_ + " "};
    EXPECT_EQ(told, expected);
    request.Clear();
    request.set_user(user_);
    request.set_kind(v1::ACT_KEY_ADDED);
    EXPECT_EQ(list(request).events_size(), 1) << "what the user did itself";
}

TEST_F(AuditTest, proves_each_act_by_a_receipt_and_names_no_person) {
    EXPECT_FALSE(sign_in("audit@example.test", "wrong-password-entirely"));
    const auto key = format::VerifierKey::parse(
        call<v1::GetLogKeyResponse>("", "EvidenceService/GetLogKey", v1::GetLogKeyRequest())
            .verifier_key());
    ASSERT_TRUE(key);
    v1::ListAuditEventsRequest request;
    request.set_receipts(true);
    v1::ListAuditEventsResponse events;
    expect_soon([&] {
        events = list(request);
        return std::ranges::all_of(events.events(), [](const v1::AuditEvent& event) {
            return !event.receipt().proof().empty();
        });
    });
    ASSERT_GE(events.events_size(), 5);
    for (const v1::AuditEvent& event : events.events()) {
        const auto verified = format::verify_receipt(event.receipt().proof(), *key);
        ASSERT_TRUE(verified) << verified.error().message();
        EXPECT_EQ(verified->entry.kind, "audit");
        EXPECT_EQ(verified->index, event.receipt().index());
        EXPECT_NE(verified->payload.find(v1::ActKind_Name(event.act().kind())), std::string::npos);
        for (const char* personal : {"example.test", "王芳", "violin"})
            EXPECT_EQ(verified->payload.find(personal), std::string::npos) << verified->payload;
        EXPECT_EQ(format::entry_text(verified->entry).find("user_"), std::string::npos)
            << "the public can tell who";
    }
    EXPECT_EQ(events.events(0).act().kind(), v1::ACT_SIGN_IN_FAILED);
    start();
    EXPECT_EQ(list(request).SerializeAsString(), events.SerializeAsString()) << "after a restart";
}

/// An exchange that a server of an older version has opened.
class OldExchange : public ServerFixture {
  protected:
    void open(const std::string& secret) {
        std::filesystem::create_directories(options_.data);
        const auto journal =
            SqliteJournal::open({.file = options_.data / "journal.db", .free_bytes_min = 0})
                .value();
        const SystemClock clock;
        const ExchangeFactory factory;
        const auto sequencer = Sequencer::open(*journal, factory, clock, {}, {}).value();
        v1::OpenExchangeRequest request;
        request.set_operator_name("Operator");
        request.set_key_hash(std::string(crypto::text_of(hash_of_secret(secret))));
        request.set_currency("CNY");
        request.set_identifier_prefix("TEST");
        std::promise<bool> done;
        sequencer->submit(
            {.actor = {exchange::Actor::Kind::system, 0},
             .method = "InternalService/OpenExchange",
             .request = request.SerializeAsString(),
             .idempotency_key = {},
             .guard = {}},
            [&](const Outcome& outcome) { done.set_value(outcome.reply.has_value()); });
        ASSERT_TRUE(done.get_future().get());
        sequencer->stop();
    }
};

TEST_F(OldExchange, begins_to_keep_acts_when_it_is_told_to) {
    if (!options_.journal_url.empty()) GTEST_SKIP() << "the journal of a file will do";
    const std::string secret(43, 's');
    open(secret);
    const auto acts = [&] {
        const auto listed =
            client("psk_1_" + secret)
                .call<v1::ListAuditEventsResponse>("EvidenceService/ListAuditEvents",
                                                   v1::ListAuditEventsRequest());
        EXPECT_TRUE(listed) << listed.error().message;
        return listed->events_size();
    };
    start();
    ASSERT_TRUE(sign_up("Buyer", v1::ROLE_BUYER));
    EXPECT_EQ(acts(), 0);
    options_.activate_rules = true;
    start();
    expect_soon([&] { return acts() == 1; });
    ASSERT_TRUE(sign_up("Other", v1::ROLE_BUYER));
    EXPECT_EQ(acts(), 2);
    start();
    EXPECT_EQ(acts(), 2) << "activated twice";
}

TEST_F(AuditTest, takes_nobody_for_somebody_who_did_nothing) {
    const auto refusal = [&](const std::string& party, const std::string& user) {
        v1::ListAuditEventsRequest request;
        request.set_party(party);
        request.set_user(user);
        const auto done = client(auditor_).call<v1::ListAuditEventsResponse>(
            "EvidenceService/ListAuditEvents", request);
        return done ? "" : done.error().reason + " in " + done.error().field;
    };
    EXPECT_EQ(refusal("party_99", ""), "PARTY_NOT_FOUND in party");
    EXPECT_EQ(refusal("banana", ""), "ID_INVALID in party");
    EXPECT_EQ(refusal("", "banana"), "ID_INVALID in user");
    EXPECT_EQ(refusal("", "user_99"), "USER_NOT_FOUND in user");
    EXPECT_EQ(refusal("", "key_99"), "KEY_NOT_FOUND in user");
    EXPECT_EQ(refusal("", "agent_99"), "AGENT_NOT_FOUND in user");
    EXPECT_EQ(refusal("party_1", user_), "");
    EXPECT_EQ(refusal("", "key_1"), "");
    EXPECT_EQ(refusal("", "system"), "");
}

TEST_F(AuditTest, is_for_auditors_alone) {
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    const auto refused = client(buyer.secret())
                             .call<v1::ListAuditEventsResponse>("EvidenceService/ListAuditEvents",
                                                                v1::ListAuditEventsRequest());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "PERMISSION_DENIED");
}

}  // namespace
}  // namespace penstock::shell

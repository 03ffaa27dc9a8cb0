// Two servers on one PostgreSQL, of which one dies.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "crypto/bytes.h"
#include "crypto/one_time_code.h"
#include "files/whole_file.h"
#include "penstock/v1/identity.pb.h"
#include "penstock/v1/party.pb.h"
#include "penstock/v1/system.pb.h"
#include "shell/postgres/connection.h"
#include "shell/postgres/postgres_instance.h"
#include "shell/server/server.h"
#include "transport/connect/client.h"

namespace penstock::shell {
namespace {

constexpr const char* kPassword = "kettle-orbit-94-violin";
constexpr const char* kEmail = "wang.fang@example.test";

/// The code of the step after this one, which no sign-in has used.
std::string next_code(const std::string& secret) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    const std::string bytes(crypto::text_of(crypto::parse_base32(secret).value()));
    return crypto::one_time_code(crypto::bytes_of(bytes),
                                 static_cast<std::uint64_t>(now.count() / 30) + 1);
}

void wait_until(const char* what, const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "waited for " << what;
        ::usleep(20'000);
    }
}

class SeveralServers : public testing::Test {
  protected:
    SeveralServers() {
        std::string pattern = (std::filesystem::temp_directory_path() / "servers-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~SeveralServers() override {
        for (const pid_t server : pids_) kill(server);
        std::filesystem::remove_all(folder_);
    }
    static void kill(pid_t server) {
        if (server <= 0) return;
        ::kill(server, SIGKILL);
        ::waitpid(server, nullptr, 0);
    }

    /// Runs a server in a process of its own, so that it can die.
    void start(std::size_t number) {
        const std::string name = std::to_string(number);
        ServerOptions options;
        options.data = folder_ / ("data" + name);
        options.secrets = folder_ / "secrets";
        options.operator_key_file = folder_ / "operator.key";
        options.journal_url = url_;
        options.name = name;
        options.port = 0;
        options.port_file = folder_ / ("port" + name);
        options.free_bytes_min = 0;
        options.leader_lease = std::chrono::milliseconds(1'000);
        pids_[number] = ::fork();
        ASSERT_GE(pids_[number], 0);
        if (pids_[number] == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // Not to outlive the test.
            const auto server = Server::start(options);
            if (!server) std::fprintf(stderr, "%s\n", server.error().message().c_str());
            while (server) ::pause();
            ::_exit(1);
        }
        std::error_code ignored;
        wait_until("a server", [&] { return std::filesystem::exists(options.port_file, ignored); });
        std::string port = files::read_file(options.port_file).value();
        while (port.ends_with('\n')) port.pop_back();
        urls_[number] = "http://127.0.0.1:" + port;
    }
    template <class Response, class Request>
    transport::RemoteResult<Response> ask(std::size_t server, const std::string& key,
                                          const char* method, const Request& request) const {
        transport::Authorize authorize;
        if (!key.empty())
            authorize = [key](std::string_view, std::string_view, std::string_view) {
                return "Bearer " + key;
            };
        return transport::RpcClient(
                   transport::HttpClient::create({.base_url = urls_[server]}).value(), authorize)
            .call<Response>(method, request);
    }
    template <class Response, class Request>
    Response must(std::size_t server, const std::string& key, const char* method,
                  const Request& request) const {
        auto done = ask<Response>(server, key, method, request);
        EXPECT_TRUE(done) << method << ": " << done.error().reason << " " << done.error().message;
        return done ? *done : Response();
    }
    bool leads(std::size_t server) const {
        const auto status = ask<v1::GetStatusResponse>(server, "", "SystemService/GetStatus",
                                                       v1::GetStatusRequest());
        return status && status->leads();
    }
    transport::RemoteResult<v1::SignInResponse> sign_in(std::size_t server,
                                                        const std::string& code) const {
        v1::SignInRequest request;
        request.set_email(kEmail);
        request.set_password(kPassword);
        request.set_code(code);
        request.set_bearer(true);
        return ask<v1::SignInResponse>(server, "", "IdentityService/SignIn", request);
    }
    std::int64_t records() const {
        auto connection = postgres::Connection::open(url_, std::chrono::seconds(10)).value();
        return connection
            .execute(
                "SELECT (SELECT count(*) FROM vault_profile) + (SELECT count(*) FROM vault_secret)")
            .value()
            .integer(0, 0);
    }

    std::filesystem::path folder_;
    const std::string url_ = postgres::PostgresInstance::shared().create_database();
    std::array<pid_t, 2> pids_{};
    std::array<std::string, 2> urls_;
};

TEST_F(SeveralServers, whoever_was_added_at_one_signs_in_at_the_other_when_it_is_dead) {
    // Once is enough; the program runs on each back end of the journal.
    if (std::getenv("PENSTOCK_TEST_JOURNAL") == nullptr) GTEST_SKIP();
    ASSERT_NO_FATAL_FAILURE(start(0));
    ASSERT_NO_FATAL_FAILURE(start(1));
    const std::size_t leader = leads(0) ? 0 : 1;
    const std::size_t other = 1 - leader;
    ASSERT_TRUE(leads(leader));

    v1::RegisterPartyRequest party;
    party.set_name("Buyer");
    party.add_roles(v1::ROLE_BUYER);
    const auto buyer =
        must<v1::RegisterPartyResponse>(leader, "", "PartyService/RegisterParty", party);
    v1::AddUserRequest add;
    add.set_email(kEmail);
    add.set_name("王芳");
    add.add_roles(v1::USER_VIEWER);
    const auto added =
        must<v1::AddUserResponse>(leader, buyer.secret(), "IdentityService/AddUser", add);
    v1::AcceptInvitationRequest accept;
    accept.set_invitation(added.invitation());
    accept.set_password(kPassword);
    must<v1::AcceptInvitationResponse>(leader, "", "IdentityService/AcceptInvitation", accept);
    const auto first = sign_in(other, "");
    ASSERT_TRUE(first) << "passed on to the leader: " << first.error().message;
    wait_until("the follower", [&] {
        const auto session = ask<v1::GetSessionResponse>(
            other, first->token(), "IdentityService/GetSession", v1::GetSessionRequest());
        return session && session->person().email() == kEmail;
    });
    const auto factor = must<v1::BeginSecondFactorResponse>(leader, first->token(),
                                                            "IdentityService/BeginSecondFactor",
                                                            v1::BeginSecondFactorRequest());
    v1::ConfirmSecondFactorRequest confirm;
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    const std::string bytes(crypto::text_of(crypto::parse_base32(factor.secret()).value()));
    confirm.set_code(crypto::one_time_code(crypto::bytes_of(bytes),
                                           static_cast<std::uint64_t>(now.count() / 30)));
    must<v1::ConfirmSecondFactorResponse>(leader, first->token(),
                                          "IdentityService/ConfirmSecondFactor", confirm);

    kill(std::exchange(pids_[leader], 0));
    wait_until("the other to lead", [&] { return leads(other); });
    const auto denied = sign_in(other, "");
    ASSERT_FALSE(denied);
    EXPECT_EQ(denied.error().reason, "CODE_NEEDED") << "the second factor was lost";
    const auto again = sign_in(other, next_code(factor.secret()));
    ASSERT_TRUE(again) << again.error().reason << " " << again.error().message;
    EXPECT_FALSE(again->limited());

    EXPECT_EQ(records(), 3);
    v1::RemoveUserRequest remove;
    remove.set_user(added.user());
    must<v1::RemoveUserResponse>(other, buyer.secret(), "IdentityService/RemoveUser", remove);
    wait_until("the erasure", [&] { return records() == 0; });
}

}  // namespace
}  // namespace penstock::shell

#include "shell/server/server.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "shell/server/ignored_options.h"
#include "shell/server/server_fixture.h"
#include "transport/connect/error_body.h"

namespace penstock::shell {
namespace {

using ServerTest = ServerFixture;

/// A program that has a port already.
struct Listener {
    Listener() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* any = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(socket, any, size), 0);
        EXPECT_EQ(::listen(socket, 1), 0);
        EXPECT_EQ(::getsockname(socket, any, &size), 0);
        port = ntohs(address.sin_port);
    }
    ~Listener() { ::close(socket); }

    int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::uint16_t port = 0;
};

TEST_F(ServerTest, opens_a_new_exchange_and_gives_the_operator_a_key) {
    options_.port_file = folder_ / "port";
    start();
    EXPECT_EQ(read(options_.port_file), std::to_string(server_->port()));
    struct stat status{};
    ASSERT_EQ(::stat((options_.data / "operator.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    EXPECT_EQ(get_party("party_1", operator_key()).value().name(), "Operator");
}

TEST_F(ServerTest, names_the_trace_where_there_is_no_page) {
    start();
    auto http = transport::HttpClient::create({.base_url = url()}).value();
    const auto answer = http.request({.target = "/nothing"}).value();
    const auto error = transport::read_error(answer);
    EXPECT_EQ(error.reason, "NO_SUCH_PAGE");
    const auto trace = transport::Trace::parse(answer.headers.value("traceparent"));
    ASSERT_TRUE(trace);
    EXPECT_EQ(error.trace_id, trace->id());
}

TEST_F(ServerTest, keeps_all_over_a_restart) {
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    const auto before = status();
    start();
    EXPECT_EQ(status().last_sequence(), before.last_sequence());
    EXPECT_EQ(status().rolling_hash(), before.rolling_hash());
    EXPECT_EQ(get_party(buyer.party(), buyer.secret()).value().name(), "Buyer");
}

TEST_F(ServerTest, knows_which_options_of_its_first_start_change_nothing_now) {
    start();
    EXPECT_TRUE(ignored_options(options_).empty());
    const auto fee = std::to_string(options_.fee_basis_points);
    options_.fee_basis_points += 100;
    const auto ignored = ignored_options(options_);
    ASSERT_EQ(ignored.size(), 1U);
    EXPECT_EQ(ignored[0].name, "--fee");
    EXPECT_EQ(ignored[0].opened, fee);
}

TEST_F(ServerTest, binds_nothing_by_a_first_start_that_fails) {
    const auto refused = [this] {
        auto started = Server::start(options_);
        return started ? std::string("started") : started.error().message();
    };
    const auto names = [](const std::string& text, const std::string& what) {
        return text.find(what) != std::string::npos;
    };
    const auto asked = options_;
    options_.fee_basis_points += 100;
    options_.operator_name = "Mistaken";
    options_.certificate_file = folder_ / "none.pem";
    options_.private_key_file = options_.certificate_file;
    EXPECT_TRUE(names(refused(), "--tls-certificate: cannot open")) << refused();
    std::ofstream(options_.certificate_file) << "no certificate";
    EXPECT_TRUE(names(refused(), "--tls-certificate " + options_.certificate_file.string()))
        << refused();
    options_.certificate_file.clear();
    options_.oidc_file = options_.private_key_file;
    EXPECT_TRUE(names(refused(), "--oidc-file " + options_.oidc_file.string())) << refused();
    options_.oidc_file.clear();
    options_.port_file = folder_ / "nowhere/port";
    EXPECT_TRUE(names(refused(), "--port-file " + options_.port_file.string())) << refused();
    options_.port_file = folder_;
    EXPECT_TRUE(names(refused(), "It is a folder")) << refused();
    options_.port_file.clear();
    options_.currency = "yuan";
    EXPECT_TRUE(names(refused(), "--currency: ")) << refused();
    options_.currency = asked.currency;
    options_.operator_name.clear();
    EXPECT_TRUE(names(refused(), "--operator-name: ")) << refused();
    options_.operator_name = "Mistaken";
    const Listener other;
    options_.port = other.port;
    EXPECT_TRUE(names(refused(), "--listen: ")) << refused();
    EXPECT_FALSE(std::filesystem::exists(options_.data / "evidence"));

    options_ = asked;
    start();
    EXPECT_EQ(status().last_sequence(), 1u);
    EXPECT_EQ(get_party("party_1", operator_key()).value().name(), "Operator");
    EXPECT_TRUE(ignored_options(options_).empty());
}

TEST_F(ServerTest, keeps_a_second_server_out_of_its_folder) {
    start();
    const auto second = Server::start(options_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().reason(), "JOURNAL_IN_USE");
    EXPECT_EQ(status().last_sequence(), 1u);
}

TEST_F(ServerTest, refuses_to_begin_anew_when_its_journal_is_gone) {
    if (!options_.journal_url.empty()) GTEST_SKIP() << "its journal is no file";
    start();
    server_->stop();
    server_.reset();
    for (const char* file : {"journal.db", "journal.db-wal", "journal.db-shm"})
        std::filesystem::remove(options_.data / file);
    const auto started = Server::start(options_);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().reason(), "JOURNAL_MISSING");
}

TEST_F(ServerTest, gives_a_repeated_request_the_same_secret) {
    start();
    const std::string key = "a key of over sixteen";
    const auto first = sign_up("Buyer", v1::ROLE_BUYER, key).value();
    const auto again = sign_up("Buyer", v1::ROLE_BUYER, key).value();
    EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
    start();
    EXPECT_EQ(sign_up("Buyer", v1::ROLE_BUYER, key).value().secret(), first.secret());
    EXPECT_EQ(sign_up("Other", v1::ROLE_BUYER, key).error().reason, "IDEMPOTENCY_MISMATCH");
    EXPECT_EQ(status().last_sequence(), 2u);
}

TEST_F(ServerTest, keeps_secrets_out_of_its_journal) {
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    // psk_<key number>_<secret>; the secret itself may have more of the bars.
    const std::string secret = buyer.secret().substr(buyer.secret().find('_', 4) + 1);
    ASSERT_EQ(secret.size(), 43u);
    server_->stop();
    server_.reset();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(options_.data)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream stream(entry.path(), std::ios::binary);
        const std::string content{std::istreambuf_iterator<char>(stream), {}};
        EXPECT_EQ(content.find(secret), std::string::npos) << entry.path();
    }
}

TEST_F(ServerTest, wants_a_key_that_cannot_be_guessed_from_those_without_credentials) {
    start();
    EXPECT_EQ(sign_up("Buyer", v1::ROLE_BUYER, "1").error().reason, "IDEMPOTENCY_KEY_GUESSABLE");
    auto http = transport::HttpClient::create({.base_url = url()}).value();
    transport::Headers headers;
    headers.add("Content-Type", "application/json");
    const auto answer = http.request({.verb = "POST",
                                      .target = "/v1/parties",
                                      .headers = headers,
                                      .body = R"({"name":"A","roles":["ROLE_BUYER"]})"});
    EXPECT_EQ(answer.value().status, 400u);
    EXPECT_NE(answer.value().body.find("IDEMPOTENCY_KEY_MISSING"), std::string::npos);
}

TEST_F(ServerTest, refuses_a_key_that_its_journal_could_not_be_read_with) {
    start();
    auto http = transport::HttpClient::create({.base_url = url()}).value();
    transport::Headers headers;
    headers.add("Content-Type", "application/json");
    headers.add("Idempotency-Key", "sixteen or more \xff\xfe bytes");
    const auto answer = http.request({.verb = "POST",
                                      .target = "/v1/parties",
                                      .headers = headers,
                                      .body = R"({"name":"A","roles":["ROLE_BUYER"]})"});
    EXPECT_EQ(answer.value().status, 400u);
    start();
    EXPECT_EQ(status().last_sequence(), 1u);
}

TEST_F(ServerTest, tells_no_one_which_keys_there_are) {
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    const auto wrong = get_party(buyer.party(), buyer.secret() + "x").error();
    const auto unknown = get_party(buyer.party(), "psk_77_abc").error();
    EXPECT_EQ(wrong.reason, "CREDENTIALS_WRONG");
    EXPECT_EQ(unknown.reason, wrong.reason);
    for (const char* malformed : {"psk_", "psk_1", "psk_1_", "psk_x_abc", "abc", "psk_-1_abc",
                                  "psk_99999999999999999999_abc"})
        EXPECT_EQ(get_party(buyer.party(), malformed).error().reason, "CREDENTIALS_MALFORMED")
            << malformed;
}

TEST_F(ServerTest, stops_a_revoked_key_at_once) {
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    v1::CreateApiKeyRequest create;
    create.set_label("second");
    const auto second = client(buyer.secret())
                            .call<v1::CreateApiKeyResponse>("PartyService/CreateApiKey", create)
                            .value();
    ASSERT_TRUE(get_party(buyer.party(), second.secret()));
    v1::RevokeApiKeyRequest revoke;
    revoke.set_key(second.key());
    ASSERT_TRUE(
        client(buyer.secret()).call<v1::RevokeApiKeyResponse>("PartyService/RevokeApiKey", revoke));
    EXPECT_EQ(get_party(buyer.party(), second.secret()).error().code, Code::unauthenticated);
}

TEST_F(ServerTest, refuses_a_full_disk_and_goes_on_answering) {
    if (!options_.journal_url.empty()) GTEST_SKIP() << "its journal lies on another's disk";
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    options_.free_bytes_min = UINT64_MAX;
    start();
    EXPECT_EQ(sign_up("Late", v1::ROLE_BUYER).error().reason, "DISK_LOW");
    EXPECT_TRUE(get_party(buyer.party(), buyer.secret()));
}

TEST_F(ServerTest, waits_for_the_operator_when_a_clock_jump_was_held) {
    start();
    server_->stop();
    server_.reset();
    std::ofstream(options_.data / "clock.held") << "held";
    start();
    EXPECT_EQ(sign_up("Buyer", v1::ROLE_BUYER).error().reason, "CLOCK_JUMP");
    options_.accept_clock_jump = true;
    start();
    EXPECT_TRUE(sign_up("Buyer", v1::ROLE_BUYER));
    EXPECT_FALSE(std::filesystem::exists(options_.data / "clock.held"));
}

TEST_F(ServerTest, makes_its_tables_again_when_they_are_lost) {
    start();
    sign_up("Buyer", v1::ROLE_BUYER).value();
    const auto list = [&] {
        return client(operator_key())
            .call<v1::ListPartiesResponse>("PartyService/ListParties", v1::ListPartiesRequest())
            .value()
            .SerializeAsString();
    };
    const std::string before = list();
    server_->stop();
    server_.reset();
    for (const char* file : {"projection.db", "projection.db-wal", "projection.db-shm"})
        std::filesystem::remove(options_.data / file);
    start();
    EXPECT_EQ(list(), before);
    server_->stop();
    server_.reset();
    ASSERT_TRUE(rebuild_tables(options_.data, options_.journal_url));
    start();
    EXPECT_EQ(list(), before);
}

TEST_F(ServerTest, keeps_the_files_of_parties_apart_and_takes_none_before_admission) {
    start();
    const auto owner = sign_up("Owner", v1::ROLE_BUYER).value();
    const auto other = sign_up("Other", v1::ROLE_BUYER).value();
    const std::string digest = crypto::hex(crypto::sha256("input"));
    const auto put = [&](const std::string& key) {
        auto http = transport::HttpClient::create({.base_url = url()}).value();
        transport::Headers headers;
        headers.add("Authorization", "Bearer " + key);
        return http
            .request({.verb = "PUT",
                      .target = "/artifacts/sha256/" + digest,
                      .headers = headers,
                      .body = "input"})
            .value();
    };
    EXPECT_NE(put(owner.secret()).body.find("UPLOAD_NOT_ALLOWED"), std::string::npos);
    admit(owner.party());
    admit(other.party());
    EXPECT_EQ(put(owner.secret()).status, 201u);
    v1::SubmitWorkloadRequest submit;
    submit.set_order("ord_1");
    submit.mutable_spec()->add_files()->set_digest(digest);
    const auto reason = [&](const std::string& key) {
        return client(key)
            .call<v1::SubmitWorkloadResponse>("TaskService/SubmitWorkload", submit)
            .error()
            .reason;
    };
    EXPECT_EQ(reason(other.secret()), "INPUT_NOT_YOURS");
    EXPECT_NE(reason(owner.secret()), "INPUT_NOT_YOURS");  // Its file will do; the order is not.

    const std::string agent = enrol_agent();
    v1::ReportAttemptRequest report;
    report.set_attempt("att_1");
    report.set_state(v1::ATTEMPT_SUCCEEDED);
    report.add_outputs()->set_digest(digest);
    EXPECT_EQ(agent_client(agent)
                  .call<v1::ReportAttemptResponse>("TaskService/ReportAttempt", report)
                  .error()
                  .reason,
              "OUTPUT_MISSING");
}

TEST_F(ServerTest, leaves_the_last_of_the_disk_to_the_journal) {
    start();
    const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
    admit(buyer.party());
    // Within what the journal asks for, and beyond a quarter of it.
    options_.free_bytes_min = std::filesystem::space(folder_).available / 2;
    start();
    auto http = transport::HttpClient::create({.base_url = url()}).value();
    transport::Headers headers;
    headers.add("Authorization", "Bearer " + buyer.secret());
    const auto answer =
        http.request({.verb = "PUT",
                      .target = "/artifacts/sha256/" + crypto::hex(crypto::sha256("input")),
                      .headers = headers,
                      .body = "input"});
    EXPECT_EQ(answer.value().status, 429u);
    EXPECT_NE(answer.value().body.find("ARTIFACTS_FULL"), std::string::npos);
    EXPECT_TRUE(sign_up("Late", v1::ROLE_BUYER));
}

TEST_F(ServerTest, serves_pages_beside_the_calls) {
    start();
    auto http = transport::HttpClient::create({.base_url = url()}).value();
    const auto status_of = [&](const char* target) {
        return http.request({.verb = "GET", .target = target}).value().status;
    };
    EXPECT_EQ(status_of("/healthz"), 200u);
    EXPECT_EQ(status_of("/openapi.json"), 200u);
    EXPECT_EQ(status_of("/nothing"), 404u);
    EXPECT_EQ(status_of("/v1/nothing"), 404u);
    expect_soon([&] { return status_of("/evidence/checkpoint") == 200u; });
}

}  // namespace
}  // namespace penstock::shell

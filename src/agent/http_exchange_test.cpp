#include "agent/http_exchange.h"

#include <gtest/gtest.h>

#include "agent/clock.h"
#include "agent/enrolment.h"
#include "agent/test_doubles.h"
#include "files/whole_file.h"
#include "format/request_signature.h"
#include "penstock/v1/party.pb.h"
#include "transport/http/server.h"

namespace penstock::agent {
namespace {

TEST(Enrolment, happens_once_under_one_key) {
    const TestFolder folder;
    FakeExchange exchange;
    int tries = 0;
    exchange.on("PartyService/EnrolAgent", [&](const auto&, auto& response) -> Answer<void> {
        if (++tries == 1) return std::unexpected(Fault{Code::unavailable, {}, "down", 0});
        auto& enrolled = dynamic_cast<v1::EnrolAgentResponse&>(response);
        enrolled.set_agent("agent_3");
        enrolled.set_pool("pool_2");
        enrolled.set_key_epoch(1);
        return {};
    });
    const auto first = ensure_enrolled(exchange, folder.path(), "token", {});
    ASSERT_TRUE(first) << first.error().message();
    EXPECT_EQ(first->agent, "agent_3");
    const auto again = ensure_enrolled(exchange, folder.path(), "", {});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->pool, "pool_2");
    EXPECT_EQ(again->key.public_key(), first->key.public_key());
    const auto calls = exchange.calls("PartyService/EnrolAgent");
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0].key, calls[1].key);
    EXPECT_EQ(calls[0].request, calls[1].request);
}

TEST(Enrolment, is_refused_without_a_token_or_with_a_bad_one) {
    const TestFolder folder;
    FakeExchange exchange;
    EXPECT_EQ(ensure_enrolled(exchange, folder.path(), "", {}).error().reason(),
              "AGENT_NOT_ENROLLED");
    exchange.on("PartyService/EnrolAgent", [](const auto&, auto&) -> Answer<void> {
        return std::unexpected(Fault{Code::unauthenticated, "TOKEN_UNKNOWN", "no such token", 0});
    });
    const auto refused = ensure_enrolled(exchange, folder.path(), "bad", {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("no such token"), std::string::npos);
}

TEST(DataFolder, belongs_to_one_agent_at_a_time) {
    const TestFolder folder;
    auto lock = lock_data_folder(folder.path());
    ASSERT_TRUE(lock);
    EXPECT_EQ(lock_data_folder(folder.path()).error().reason(), "AGENT_ALREADY_RUNS");
    lock->reset();
    EXPECT_TRUE(lock_data_folder(folder.path()));
}

/// Keeps files, and remembers whether each request was signed by the key.
class Store : public transport::HttpHandler {
  public:
    explicit Store(crypto::PublicKey key) : key_(key) {}
    void handle(transport::HttpRequest request, transport::Responder responder) override {
        const auto signature =
            format::parse_request_signature(request.headers.value("authorization"));
        const bool is_signed = signature && format::verify_request_signature(
                                                *signature, {request.verb, request.target, {}},
                                                key_, utc_ns() / 1'000'000);
        transport::HttpResponse response;
        if (!is_signed) response.status = 401;
        if (is_signed && request.verb == "PUT") file = request.body;
        if (is_signed && request.verb == "GET") response.body = file;
        if (request.target.ends_with("missing")) response.status = 404;
        responder.send(std::move(response));
    }
    std::string file;

  private:
    crypto::PublicKey key_;
};

TEST(HttpExchange, moves_files_with_signed_requests) {
    const TestFolder folder;
    Identity identity;
    identity.agent = "agent_5";
    Store store(identity.key.public_key());
    auto server = transport::HttpServer::start({}, store);
    ASSERT_TRUE(server) << server.error().message();
    HttpExchange exchange("http://127.0.0.1:" + std::to_string((*server)->port()), "");
    std::ofstream(folder.path() + "/file") << "content";
    const auto refused = exchange.upload("0", folder.path() + "/file");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unauthenticated);
    exchange.sign_as(identity);
    HttpExchange known("http://127.0.0.1:" + std::to_string((*server)->port()), "");
    known.sign_as(identity);
    const auto sent = known.upload("0", folder.path() + "/file");
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(store.file, "content");
    const auto got = known.download("0", folder.path() + "/copy");
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(files::read_file(folder.path() + "/copy").value(), "content");
    const auto missing = known.download("missing", folder.path() + "/none");
    ASSERT_FALSE(missing);
    EXPECT_FALSE(is_passing(missing.error()));
    EXPECT_FALSE(std::filesystem::exists(folder.path() + "/none"));
    known.cancel();
    EXPECT_EQ(known.upload("0", folder.path() + "/file").error().code, Code::cancelled);
}

TEST(HttpExchange, tells_when_nobody_listens) {
    HttpExchange exchange("http://127.0.0.1:1", "");
    const auto answer = exchange.call<v1::EnrolAgentResponse>("PartyService/EnrolAgent",
                                                              v1::EnrolAgentRequest(), {});
    ASSERT_FALSE(answer);
    EXPECT_TRUE(is_passing(answer.error()));
}

}  // namespace
}  // namespace penstock::agent

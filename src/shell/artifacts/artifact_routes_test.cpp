#include "shell/artifacts/artifact_routes.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <map>

#include "crypto/error.h"
#include "crypto/hex.h"
#include "shell/artifacts/error.h"
#include "transport/connect/error_body.h"
#include "transport/http/client.h"
#include "transport/http/test_support.h"

namespace penstock::artifacts {
namespace {

/// Takes "party_3" or "agent_7 of party_3" in the Authorization header at its word.
class TrustingGate final : public ArtifactGate {
  public:
    void authenticate(const transport::HttpRequest& head,
                      std::function<void(Result<Caller>)> callback) override {
        const std::string_view text = head.headers.value("authorization");
        const auto party = PartyId::parse(text.substr(text.rfind(' ') + 1));
        if (!party) return callback(reject(crypto::kSecretInvalid));
        const auto agent = AgentId::parse(text.substr(0, text.find(' ')));
        callback(Caller{*party, agent.value_or(AgentId{})});
    }
    void agent_may_read(AgentId agent, const FileDigest& digest,
                        std::function<void(bool)> callback) override {
        callback(agent == AgentId{7} && digest.text() == input);
    }
    void may_upload(const Caller& caller, std::function<void(bool)> callback) override {
        callback(caller.party != PartyId{9});
    }
    std::string input;
};

class Application final : public transport::HttpHandler {
  public:
    explicit Application(ArtifactRoutes& routes) : routes_(routes) {}
    transport::BodyPlan plan_body(const transport::HttpRequest& head) override {
        return routes_.plan_body(head);
    }
    void handle(transport::HttpRequest request, transport::Responder responder) override {
        routes_.handle(std::move(request), std::move(responder));
    }

  private:
    ArtifactRoutes& routes_;
};

class ArtifactRoutesTest : public testing::Test {
  protected:
    ArtifactRoutesTest() {
        std::string name = testing::TempDir() + "/penstock-routes-XXXXXX";
        folder_ = mkdtemp(name.data());
        store_ = *ArtifactStore::open(folder_ / "store",
                                      {.file_bytes_max = 8u << 20, .party_bytes_max = 9u << 20});
        grants_ = *Grants::open(folder_ / "artifacts.db");
        start(ArtifactRoutes::Servers::one);
    }
    ~ArtifactRoutesTest() override {
        stop();
        std::filesystem::remove_all(folder_);
    }

    void start(ArtifactRoutes::Servers servers) {
        routes_ = std::make_unique<ArtifactRoutes>(*store_, *grants_, gate_,
                                                   *grants_->uploaded_bytes(), servers);
        application_ = std::make_unique<Application>(*routes_);
        server_ = *transport::HttpServer::start({.observer = &recorder_}, *application_);
    }
    void stop() {
        server_->stop(std::chrono::seconds(5));
        server_.reset();
        routes_.reset();
    }

    static std::string digest_of(std::string_view content) {
        return crypto::hex(crypto::sha256(content));
    }
    transport::HttpResponse call(const char* verb, const std::string& digest,
                                 std::string_view caller, std::string_view body = {}) {
        auto client = transport::HttpClient::create(
            {.base_url = "http://127.0.0.1:" + std::to_string(server_->port())});
        const std::string target = std::string(kArtifactPrefix) + digest;
        transport::HttpCall request{.verb = verb, .target = target, .body = body};
        request.headers.add("authorization", caller);
        auto response = client->request(request);
        EXPECT_TRUE(response) << response.error().message();
        return response ? *std::move(response) : transport::HttpResponse{};
    }

    std::filesystem::path folder_;
    transport::Recorder recorder_;
    TrustingGate gate_;
    std::unique_ptr<ArtifactStore> store_;
    std::unique_ptr<Grants> grants_;
    std::unique_ptr<ArtifactRoutes> routes_;
    std::unique_ptr<Application> application_;
    std::unique_ptr<transport::HttpServer> server_;
};

TEST_F(ArtifactRoutesTest, let_the_uploader_read_the_file_and_hide_it_from_others) {
    const std::string content(3u << 20, 'x');
    const std::string digest = digest_of(content);
    EXPECT_EQ(call("GET", digest, "party_3").status, 404u);
    EXPECT_EQ(call("PUT", digest, "party_3", content).status, 201u);
    const auto read = call("GET", digest, "party_3");
    EXPECT_EQ(read.status, 200u);
    EXPECT_EQ(read.body, content);
    const auto head = call("HEAD", digest, "party_3");
    EXPECT_EQ(head.status, 200u);
    EXPECT_EQ(head.headers.value("content-length"), std::to_string(content.size()));
    EXPECT_EQ(call("GET", digest, "party_4").status, 404u);
    EXPECT_EQ(call("PUT", digest, "party_4", content).status, 201u);
    EXPECT_EQ(call("GET", digest, "party_4").status, 200u);
    EXPECT_EQ(call("PUT", digest_of(""), "party_3", "").status, 201u);
    EXPECT_EQ(call("GET", digest_of(""), "party_3").body, "");
}

TEST_F(ArtifactRoutesTest, send_on_to_other_servers_for_what_is_not_here) {
    const std::string digest = digest_of("content");
    stop();
    start(ArtifactRoutes::Servers::several);
    const auto absent = call("GET", digest, "party_3");
    EXPECT_EQ(absent.status, 421u);
    EXPECT_EQ(transport::read_error(absent).reason, kArtifactElsewhere.reason);
    EXPECT_EQ(call("PUT", digest, "party_3", "content").status, 201u);
    EXPECT_EQ(call("GET", digest, "party_3").status, 200u);
    // As before, who may not read it cannot tell whether it is here.
    EXPECT_EQ(transport::read_error(call("GET", digest, "party_4")).message,
              transport::read_error(absent).message);
}

TEST_F(ArtifactRoutesTest, let_an_agent_read_the_inputs_of_its_work_alone) {
    ASSERT_EQ(call("PUT", digest_of("input"), "party_4", "input").status, 201u);
    ASSERT_EQ(call("PUT", digest_of("other"), "party_4", "other").status, 201u);
    gate_.input = digest_of("input");
    EXPECT_EQ(call("GET", digest_of("input"), "agent_7 of party_2").body, "input");
    EXPECT_EQ(call("GET", digest_of("other"), "agent_7 of party_2").status, 404u);
    EXPECT_EQ(call("GET", digest_of("input"), "agent_8 of party_2").status, 404u);
    EXPECT_EQ(call("GET", digest_of("input"), "party_2").status, 404u);
}

TEST_F(ArtifactRoutesTest, refuse_strangers_wrong_content_and_what_is_too_large) {
    EXPECT_EQ(call("GET", digest_of("a"), "").status, 401u);
    EXPECT_EQ(call("PUT", digest_of("a"), "", "a").status, 401u);
    EXPECT_EQ(store_->total_bytes(), 0u);
    const auto wrong = call("PUT", digest_of("a"), "party_3", "b");
    EXPECT_EQ(wrong.status, 400u);
    EXPECT_NE(wrong.body.find("DIGEST_MISMATCH"), std::string::npos) << wrong.body;
    EXPECT_EQ(call("PUT", "short", "party_3", "b").status, 400u);
    EXPECT_EQ(call("GET", "../../etc/passwd", "party_3").status, 400u);
    EXPECT_EQ(call("DELETE", digest_of("a"), "party_3").status, 405u);
    EXPECT_EQ(call("PUT", digest_of("a"), "party_3", std::string((8u << 20) + 1, 'x')).status,
              429u);
    EXPECT_EQ(store_->total_bytes(), 0u);
}

TEST_F(ArtifactRoutesTest, take_nothing_from_those_who_may_not_upload) {
    const auto small = call("PUT", digest_of("a"), "party_9", "a");
    EXPECT_EQ(small.status, 403u);
    EXPECT_NE(small.body.find("UPLOAD_NOT_ALLOWED"), std::string::npos) << small.body;
    const std::string large(3u << 20, 'x');
    EXPECT_EQ(call("PUT", digest_of(large), "party_9", large).status, 507u);
    // The connection drops what it had when it ends, after the answer.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (store_->total_bytes() > 0 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    EXPECT_EQ(store_->total_bytes(), 0u);
}

TEST_F(ArtifactRoutesTest, give_each_party_its_room_and_no_more) {
    const std::string large(8u << 20, 'x');
    const std::string rest((1u << 20) - 1, 'y');
    ASSERT_EQ(call("PUT", digest_of("wrong"), "party_3", large).status, 400u);
    ASSERT_EQ(call("PUT", digest_of(large), "party_3", large).status, 201u);
    ASSERT_EQ(call("PUT", digest_of(rest), "party_3", rest).status, 201u);
    ASSERT_EQ(call("PUT", digest_of("a"), "party_3", "a").status, 201u);
    EXPECT_EQ(call("PUT", digest_of("b"), "party_3", "b").status, 429u);
    const std::string other(2u << 20, 'z');
    EXPECT_EQ(call("PUT", digest_of(other), "party_3", other).status, 507u);
    EXPECT_EQ(call("PUT", digest_of("b"), "party_4", "b").status, 201u);
    EXPECT_EQ(grants_->uploaded_bytes()->at(PartyId{3}), 9u << 20);
}

TEST_F(ArtifactRoutesTest, name_trace_and_reason_of_every_error) {
    const auto expect = [this](std::size_t index, const transport::HttpResponse& answer,
                               const Rejection& rejection) {
        const auto error = transport::read_error(answer);
        const auto trace = transport::Trace::parse(answer.headers.value("traceparent"));
        ASSERT_TRUE(trace);
        EXPECT_EQ(error.reason, rejection.reason);
        EXPECT_EQ(error.trace_id, trace->id());
        const auto seen = recorder_.at(index);
        EXPECT_EQ(seen.reason, rejection.reason);
        EXPECT_EQ(seen.trace_id, trace->id());
    };
    expect(0, call("GET", digest_of("a"), ""), crypto::kSecretInvalid);
    expect(1, call("GET", digest_of("a"), "party_3"), kArtifactNotFound);
    expect(2, call("GET", "short", "party_3"), kDigestInvalid);
    expect(3, call("PUT", "short", "party_3", "b"), kDigestInvalid);
    expect(4, call("PUT", digest_of("a"), "party_9", "a"), kUploadNotAllowed);
    expect(5, call("PUT", digest_of("a"), "party_3", "b"), kDigestMismatch);
    expect(6, call("PUT", "short", "party_3"), kDigestInvalid);
}

}  // namespace
}  // namespace penstock::artifacts

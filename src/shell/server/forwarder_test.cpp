#include "shell/server/forwarder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "shell/limits/address.h"
#include "shell/sequencer/error.h"
#include "transport/connect/error_body.h"
#include "transport/http/client.h"
#include "transport/http/test_support.h"

namespace penstock::shell {
namespace {

constexpr const char* kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Says that somebody else leads.
class Elsewhere final : public Leadership {
  public:
    explicit Elsewhere(std::string at = {}) : address(std::move(at)) {}
    std::uint64_t epoch() const override { return 0; }
    Leader leader() const override { return {.epoch = 1, .name = "leader", .address = address}; }
    void announce(const std::string&) override {}
    void stand() override {}
    void withdraw() override {}
    std::string address;
};

class LeadingServer final : public transport::HttpHandler {
  public:
    LeadingServer() {
        server_ = transport::HttpServer::start({}, *this).value();
        url = "http://127.0.0.1:" + std::to_string(server_->port());
    }
    void handle(transport::HttpRequest request, transport::Responder responder) override {
        const std::scoped_lock lock(mutex_);
        headers_ = request.headers;
        responder.send({.body = "done"});
    }
    std::uint16_t port() const { return server_->port(); }
    std::string received(std::string_view name) {
        const std::scoped_lock lock(mutex_);
        return std::string(headers_.value(name));
    }
    std::string url;

  private:
    std::mutex mutex_;
    transport::Headers headers_;
    std::unique_ptr<transport::HttpServer> server_;
};

class FollowingServer final : public transport::HttpHandler {
  public:
    explicit FollowingServer(const Leadership& leadership)
        : forwarder_(leadership, ForwardedPeer(crypto::Sha256{}), clock_,
                     [this](limits::Turn turn, std::move_only_function<void()> then) {
                         ++caught_up;
                         turn_of = turn.flow;
                         if (sees_all) then();
                     }) {
        server_ = transport::HttpServer::start({.observer = &recorder}, *this).value();
        url = "http://127.0.0.1:" + std::to_string(server_->port());
    }
    void handle(transport::HttpRequest request, transport::Responder responder) override {
        forwarder_.forward(std::move(request), std::move(responder),
                           Forwarder::Changes::what_is_seen_here);
    }
    transport::Recorder recorder;
    std::string url;
    std::atomic<int> caught_up = 0;
    std::atomic<std::uint64_t> turn_of = 0;
    std::atomic<bool> sees_all = true;

  private:
    SystemClock clock_;
    Forwarder forwarder_;
    std::unique_ptr<transport::HttpServer> server_;
};

/// A client of a server that follows another.
class ForwarderTest : public testing::Test {
  protected:
    LeadingServer leader;
    Elsewhere leadership{leader.url};
    FollowingServer follower{leadership};
    transport::HttpClient client =
        transport::HttpClient::create({.base_url = follower.url}).value();
};

TEST_F(ForwarderTest, passes_a_trace_on_with_a_step_of_its_own) {
    transport::Headers headers;
    headers.add("traceparent", std::string("00-") + kTraceId + "-00f067aa0ba902b7-01");
    headers.add("tracestate", "vendor=1");
    headers.add("Authorization", "Bearer something");
    const auto answer =
        client.request({.verb = "POST", .target = "/x", .headers = headers, .body = "{}"});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "done");
    const auto at_leader = transport::Trace::parse(leader.received("traceparent"));
    ASSERT_TRUE(at_leader);
    EXPECT_EQ(at_leader->id(), kTraceId);
    EXPECT_NE(at_leader->step(), "00f067aa0ba902b7");
    EXPECT_EQ(leader.received("tracestate"), "vendor=1");
    EXPECT_EQ(leader.received("authorization"), "Bearer something");
    // One answer, one header: the follower's own.
    std::size_t count = 0;
    for (std::size_t i = 0; i < answer->headers.size(); ++i)
        if (transport::equal_ignoring_case(answer->headers.name_at(i), "traceparent")) ++count;
    EXPECT_EQ(count, 1u);
    const auto returned = transport::Trace::parse(answer->headers.value("traceparent"));
    ASSERT_TRUE(returned);
    EXPECT_EQ(returned->id(), kTraceId);
    EXPECT_NE(returned->step(), at_leader->step());
}

TEST_F(ForwarderTest, gives_a_good_answer_only_once_it_can_be_seen_here) {
    ASSERT_EQ(client.request({.verb = "POST", .target = "/x"})->body, "done");
    EXPECT_EQ(follower.caught_up, 1);
    EXPECT_EQ(follower.turn_of, limits::flow_of_address("127.0.0.1")) << "not in everybody's line";
    // The look at the journal gives the answer up, so that none can come but from before it.
    follower.sees_all = false;
    const auto unseen = client.request({.verb = "POST", .target = "/x"});
    ASSERT_TRUE(unseen);
    EXPECT_EQ(unseen->status, 500u) << unseen->body;
    EXPECT_EQ(follower.caught_up, 2);
}

TEST_F(ForwarderTest, begins_a_trace_without_others_state_where_the_caller_has_none) {
    const std::string good = std::string("00-") + kTraceId + "-00f067aa0ba902b7-01";
    const std::vector<std::vector<std::string>> cases{{"00-nonsense"}, {good, good}, {""}};
    for (const auto& traces : cases) {
        transport::Headers headers;
        for (const std::string& trace : traces) headers.add("traceparent", trace);
        headers.add("tracestate", "vendor=1");
        const auto answer = client.request({.verb = "POST", .target = "/x", .headers = headers});
        ASSERT_TRUE(answer);
        const auto at_leader = transport::Trace::parse(leader.received("traceparent"));
        const auto returned = transport::Trace::parse(answer->headers.value("traceparent"));
        ASSERT_TRUE(at_leader && returned);
        EXPECT_EQ(at_leader->id(), returned->id());
        EXPECT_NE(at_leader->id(), kTraceId);
        EXPECT_EQ(leader.received("tracestate"), "") << traces.size() << traces[0];
    }
}

TEST(Forwarder, says_under_which_trace_and_why_it_could_not_pass_on) {
    Elsewhere leadership;  // Whose address nobody knows.
    FollowingServer follower(leadership);
    auto client = transport::HttpClient::create({.base_url = follower.url}).value();
    transport::Headers headers;
    headers.add("traceparent", std::string("00-") + kTraceId + "-00f067aa0ba902b7-01");
    const auto answer = client.request({.verb = "POST", .target = "/x", .headers = headers});
    ASSERT_TRUE(answer);
    const auto error = transport::read_error(*answer);
    EXPECT_EQ(error.reason, kNotLeading.reason);
    EXPECT_EQ(error.trace_id, kTraceId);
    EXPECT_EQ(follower.recorder.at(0).reason, kNotLeading.reason);
    // A leader that has gone takes nothing.
    leadership.address = "http://127.0.0.1:" + std::to_string(LeadingServer().port());
    const auto gone = client.request({.verb = "POST", .target = "/x", .headers = headers});
    ASSERT_TRUE(gone);
    EXPECT_EQ(transport::read_error(*gone).trace_id, kTraceId);
    EXPECT_EQ(follower.recorder.at(1).reason, kNotLeading.reason);
}

}  // namespace
}  // namespace penstock::shell

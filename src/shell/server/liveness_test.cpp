// Long polls, leases, and what becomes of agents that fall silent.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "shell/server/server_fixture.h"

namespace penstock::shell {
namespace {

class LivenessTest : public ServerFixture {
  protected:
    LivenessTest() {
        options_.lease = milliseconds(600);
        options_.margin = milliseconds(100);
    }
    bool is_live(const std::string& agent) {
        v1::GetAgentRequest request;
        request.set_agent(agent);
        return client(operator_key())
            .call<v1::Agent>("PartyService/GetAgent", request)
            .value()
            .live();
    }
};

TEST_F(LivenessTest, answers_at_once_what_the_agent_does_not_know) {
    start();
    const std::string agent = enrol_agent();
    const auto work = pull(agent, 0, 30'000).value();
    EXPECT_GT(work.version(), 0u);
    EXPECT_EQ(work.lease_ns(), options_.lease.ns);
    EXPECT_TRUE(work.measure());
    EXPECT_EQ(work.next_usage_number(), 1u);
}

TEST_F(LivenessTest, holds_a_poll_no_longer_than_a_third_of_the_lease) {
    start();
    const std::string agent = enrol_agent();
    const auto version = pull(agent, 0, 0).value().version();
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(pull(agent, version, 30'000).value().version(), version);
    const auto held = std::chrono::steady_clock::now() - begun;
    EXPECT_GE(held, std::chrono::milliseconds(200));
    EXPECT_LT(held, std::chrono::seconds(10));
}

TEST_F(LivenessTest, marks_a_silent_agent_lost_and_back_at_its_next_poll) {
    start();
    const std::string agent = enrol_agent();
    ASSERT_TRUE(pull(agent, 0, 0));
    EXPECT_TRUE(is_live(agent));
    expect_soon([&] { return !is_live(agent); });
    ASSERT_TRUE(pull(agent, 0, 0));
    EXPECT_TRUE(is_live(agent));
}

TEST_F(LivenessTest, keeps_an_agent_that_polls) {
    start();
    const std::string agent = enrol_agent();
    std::uint64_t version = 0;
    const auto until = std::chrono::steady_clock::now() + 4 * std::chrono::milliseconds(700);
    while (std::chrono::steady_clock::now() < until) {
        version = pull(agent, version, 30'000).value().version();
        ASSERT_TRUE(is_live(agent));
    }
}

TEST_F(LivenessTest, grants_every_agent_one_grace_period_after_a_start) {
    start();
    const std::string agent = enrol_agent();
    ASSERT_TRUE(pull(agent, 0, 0));
    options_.lease = seconds(600);
    start();
    EXPECT_TRUE(is_live(agent));
    options_.lease = milliseconds(100);
    start();
    expect_soon([&] { return !is_live(agent); });
}

TEST_F(LivenessTest, answers_an_agent_about_itself_alone) {
    start();
    const std::string agent = enrol_agent();
    v1::PullWorkRequest request;
    request.set_agent("agent_2");
    const auto other =
        agent_client(agent).call<v1::PullWorkResponse>("TaskService/PullWork", request);
    EXPECT_EQ(other.error().reason, "NOT_YOURSELF");
    EXPECT_EQ(pull(agent, 0, 30'001).error().reason, "WAIT_TOO_LONG");
    request.set_agent(agent);
    const auto member =
        client(operator_key()).call<v1::PullWorkResponse>("TaskService/PullWork", request);
    EXPECT_EQ(member.error().code, Code::permission_denied);
}

TEST_F(LivenessTest, refuses_held_polls_when_it_stops) {
    options_.lease = seconds(600);
    start();
    const std::string agent = enrol_agent();
    const auto version = pull(agent, 0, 0).value().version();
    auto held = std::async(std::launch::async, [&] { return pull(agent, version, 30'000); });
    // The poll is held once the server is asked; nothing tells when, and either way it must end.
    server_->stop();
    const auto answer = held.get();
    if (!answer) {
        EXPECT_EQ(answer.error().code, Code::unavailable) << answer.error().message;
    }
    server_.reset();
}

TEST_F(LivenessTest, refuses_requests_that_another_key_signed) {
    start();
    const std::string agent = enrol_agent();
    ASSERT_TRUE(pull(agent, 0, 0));
    const auto real = std::exchange(agent_key_, crypto::KeyPair::generate());
    EXPECT_EQ(pull(agent, 0, 0).error().code, Code::unauthenticated);
    agent_key_ = real;
    EXPECT_TRUE(pull(agent, 0, 0));
    EXPECT_EQ(pull("agent_99", 0, 0).error().reason, "AGENT_UNKNOWN");
}

}  // namespace
}  // namespace penstock::shell

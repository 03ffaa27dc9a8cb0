// Agents that die at every step, calls that come twice, engines that go away or lose a job: an
// attempt is neither lost nor run twice.
#include <thread>

#include "agent/drivers/contract/driver_contract.h"

namespace penstock::agent::contract {
namespace {

constexpr const char* kOnce = "echo run >>runs; sleep 2; echo whole";

TEST_P(DriverContract, runs_once_though_agents_die_at_every_step) {
    using Steps = std::function<void(const AttemptSpec&)>;
    const std::vector<std::pair<const char*, Steps>> steps{
        {"nothing was done", [](const AttemptSpec&) {}},
        {"it was laid out",
         [&](const AttemptSpec& attempt) { EXPECT_TRUE(driver_->prepare(attempt)); }},
        {"it was started", [&](const AttemptSpec& attempt) { take_up(attempt); }},
        {"it runs", [&](const AttemptSpec& attempt) { EXPECT_TRUE(runs(take_up(attempt))); }},
        {"it has ended", [&](const AttemptSpec& attempt) { wait_for_end(take_up(attempt)); }},
    };
    for (const auto& [when, step] : steps) {
        const auto attempt = spec(kOnce);
        step(attempt);
        restart_agent();
        const Handle handle = take_up(attempt);
        EXPECT_EQ(handle, (Handle{attempt.folder})) << when;
        const auto end = wait_for_end(handle);
        EXPECT_EQ(end.reason, EndReason::exited) << when << ": " << end.detail;
        EXPECT_EQ(end.exit_code, 0) << when;
        EXPECT_EQ(log_of(handle), "whole\n") << when;
        EXPECT_EQ(output(handle, "runs"), "run\n") << when;
    }
}

TEST_P(DriverContract, runs_once_though_it_is_asked_for_again_and_again) {
    const auto attempt = spec(kOnce);
    const Handle handle = take_up(attempt);
    EXPECT_TRUE(wait_until([&] {
        const auto prepared = driver_->prepare(attempt);
        EXPECT_TRUE(prepared) << prepared.error().message();
        const auto again = driver_->start(attempt, boottime_ns() + 60 * kSecondNs);
        EXPECT_TRUE(again) << again.error().message();
        EXPECT_EQ(again.value_or(Handle{}), handle);
        return observe(handle).state == State::ended;
    }));
    const auto prepared = driver_->prepare(attempt);
    EXPECT_TRUE(prepared) << prepared.error().message();
    EXPECT_EQ(log_of(handle), "whole\n");
    EXPECT_EQ(output(handle, "runs"), "run\n");
}

TEST_P(DriverContract, keeps_many_at_once_apart) {
    std::vector<AttemptSpec> attempts;
    std::vector<std::jthread> agents;
    for (int i = 0; i < 8; ++i) {
        attempts.push_back(spec("echo run >>runs; echo $PENSTOCK_ATTEMPT"));
        started_.push_back(Handle{attempts.back().folder});
    }
    for (const auto& attempt : attempts)
        agents.emplace_back([&] {
            EXPECT_TRUE(driver_->prepare(attempt));
            EXPECT_TRUE(driver_->start(attempt, boottime_ns() + 120 * kSecondNs));
        });
    agents.clear();
    for (const auto& attempt : attempts) {
        const Handle handle{attempt.folder};
        EXPECT_EQ(wait_for_end(handle).exit_code, 0);
        EXPECT_EQ(log_of(handle), attempt.attempt + '\n');
        EXPECT_EQ(output(handle, "runs"), "run\n");
    }
}

TEST_P(DriverContract, stops_what_is_renewed_and_watched_meanwhile) {
    const Handle handle = take_up(spec("exec sleep 1000"));
    ASSERT_TRUE(runs(handle));
    std::jthread renewing([&](const std::stop_token& stop) {
        while (!stop.stop_requested())
            EXPECT_TRUE(driver_->renew(handle, boottime_ns() + 60 * kSecondNs));
    });
    ASSERT_TRUE(driver_->stop(handle));
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::stopped);
}

TEST_P(DriverContract, says_so_when_the_engine_has_lost_a_task) {
    const Handle handle = take_up(spec("setsid sleep 1000 & exec sleep 1000"));
    ASSERT_TRUE(runs(handle));
    engine_->lose(handle);
    const auto end = wait_for_end(handle);
    EXPECT_TRUE(is_broken(end.reason)) << name(end.reason) << ": " << end.detail;
}

TEST_P(DriverContract, loses_nothing_while_the_engine_is_away) {
    if (!engine_->can_go_away()) GTEST_SKIP() << "nothing stands between driver and task";
    const auto running = spec("sleep 4; echo run >>runs; echo survived");
    const Handle handle = take_up(running);
    ASSERT_TRUE(runs(handle));
    const auto asked = spec(kOnce);
    started_.push_back(Handle{asked.folder});
    ASSERT_TRUE(driver_->prepare(asked));
    engine_->go_away();
    const auto refused = driver_->start(asked, boottime_ns() + 120 * kSecondNs);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number(), kEngineUnreachable.number) << refused.error().message();
    // An agent that is started meanwhile waits for it.
    restart_agent();
    ASSERT_TRUE(driver_->recover(running.folder));
    EXPECT_TRUE(wait_until([&] {
        const auto seen = driver_->observe(handle);
        return !seen && seen.error().number() == kEngineUnreachable.number;
    }));
    EXPECT_TRUE(driver_->renew(handle, boottime_ns() + 120 * kSecondNs));
    engine_->come_back();
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::exited);
    EXPECT_EQ(log_of(handle), "survived\n");
    EXPECT_EQ(output(handle, "runs"), "run\n");
    EXPECT_EQ(wait_for_end(take_up(asked)).exit_code, 0);
    EXPECT_EQ(output(Handle{asked.folder}, "runs"), "run\n");
}

TEST_P(DriverContract, runs_once_though_the_engine_does_not_answer_in_time) {
    if (!engine_->can_freeze()) GTEST_SKIP() << "nothing stands between driver and task";
    const auto attempt = spec(kOnce);
    started_.push_back(Handle{attempt.folder});
    ASSERT_TRUE(driver_->prepare(attempt));
    engine_->freeze();
    const auto unknown = driver_->start(attempt, boottime_ns() + 120 * kSecondNs);
    if (!unknown) {
        EXPECT_EQ(unknown.error().number(), kEngineUnreachable.number);
    }
    engine_->thaw();
    const Handle handle = take_up(attempt);
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::exited) << name(end.reason) << ": " << end.detail;
    EXPECT_EQ(output(handle, "runs"), "run\n");
}

TEST_P(DriverContract, ends_what_nobody_answers_for_and_nothing_else) {
    const Handle kept = take_up(spec("exec sleep 1000"));
    ASSERT_TRUE(runs(kept));
    restart_agent();
    ASSERT_TRUE(driver_->end_orphans());
    EXPECT_EQ(observe(kept).state, State::running);
}

}  // namespace
}  // namespace penstock::agent::contract

// What only Slurm can do to an attempt, on a real cluster.
#include "agent/drivers/slurm/slurm_driver.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <set>

#include "agent/clock.h"
#include "agent/drivers/slurm/test_cluster.h"
#include "agent/error.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

using slurm::TestCluster;
using State = Observation::State;
constexpr std::int64_t kSecond = 1'000'000'000;

bool wait_until(const std::function<bool()>& holds) {
    const std::int64_t deadline = boottime_ns() + 120 * kSecond;
    while (!holds()) {
        if (boottime_ns() > deadline) return false;
        ::poll(nullptr, 0, 50);
    }
    return true;
}

class SlurmDriverTest : public testing::Test {
  protected:
    void SetUp() override {
        if (!cluster_.missing().empty()) GTEST_SKIP() << cluster_.missing();
        user_.emplace();
        driver_ = cluster_.make_driver(cluster_.rest_or_commands());
    }
    void TearDown() override {
        for (const auto& handle : started_) {
            static_cast<void>(driver_->stop(handle));
            EXPECT_TRUE(wait_until([&] { return driver_->remove(handle).has_value(); }));
        }
    }

    AttemptSpec spec(const std::string& run) {
        AttemptSpec attempt;
        attempt.attempt = "att_1000" + std::to_string(++count_);
        attempt.index = 5;
        attempt.workload.set_run(run);
        attempt.workload.set_array_size(8);
        attempt.cores = 1;
        attempt.memory_bytes = 64U << 20;
        attempt.folder = cluster_.attempts() + '/' + attempt.attempt;
        return attempt;
    }
    Handle start(const AttemptSpec& attempt, std::int64_t lease_ns = 120 * kSecond) {
        const auto prepared = driver_->prepare(attempt);
        EXPECT_TRUE(prepared) << prepared.error().message();
        const auto handle = driver_->start(attempt, boottime_ns() + lease_ns);
        EXPECT_TRUE(handle) << handle.error().message();
        started_.push_back(Handle{attempt.folder});
        return started_.back();
    }
    Observation observe(const Handle& handle) {
        return driver_->observe(handle).value_or(Observation{});
    }
    bool runs(const Handle& handle) {
        return wait_until([&] { return observe(handle).state == State::running; });
    }
    Observation wait_for_end(const Handle& handle) {
        Observation seen;
        EXPECT_TRUE(wait_until([&] {
            seen = observe(handle);
            return seen.state == State::ended;
        }));
        return seen;
    }
    std::string log_of(const Handle& handle) {
        return driver_->logs(handle, 0, 1U << 20).value_or(LogPiece{}).text;
    }
    static inline int count_ = 0;
    TestCluster& cluster_ = TestCluster::instance();
    std::optional<TestCluster::AsUser> user_;
    std::unique_ptr<SlurmDriver> driver_;
    std::vector<Handle> started_;
};

TEST_F(SlurmDriverTest, is_no_place_for_root) {
    user_.reset();
    const auto driver = SlurmDriver::create({.attempts = cluster_.attempts(),
                                             .scope = "test",
                                             .shim = {PENSTOCK_SHIM},
                                             .partition = {},
                                             .account = {},
                                             .qos = {},
                                             .cores = 1,
                                             .memory_bytes = 1},
                                            cluster_.rest_or_commands());
    user_.emplace();
    ASSERT_FALSE(driver);
    EXPECT_EQ(driver.error().number(), kBadOption.number);
}

TEST_F(SlurmDriverTest, counts_the_processor_time_that_was_used) {
    const Handle handle =
        start(spec("i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; echo $i"));
    const auto end = wait_for_end(handle);
    EXPECT_EQ(log_of(handle), "200000\n");
    EXPECT_GT(end.usage.cpu_ns, 10'000'000);
    EXPECT_LE(end.usage.cpu_ns, end.usage.wall_ns * 2);
    EXPECT_GT(end.usage.memory_peak_bytes, 0U);
}

TEST_F(SlurmDriverTest, queues_what_has_no_room_and_stops_it_there) {
    auto large = spec("exec sleep 1000");
    large.cores = 4;
    const Handle first = start(large);
    ASSERT_TRUE(runs(first));
    auto second_spec = spec("exec sleep 1000");
    second_spec.cores = 4;
    const Handle second = start(second_spec);
    ASSERT_TRUE(runs(second));
    auto third_spec = spec("echo never");
    third_spec.cores = 4;
    const Handle third = start(third_spec);
    EXPECT_EQ(observe(third).state, State::queued);
    ASSERT_TRUE(driver_->stop(third));
    const auto end = wait_for_end(third);
    EXPECT_EQ(end.reason, EndReason::stopped);
    EXPECT_EQ(end.usage.wall_ns, 0);
    EXPECT_EQ(observe(first).state, State::running);
    // What waits for too long can run elsewhere.
    driver_ = cluster_.make_driver(cluster_.rest_or_commands(), 1);
    auto fourth_spec = spec("echo never");
    fourth_spec.cores = 4;
    EXPECT_EQ(wait_for_end(start(fourth_spec)).reason, EndReason::not_placed);
}

TEST_F(SlurmDriverTest, refuses_what_no_node_can_run) {
    auto attempt = spec("true");
    attempt.cores = 5;  // A node has four.
    ASSERT_TRUE(driver_->prepare(attempt));
    const auto handle = driver_->start(attempt, boottime_ns() + 60 * kSecond);
    ASSERT_FALSE(handle);
    EXPECT_EQ(handle.error().number(), kEngineRefused.number);
}

TEST_F(SlurmDriverTest, runs_once_though_it_was_asked_for_twice) {
    const auto attempt = spec("echo once; exec sleep 1000");
    const Handle handle = start(attempt);
    ASSERT_TRUE(driver_->start(attempt, boottime_ns() + 60 * kSecond));
    // The agent died before it could remember the job.
    ASSERT_TRUE(std::filesystem::remove(handle.text + "/slurm.job"));
    driver_ = cluster_.make_driver(cluster_.rest_or_commands());
    ASSERT_TRUE(driver_->recover(handle.text));
    EXPECT_NE(observe(handle).state, State::absent);
    ASSERT_TRUE(driver_->start(attempt, boottime_ns() + 60 * kSecond));
    ASSERT_TRUE(runs(handle));
    EXPECT_EQ(TestCluster::jobs_of(handle).size(), 1U);
    // A second job got through all the same, and is the one that is remembered.
    const auto first = TestCluster::jobs_of(handle).front().id;
    const auto twin = TestCluster::commands()->submit({.name = "penstock-test-" + attempt.attempt,
                                                       .partition = "batch",
                                                       .cores = 1,
                                                       .memory_bytes = 1U << 20,
                                                       .minutes_max = 1,
                                                       .folder = handle.text,
                                                       .output = handle.text + "/twin.out",
                                                       .script = "#!/bin/sh\nexec '" PENSTOCK_SHIM
                                                                 "' --here \"$SLURM_JOB_ID\" '" +
                                                                 handle.text + "'\n"});
    ASSERT_TRUE(twin) << twin.error().message();
    std::ofstream(handle.text + "/slurm.job") << *twin;
    EXPECT_TRUE(wait_until([&] {
        return files::read_file(handle.text + "/twin.out").value_or("").contains("claim");
    }));
    ASSERT_TRUE(driver_->end_orphans());
    EXPECT_EQ(observe(handle).state, State::running);
    EXPECT_EQ(files::read_file(handle.text + "/begun").value_or(""), std::to_string(first) + '\n');
    EXPECT_EQ(log_of(handle), "once\n");
}

TEST_F(SlurmDriverTest, tells_who_ended_it) {
    const Handle handle = start(spec("exec sleep 1000"));
    ASSERT_TRUE(runs(handle));
    ASSERT_TRUE(TestCluster::commands()->cancel(TestCluster::jobs_of(handle).front().id));
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::withdrawn) << end.detail;
}

TEST_F(SlurmDriverTest, ends_jobs_that_no_attempt_answers_for) {
    const Handle handle = start(spec("exec sleep 1000"));
    ASSERT_TRUE(runs(handle));
    ASSERT_TRUE(driver_->end_orphans());
    EXPECT_EQ(observe(handle).state, State::running);
    const std::string moved = handle.text + ".moved";
    const auto job = TestCluster::jobs_of(handle).front();
    std::filesystem::rename(handle.text, moved);
    ASSERT_TRUE(driver_->end_orphans());
    EXPECT_TRUE(
        wait_until([&] { return slurm::has_ended(TestCluster::jobs_of(handle).front().state); }));
    std::filesystem::rename(moved, handle.text);
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::withdrawn);
    EXPECT_EQ(TestCluster::jobs_of(handle).front().id, job.id);
}

TEST_F(SlurmDriverTest, goes_on_by_commands_while_slurmrestd_is_down) {
    cluster_.daemon("kill", "slurmrestd");
    const Handle handle = start(spec("echo by command"));
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::exited);
    EXPECT_EQ(log_of(handle), "by command\n");
    cluster_.daemon("run", "slurmrestd");
    driver_ = cluster_.make_driver(cluster_.rest());
    const Handle again = start(spec("echo by rest"));
    EXPECT_EQ(wait_for_end(again).reason, EndReason::exited);
}

TEST_F(SlurmDriverTest, ends_what_was_put_back_after_it_had_begun) {
    const Handle handle = start(spec("echo once; exec sleep 1000"));
    ASSERT_TRUE(runs(handle));
    const auto id = std::to_string(TestCluster::jobs_of(handle).front().id);
    const auto requeued = cluster_.as_root({"/usr/bin/env", "scontrol", "requeue", id});
    ASSERT_EQ(requeued.exit_code, 0) << requeued.output;
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::node_lost) << end.detail;
    EXPECT_EQ(log_of(handle), "once\n");
}

TEST_F(SlurmDriverTest, ends_what_is_held_before_it_begins) {
    std::vector<Handle> handles;
    for (int i = 0; i < 3; ++i) {
        auto attempt = spec("exec sleep 1000");
        attempt.cores = 4;
        handles.push_back(start(attempt));
        if (i < 2) {
            ASSERT_TRUE(runs(handles.back()));
        }
    }
    EXPECT_EQ(observe(handles.back()).state, State::queued);
    const auto id = std::to_string(TestCluster::jobs_of(handles.back()).front().id);
    const auto held = cluster_.as_root({"/usr/bin/env", "scontrol", "hold", id});
    ASSERT_EQ(held.exit_code, 0) << held.output;
    const auto end = wait_for_end(handles.back());
    EXPECT_EQ(end.reason, EndReason::withdrawn) << end.detail;
    EXPECT_EQ(end.usage.wall_ns, 0);
}

TEST_F(SlurmDriverTest, ends_what_the_engine_makes_stand_still) {
    const Handle handle = start(spec("exec sleep 1000"));
    ASSERT_TRUE(runs(handle));
    const auto id = std::to_string(TestCluster::jobs_of(handle).front().id);
    const auto suspended = cluster_.as_root({"/usr/bin/env", "scontrol", "suspend", id});
    ASSERT_EQ(suspended.exit_code, 0) << suspended.output;
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::preempted);
}

/// A controller that has forgotten the ends that it was told, as one does that was killed within
/// seconds of them: to it, jobs run until somebody ends them.
class ForgetfulControl : public slurm::Control {
  public:
    explicit ForgetfulControl(std::unique_ptr<Control> real) : real_(std::move(real)) {}
    Result<std::uint64_t> submit(const slurm::JobRequest& request) override {
        return real_->submit(request);
    }
    Result<std::vector<slurm::Job>> jobs() override {
        auto all = real_->jobs();
        if (!all) return all;
        const std::lock_guard lock(mutex_);
        for (auto& job : *all)
            if (job.state == slurm::JobState::done && !cancelled_.contains(job.id))
                job.state = slurm::JobState::running;
        return all;
    }
    Result<void> cancel(std::uint64_t id) override {
        const std::lock_guard lock(mutex_);
        cancelled_.insert(id);
        return real_->cancel(id);
    }
    Result<std::vector<slurm::Node>> nodes() override { return real_->nodes(); }

  private:
    std::unique_ptr<Control> real_;
    std::mutex mutex_;
    std::set<std::uint64_t> cancelled_;
};

TEST_F(SlurmDriverTest, ends_jobs_whose_end_slurm_has_forgotten) {
    driver_ = cluster_.make_driver(std::make_unique<ForgetfulControl>(cluster_.rest_or_commands()));
    const Handle handle = start(spec("exit 7"));
    const auto told = [&] { return told_by_shim(handle.text).value_or(Observation{}).state; };
    ASSERT_TRUE(wait_until([&] { return told() == State::ended; }));
    std::int64_t claimed = 0;
    Observation seen;
    EXPECT_TRUE(wait_until([&] {
        seen = observe(handle);
        if (seen.state == State::running) claimed = std::max(claimed, seen.usage.wall_ns);
        return seen.state == State::ended;
    }));
    EXPECT_EQ(seen.reason, EndReason::exited) << seen.detail;
    EXPECT_EQ(seen.exit_code, 7);
    // While Slurm held its cores, no more was claimed than the task has used.
    EXPECT_LE(claimed, seen.usage.wall_ns);
    EXPECT_LT(seen.usage.wall_ns, 20 * kSecond);
}

TEST_F(SlurmDriverTest, begins_though_slurm_does_not_answer_yet) {
    cluster_.daemon("kill", "slurmctld");
    cluster_.daemon("kill", "slurmrestd");
    driver_ = cluster_.make_driver(cluster_.rest_or_commands());
    EXPECT_TRUE(driver_);
    cluster_.daemon("run", "slurmctld");
    cluster_.daemon("run", "slurmrestd");
    driver_ = cluster_.make_driver(cluster_.rest_or_commands());
    const Handle handle = start(spec("echo here"));
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::exited);
}

}  // namespace
}  // namespace penstock::agent

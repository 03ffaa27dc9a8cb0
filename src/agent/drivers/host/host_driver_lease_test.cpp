// Who may die, and what becomes of the task.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

#include <fstream>

#include "agent/drivers/host/host_driver_fixture.h"
#include "agent/shim/launch.h"
#include "files/descriptor.h"

namespace penstock::agent {
namespace {

TEST_F(HostDriverTest, kills_the_task_when_its_lease_ends) {
    const Handle handle = start(spec("sleep 1000 & exec sleep 1000"), kSecond);
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::lease_ended);
    EXPECT_GE(end.usage.wall_ns, kSecond / 2);
    EXPECT_LE(end.usage.wall_ns, 5 * kSecond);
    EXPECT_TRUE(alive("att_1").empty());
}

TEST_F(HostDriverTest, stops_the_whole_task_when_asked) {
    const Handle handle = start(spec("setsid sleep 1000 & trap '' TERM; sleep 1000"));
    ASSERT_FALSE(alive("att_1").empty());
    ASSERT_TRUE(driver_->stop(handle));
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::stopped);
    EXPECT_TRUE(alive("att_1").empty());
}

TEST_F(HostDriverTest, leaves_the_task_alone_when_the_agent_dies_and_finds_it_again) {
    const auto attempt = spec("sleep 2; echo survived");
    const int agent = ::fork();
    if (agent == 0) {
        const bool done = driver_->prepare(attempt).has_value() &&
                          driver_->start(attempt, boottime_ns() + 60 * kSecond).has_value();
        _exit(done ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(agent, &status, 0), agent);
    ASSERT_EQ(WEXITSTATUS(status), 0);
    auto restarted = make_driver();
    const auto handle = restarted.recover(attempt.folder);
    ASSERT_TRUE(handle);
    started_.push_back(*handle);
    EXPECT_EQ(restarted.observe(*handle)->state, State::running);
    EXPECT_EQ(restarted.start(attempt, 1), *handle) << "starting twice starts one";
    EXPECT_EQ(wait_for_end(*handle).exit_code, 0);
    EXPECT_EQ(log_of(*handle), "survived\n");
}

TEST_F(HostDriverTest, waits_for_a_shim_that_has_not_begun_its_task) {
    const auto attempt = spec("true");
    ASSERT_TRUE(driver_->prepare(attempt));
    const Handle handle{attempt.folder};
    {
        // As a shim holds it whose agent died while it was being started.
        const files::Descriptor lock(
            ::open((attempt.folder + '/' + kLockFile).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        ASSERT_EQ(::flock(lock.number(), LOCK_EX | LOCK_NB), 0);
        EXPECT_EQ(driver_->observe(handle)->state, State::queued);
        EXPECT_FALSE(driver_->remove(handle));
    }
    EXPECT_EQ(driver_->observe(handle)->state, State::absent);
}

TEST_F(HostDriverTest, ends_the_task_with_a_killed_shim) {
    const Handle handle = start(spec("setsid sleep 1000 & exec sleep 1000"));
    ASSERT_EQ(::kill(status_of(handle).shim_pid, SIGKILL), 0);
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::shim_lost);
    EXPECT_TRUE(alive("att_1").empty());
}

/// The children of a process, by the kernel's list.
std::vector<int> children_of(int process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/task/" + std::to_string(process) +
                       "/children");
    std::vector<int> children;
    for (int child = 0; file >> child;) children.push_back(child);
    return children;
}

TEST_F(HostDriverTest, ends_the_task_when_shim_and_guard_are_both_killed) {
    const Handle handle = start(spec("setsid sleep 1000 & exec sleep 1000"));
    const Status status = status_of(handle);
    for (const int child : children_of(status.shim_pid))
        if (child != status.task_pid) ::kill(child, SIGKILL);
    ::kill(status.shim_pid, SIGKILL);
    // Before anybody looks: the kernel alone has to do it.
    EXPECT_TRUE(wait_until([&] { return alive("att_1").empty(); }));
    EXPECT_EQ(make_driver().recover(handle.text), handle);
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::shim_lost);
}

TEST_F(HostDriverTest, ends_the_lease_of_a_stopped_shim) {
    const Handle handle = start(spec("exec sleep 1000"), 2 * kSecond);
    ASSERT_EQ(::kill(status_of(handle).shim_pid, SIGSTOP), 0);
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::lease_ended);
    EXPECT_TRUE(alive("att_1").empty());
}

}  // namespace
}  // namespace penstock::agent

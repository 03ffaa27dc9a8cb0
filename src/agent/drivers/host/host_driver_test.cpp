#include "agent/drivers/host/host_driver.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "agent/clock.h"
#include "agent/durable_file.h"
#include "agent/shim/status.h"

namespace penstock::agent {
namespace {

using State = Observation::State;
constexpr std::int64_t kSecond = 1'000'000'000;

/// A driver on this machine, its attempts in a folder of their own. Every test here runs real
/// sandboxes; without control groups it is skipped, and says so.
class HostDriverTest : public testing::Test {
  protected:
    void SetUp() override {
        char pattern[] = "/tmp/penstock-host-XXXXXX";
        folder_ = ::mkdtemp(pattern);
        scope_ = "test" + std::to_string(::getpid());
        if (Cgroup::detect("/sys/fs/cgroup") == CgroupVersion::none)
            GTEST_SKIP() << "this machine's control groups cannot be written";
        driver_.emplace(make_driver());
    }

    void TearDown() override {
        for (const auto& handle : started_) {
            static_cast<void>(driver_->stop(handle));
            wait_for_end(handle);
            EXPECT_TRUE(wait_until([&] { return driver_->remove(handle).has_value(); }));
        }
        std::filesystem::remove_all(folder_);
    }

    HostDriver make_driver() {
        HostDriver::Options options;
        options.cpu_ids = {0};
        options.memory_bytes = 1U << 30;
        options.scope = scope_;
        options.shim = {PENSTOCK_SHIM};
        options.log_size_max = 100'000;
        auto driver = HostDriver::create(options);
        EXPECT_TRUE(driver) << driver.error().message();
        return std::move(*driver);
    }

    AttemptSpec spec(const std::string& run) {
        AttemptSpec attempt;
        attempt.attempt = "att_" + std::to_string(++count_);
        attempt.index = 5;
        attempt.workload.set_run(run);
        attempt.workload.set_array_size(8);
        attempt.cpu_ids = {0};
        attempt.memory_bytes = 64U << 20;
        attempt.folder = folder_ + '/' + attempt.attempt;
        return attempt;
    }

    Handle start(const AttemptSpec& attempt, std::int64_t lease_ns = 60 * kSecond) {
        const auto prepared = driver_->prepare(attempt);
        EXPECT_TRUE(prepared) << prepared.error().message();
        const auto handle = driver_->start(attempt, boottime_ns() + lease_ns);
        EXPECT_TRUE(handle) << handle.error().message();
        started_.push_back(handle.value_or(Handle{attempt.folder}));
        return started_.back();
    }

    static bool wait_until(const std::function<bool()>& holds) {
        const std::int64_t deadline = boottime_ns() + 30 * kSecond;
        while (!holds()) {
            if (boottime_ns() > deadline) return false;
            ::poll(nullptr, 0, 10);
        }
        return true;
    }

    Observation wait_for_end(const Handle& handle) {
        Observation seen;
        EXPECT_TRUE(wait_until([&] {
            seen = driver_->observe(handle).value_or(Observation{});
            return seen.state == State::ended;
        }));
        return seen;
    }

    std::string log_of(const Handle& handle) {
        return driver_->logs(handle, 0, 1U << 20).value_or(LogPiece{}).text;
    }

    /// What a task prints, run to its end.
    std::string output_of(const std::string& run) {
        const Handle handle = start(spec(run));
        wait_for_end(handle);
        return log_of(handle);
    }

    Status status_of(const Handle& handle) { return read_status(handle.text).value_or(Status{}); }

    /// The processes of a task that are alive; dead ones that nobody has reaped do not count.
    std::vector<int> alive(const std::string& attempt) {
        const Cgroup group(Cgroup::detect("/sys/fs/cgroup"), "/sys/fs/cgroup",
                           "penstock/" + scope_ + '/' + attempt);
        return group.processes();
    }

    std::string folder_;
    std::string scope_;
    std::optional<HostDriver> driver_;
    std::vector<Handle> started_;
    int count_ = 0;
};

TEST_F(HostDriverTest, runs_setup_and_run_and_tells_how_they_ended) {
    auto attempt =
        spec("cat ready; echo task $PENSTOCK_TASK_INDEX of $PENSTOCK_ARRAY_SIZE; exit 7");
    attempt.workload.set_setup("echo done > ready");
    const Handle handle = start(attempt);
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::exited);
    EXPECT_EQ(end.exit_code, 7);
    EXPECT_EQ(log_of(handle), "done\ntask 5 of 8\n");
    EXPECT_GT(end.usage.wall_ns, 0);
    EXPECT_GE(end.ended_at_ns, end.started_at_ns);
}

TEST_F(HostDriverTest, fails_with_the_code_of_a_failed_setup) {
    auto attempt = spec("echo never");
    attempt.workload.set_setup("exit 9");
    const Handle handle = start(attempt);
    EXPECT_EQ(wait_for_end(handle).exit_code, 9);
    EXPECT_EQ(log_of(handle), "");
}

TEST_F(HostDriverTest, gives_the_task_its_inputs_and_keeps_its_outputs) {
    std::ofstream(folder_ + "/content") << "from the store\n";
    auto attempt = spec("cp in/a out; ./in/tool; echo changed > in/a");
    attempt.inputs.push_back({"in/a", folder_ + "/content", false});
    std::ofstream(folder_ + "/script") << "#!/bin/sh\necho tool ran\n";
    attempt.inputs.push_back({"in/tool", folder_ + "/script", true});
    const Handle handle = start(attempt);
    EXPECT_EQ(wait_for_end(handle).exit_code, 0) << log_of(handle);
    EXPECT_EQ(log_of(handle), "tool ran\n");
    EXPECT_EQ(read_file(driver_->working_folder(handle) + "/out").value_or(""), "from the store\n");
    EXPECT_EQ(read_file(folder_ + "/content").value_or(""), "from the store\n");
}

TEST_F(HostDriverTest, refuses_an_input_outside_the_working_folder) {
    for (const char* path : {"../x", "/etc/x", "a/../../x", "", "a//b", "a/.", "a\nb"}) {
        auto attempt = spec("true");
        attempt.inputs.push_back({path, "/etc/hostname", false});
        const auto prepared = driver_->prepare(attempt);
        ASSERT_FALSE(prepared) << path;
        EXPECT_EQ(prepared.error().reason(), "AGENT_BAD_PATH");
    }
}

TEST_F(HostDriverTest, gives_no_network) {
    // Reachable from this host, so only the sandbox can be in the way.
    const Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener.number(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listener.number(), 5), 0);
    ::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size);
    const std::string connect = "exec bash -c 'if (echo > /dev/tcp/127.0.0.1/" +
                                std::to_string(ntohs(address.sin_port)) +
                                ") 2>/dev/null; then echo open; else echo closed; fi'";
    EXPECT_EQ(output_of(connect), "closed\n");
    EXPECT_EQ(output_of("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"), "lo\n");
    auto granted = spec(connect);
    granted.workload.set_network(true);
    const Handle handle = start(granted);
    wait_for_end(handle);
    EXPECT_EQ(log_of(handle), "open\n");
}

TEST_F(HostDriverTest, gives_a_read_only_system_and_hides_the_host) {
    EXPECT_EQ(
        output_of("for f in /usr/x /etc/x /x /bin/x; do touch $f 2>/dev/null && echo wrote $f;"
                  " done; echo tried"),
        "tried\n");
    EXPECT_EQ(output_of("cat /etc/shadow 2>/dev/null || true; ls -d /root /home /sys /var /srv " +
                        folder_ + " 2>/dev/null || true; hostname; id -u"),
              "task\n1000\n");
}

TEST_F(HostDriverTest, hides_the_processes_and_the_environment_of_the_host) {
    ::setenv("PENSTOCK_SECRET_OF_THE_HOST", "1", 1);
    const std::string output = output_of("ls /proc | grep -c '^[0-9]'; env");
    std::istringstream lines(output);
    int processes = 0;
    lines >> processes;
    EXPECT_GT(processes, 0) << output;
    EXPECT_LT(processes, 8) << output;
    EXPECT_EQ(output.find("SECRET"), std::string::npos);
    EXPECT_NE(output.find("HOME=/job"), std::string::npos);
}

TEST_F(HostDriverTest, gives_no_privileges_and_filters_calls) {
    const std::string output = output_of(
        "grep -E 'CapBnd|CapEff|NoNewPrivs|^Seccomp:' "
        "/proc/self/status; unshare -U true || echo refused");
    EXPECT_NE(output.find("CapEff:\t0000000000000000"), std::string::npos) << output;
    EXPECT_NE(output.find("CapBnd:\t0000000000000000"), std::string::npos) << output;
    EXPECT_NE(output.find("NoNewPrivs:\t1"), std::string::npos) << output;
    EXPECT_NE(output.find("Seccomp:\t2"), std::string::npos) << output;
    EXPECT_NE(output.find("refused"), std::string::npos) << output;
}

TEST_F(HostDriverTest, runs_the_task_as_nobody_of_this_machine) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
    const Handle handle = start(spec("exec sleep 60"));
    const std::string status =
        read_file("/proc/" + std::to_string(status_of(handle).task_pid) + "/status").value_or("");
    EXPECT_NE(status.find("Uid:\t900000\t900000\t900000\t900000"), std::string::npos) << status;
}

TEST_F(HostDriverTest, kills_a_task_that_exceeds_its_memory) {
    const Handle handle = start(spec("head -c 500M /dev/zero | tail -c 400M"));
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::memory);
    EXPECT_NE(end.exit_code, 0);
    EXPECT_LE(end.usage.memory_peak_bytes, 64U << 20);
    EXPECT_GT(end.usage.memory_peak_bytes, 32U << 20);
}

TEST_F(HostDriverTest, counts_the_private_tmp_as_memory) {
    const Handle handle = start(spec("head -c 200M /dev/zero > /tmp/big"));
    const auto end = wait_for_end(handle);
    EXPECT_NE(end.exit_code, 0);
    EXPECT_LE(end.usage.memory_peak_bytes, 64U << 20);
}

TEST_F(HostDriverTest, limits_the_number_of_processes) {
    HostDriver::Options options;
    options.cpu_ids = {0};
    options.memory_bytes = 1U << 30;
    options.scope = scope_;
    options.shim = {PENSTOCK_SHIM};
    options.processes_max = 16;
    driver_ = HostDriver::create(options).value();
    const Handle handle = start(spec("for i in $(seq 40); do sleep 60 & done; echo all started"));
    EXPECT_NE(wait_for_end(handle).exit_code, 0);
    EXPECT_EQ(log_of(handle).find("all started"), std::string::npos);
}

TEST_F(HostDriverTest, pins_the_task_to_its_cores) {
    EXPECT_EQ(output_of("grep Cpus_allowed_list /proc/self/status | cut -f2; nproc"), "0\n1\n");
}

TEST_F(HostDriverTest, measures_what_the_task_used) {
    // A second of processor time, by the shell's own clock.
    const Handle handle =
        start(spec("exec bash -c 'while [ $(cut -d\" \" -f14 /proc/$$/stat) -lt "
                   "60 ]; do for i in {1..20000}; do :; done; done'"));
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.exit_code, 0) << log_of(handle);
    EXPECT_GE(end.usage.cpu_ns, 6 * kSecond / 10);
    EXPECT_LE(end.usage.cpu_ns, end.usage.wall_ns * 11 / 10);
    EXPECT_GT(end.usage.memory_peak_bytes, 100'000U);
}

TEST_F(HostDriverTest, kills_the_task_when_its_lease_ends) {
    const Handle handle = start(spec("sleep 1000 & exec sleep 1000"), kSecond);
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::lease_ended);
    EXPECT_GE(end.usage.wall_ns, kSecond / 2);
    EXPECT_LE(end.usage.wall_ns, 5 * kSecond);
    EXPECT_TRUE(alive("att_1").empty());
}

TEST_F(HostDriverTest, keeps_a_task_whose_lease_is_renewed) {
    const Handle handle = start(spec("exec sleep 1000"), kSecond);
    const std::int64_t until = boottime_ns() + 2 * kSecond;
    while (boottime_ns() < until) {
        ASSERT_TRUE(driver_->renew(handle, boottime_ns() + kSecond));
        ::poll(nullptr, 0, 20);
    }
    EXPECT_EQ(driver_->observe(handle)->state, State::running);
}

TEST_F(HostDriverTest, kills_the_task_when_its_time_is_over) {
    auto attempt = spec("exec sleep 1000");
    attempt.workload.set_max_task_seconds(1);
    EXPECT_EQ(wait_for_end(start(attempt)).reason, EndReason::time_limit);
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

TEST_F(HostDriverTest, tells_why_a_sandbox_could_not_be_started) {
    auto attempt = spec("true");
    ASSERT_TRUE(driver_->prepare(attempt));
    std::filesystem::remove(attempt.folder + "/sandbox.args");
    const auto handle = driver_->start(attempt, boottime_ns() + kSecond);
    ASSERT_FALSE(handle);
    EXPECT_EQ(handle.error().reason(), "AGENT_SANDBOX_FAILED");
    EXPECT_NE(handle.error().detail().find("sandbox.args"), std::string::npos)
        << handle.error().detail();
    const auto seen = driver_->observe(Handle{attempt.folder});
    EXPECT_EQ(seen->state, State::ended);
    EXPECT_EQ(seen->reason, EndReason::start_failed);
    EXPECT_TRUE(wait_until([&] { return driver_->remove(Handle{attempt.folder}).has_value(); }));
}

TEST_F(HostDriverTest, keeps_the_log_within_its_limit) {
    const Handle handle = start(spec("head -c 5000000 /dev/zero | tr '\\0' x"));
    EXPECT_EQ(wait_for_end(handle).exit_code, 0);
    const std::string log = log_of(handle);
    EXPECT_LT(log.size(), 100'100U);
    EXPECT_GT(log.size(), 100'000U);
    EXPECT_TRUE(log.ends_with("[the log is full: the rest is not kept]\n"));
}

TEST_F(HostDriverTest, refuses_to_run_without_limits_unless_told) {
    HostDriver::Options options;
    options.cpu_ids = {0};
    options.memory_bytes = 1U << 30;
    options.scope = scope_;
    options.shim = {PENSTOCK_SHIM};
    options.cgroup_mount = folder_;
    const auto refused = HostDriver::create(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), "AGENT_NO_LIMITS");
    options.unlimited = HostDriver::Unlimited::allowed;
    driver_ = HostDriver::create(options).value();
    EXPECT_FALSE(driver_->capabilities().limits_memory);
    const Handle handle = start(spec("echo ran"));
    EXPECT_EQ(wait_for_end(handle).exit_code, 0);
    EXPECT_EQ(log_of(handle), "ran\n");
}

TEST_F(HostDriverTest, refuses_cores_that_are_not_there) {
    HostDriver::Options options;
    options.cpu_ids = {5000};
    options.memory_bytes = 1;
    options.shim = {PENSTOCK_SHIM};
    EXPECT_FALSE(HostDriver::create(options));
}

}  // namespace
}  // namespace penstock::agent

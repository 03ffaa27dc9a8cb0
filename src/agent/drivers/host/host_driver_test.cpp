// What this machine gives a task, and what it keeps from it.
#include <netinet/in.h>
#include <sys/socket.h>

#include <fstream>

#include "agent/drivers/host/host_driver_fixture.h"
#include "files/descriptor.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

TEST_F(HostDriverTest, gives_no_network) {
    // Reachable from this host, so only the sandbox can be in the way.
    const files::Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
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
    driver_ = make_driver(HostDriver::Network::granted);
    const Handle handle = start(granted);
    wait_for_end(handle);
    EXPECT_EQ(log_of(handle), "open\n");
}

TEST_F(HostDriverTest, runs_the_task_as_nobody_of_this_machine) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
    const Handle handle = start(spec("exec sleep 60"));
    const std::string status =
        files::read_file("/proc/" + std::to_string(status_of(handle).task_pid) + "/status")
            .value_or("");
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
    options.shim = {shim_program()};
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

TEST_F(HostDriverTest, refuses_to_run_without_limits_unless_told) {
    HostDriver::Options options;
    options.cpu_ids = {0};
    options.memory_bytes = 1U << 30;
    options.scope = scope_;
    options.shim = {shim_program()};
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
    options.shim = {shim_program()};
    EXPECT_FALSE(HostDriver::create(options));
}

TEST_F(HostDriverTest, refuses_memory_that_is_not_there) {
    HostDriver::Options options;
    options.cpu_ids = {0};
    options.shim = {shim_program()};
    options.unlimited = HostDriver::Unlimited::allowed;
    options.memory_bytes = 1ULL << 50;
    const auto refused = HostDriver::create(options);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().message().contains("--memory")) << refused.error().message();

    // A group's limit counts, where it is less than the machine has.
    std::ofstream(folder_ + "/memory.max") << "268435456\n";
    options.cgroup_mount = folder_;
    options.memory_bytes = 257ULL << 20;
    EXPECT_FALSE(HostDriver::create(options));
    options.memory_bytes = 256ULL << 20;
    EXPECT_TRUE(HostDriver::create(options));
    std::ofstream(folder_ + "/memory.max") << "max\n";
    options.memory_bytes = 257ULL << 20;
    EXPECT_TRUE(HostDriver::create(options));
}

}  // namespace
}  // namespace penstock::agent

#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <optional>

#include "agent/clock.h"
#include "agent/drivers/host/host_driver.h"
#include "agent/shim/status.h"

namespace penstock::agent {

using State = Observation::State;
inline constexpr std::int64_t kSecond = 1'000'000'000;

/// Where the build has put the shim's program.
std::string shim_program();

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

    HostDriver make_driver(HostDriver::Network network = HostDriver::Network::refused) {
        HostDriver::Options options;
        options.cpu_ids = {0};
        options.memory_bytes = 1U << 30;
        options.scope = scope_;
        options.shim = {shim_program()};
        options.log_size_max = 100'000;
        options.network = network;
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
        attempt.cores = 1;
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

}  // namespace penstock::agent

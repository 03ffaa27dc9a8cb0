#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <functional>

#include "agent/clock.h"
#include "agent/drivers/contract/engine.h"
#include "agent/error.h"
#include "files/whole_file.h"

namespace penstock::agent::contract {

using State = Observation::State;
using EngineFactory = std::function<std::unique_ptr<Engine>()>;

inline constexpr std::int64_t kSecondNs = 1'000'000'000;
/// What every engine's driver is told.
inline constexpr std::uint64_t kLogSizeMax = 100'000;

/// What holds for every driver, whatever its engine: a driver's own tests instantiate it with their
/// engine. The tests behave as an agent does, which knows of an attempt nothing but its folder.
class DriverContract : public testing::TestWithParam<EngineFactory> {
  protected:
    void SetUp() override {
        engine_ = GetParam()();
        if (const std::string why = engine_->missing(); !why.empty()) GTEST_SKIP() << why;
        restart_agent();
    }

    void TearDown() override {
        if (!driver_) return;
        for (const auto& handle : started_) {
            static_cast<void>(driver_->stop(handle));
            EXPECT_TRUE(wait_until([&] { return driver_->remove(handle).has_value(); }));
        }
    }

    void restart_agent() {
        driver_ = engine_->make_driver();
        ASSERT_TRUE(driver_);
    }

    AttemptSpec spec(const std::string& run) {
        AttemptSpec attempt;
        attempt.attempt = "att_" + std::to_string(++count_);
        attempt.index = 5;
        attempt.workload.set_run(run);
        attempt.workload.set_array_size(8);
        attempt.cores = 1;
        const auto capacity = driver_->capacity().value_or(Capacity{});
        if (!capacity.cpu_ids.empty()) attempt.cpu_ids = {capacity.cpu_ids.front()};
        attempt.memory_bytes = 64U << 20;
        attempt.folder = engine_->attempt_folder(attempt.attempt);
        return attempt;
    }

    /// What an agent does that finds a folder: looks for what an earlier one has begun, and begins
    /// it otherwise.
    Handle take_up(const AttemptSpec& attempt, std::int64_t lease_ns = 120 * kSecondNs) {
        started_.push_back(Handle{attempt.folder});
        Observation seen;
        Handle handle;
        EXPECT_TRUE(wait_until([&] {
            const auto found = driver_->recover(attempt.folder);
            if (!found) return false;
            handle = *found;
            const auto observed = driver_->observe(handle);
            seen = observed.value_or(Observation{});
            return observed.has_value();
        }));
        if (seen.state != State::absent) return handle;
        const auto prepared = driver_->prepare(attempt);
        EXPECT_TRUE(prepared) << prepared.error().message();
        const auto handle_or = driver_->start(attempt, boottime_ns() + lease_ns);
        EXPECT_TRUE(handle_or) << handle_or.error().message();
        return handle_or.value_or(Handle{attempt.folder});
    }

    Observation observe(const Handle& handle) {
        return driver_->observe(handle).value_or(Observation{});
    }

    static bool wait_until(const std::function<bool()>& holds) {
        const std::int64_t deadline = boottime_ns() + 90 * kSecondNs;
        while (!holds()) {
            if (boottime_ns() > deadline) return false;
            ::poll(nullptr, 0, 20);
        }
        return true;
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

    std::string output(const Handle& handle, const std::string& path) {
        return files::read_file(driver_->working_folder(handle) + '/' + path).value_or("");
    }

    /// What a task prints, run to its end.
    std::string output_of(const std::string& run) {
        const Handle handle = take_up(spec(run));
        wait_for_end(handle);
        return log_of(handle);
    }

    /// Whether an attempt that ended so is the supplier's to answer for: it is billed to nobody.
    static bool is_broken(EndReason reason) {
        return reason != EndReason::exited && reason != EndReason::time_limit &&
               reason != EndReason::memory && reason != EndReason::stopped;
    }

    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Driver> driver_;
    std::vector<Handle> started_;

  private:
    static inline int count_ = 0;
};

/// The same of tasks that try to get out of their sandbox.
class EscapeContract : public DriverContract {
  protected:
    /// Runs what tries, to its end, and looks for its cries.
    void expect_kept_in(const std::string& tries) {
        const std::string log = output_of(tries + "\necho tried");
        EXPECT_EQ(log.find("ESCAPED"), std::string::npos) << log;
        EXPECT_TRUE(log.ends_with("tried\n")) << log;
    }
};

}  // namespace penstock::agent::contract

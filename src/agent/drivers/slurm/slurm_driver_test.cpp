// The driver on a real Slurm cluster of two nodes, which the suite starts for itself.
#include "agent/drivers/slurm/slurm_driver.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "agent/clock.h"
#include "agent/drivers/slurm/command_control.h"
#include "agent/drivers/slurm/fallback_control.h"
#include "agent/drivers/slurm/rest_control.h"
#include "agent/error.h"
#include "agent/run_program.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

using State = Observation::State;
constexpr std::int64_t kSecond = 1'000'000'000;

bool wait_until(const std::function<bool()>& holds) {
    const std::int64_t deadline = boottime_ns() + 60 * kSecond;
    while (!holds()) {
        if (boottime_ns() > deadline) return false;
        ::poll(nullptr, 0, 50);
    }
    return true;
}

class SlurmDriverTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        char pattern[] = "/tmp/penstock-slurm-XXXXXX";
        folder_ = ::mkdtemp(pattern);
        std::filesystem::permissions(folder_, std::filesystem::perms{0755});
        if (::geteuid() != 0) return;
        const auto started = cluster({"start", cluster_folder()}, 120 * kSecond);
        ASSERT_TRUE(started) << started.error().message();
        ASSERT_EQ(started->exit_code, 0) << started->output;
        std::ifstream file(cluster_folder() + "/env");
        for (std::string line; std::getline(file, line);) {
            const auto equals = line.find('=');
            settings_[line.substr(0, equals)] = line.substr(equals + 1);
        }
        ::setenv("SLURM_CONF", settings_["SLURM_CONF"].c_str(), 1);
        const ::passwd* const user = ::getpwnam(settings_["PENSTOCK_SLURM_USER"].c_str());
        ASSERT_NE(user, nullptr);
        user_ = user->pw_uid;
        group_ = user->pw_gid;
        ASSERT_EQ(::chown(folder_.c_str(), user_, group_), 0);
    }
    static void TearDownTestSuite() {
        if (::geteuid() == 0) {
            EXPECT_EQ(cluster({"stop", cluster_folder()})->exit_code, 0);
        }
        std::filesystem::remove_all(folder_);
    }

    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "slurmd needs root";
        become_user();
        driver_ = make_driver(both());
    }
    void TearDown() override {
        for (const auto& handle : started_) {
            static_cast<void>(driver_->stop(handle));
            EXPECT_TRUE(wait_until([&] { return driver_->remove(handle).has_value(); }));
        }
        become_root();
    }

    /// As agents are, an ordinary user; what is started then cannot become root again.
    static void become_user() {
        ASSERT_EQ(::setgroups(1, &group_), 0);
        ASSERT_EQ(::setresgid(group_, group_, 0), 0);
        ASSERT_EQ(::setresuid(user_, user_, 0), 0);
    }
    static void become_root() {
        const ::gid_t root = 0;
        ASSERT_EQ(::setresuid(0, 0, 0), 0);
        ASSERT_EQ(::setresgid(0, 0, 0), 0);
        ASSERT_EQ(::setgroups(1, &root), 0);
    }
    /// What only the cluster's operator may do.
    static Result<ProgramRun> as_root(const std::vector<std::string>& program) {
        become_root();
        auto run = run_program(program);
        become_user();
        return run;
    }

    static std::string cluster_folder() { return folder_ + "/cluster"; }
    static Result<ProgramRun> cluster(std::vector<std::string> arguments,
                                      std::int64_t timeout_ns = 60 * kSecond) {
        arguments.insert(arguments.begin(), PENSTOCK_SLURM_CLUSTER);
        return run_program(arguments, {.cpu_ids = {}, .timeout_ns = timeout_ns});
    }
    static void kill_daemon(const std::string& name) {
        EXPECT_EQ(as_root({PENSTOCK_SLURM_CLUSTER, "kill", cluster_folder(), name})->exit_code, 0);
    }
    static void run_daemon(const std::string& name) {
        EXPECT_EQ(as_root({PENSTOCK_SLURM_CLUSTER, "run", cluster_folder(), name})->exit_code, 0);
    }

    static std::unique_ptr<slurm::Control> rest() {
        auto control = slurm::RestControl::create(
            {.url = settings_["PENSTOCK_SLURM_URL"],
             .key = files::read_file(settings_["PENSTOCK_SLURM_KEY"]).value_or("")});
        EXPECT_TRUE(control) << control.error().message();
        return std::move(*control);
    }
    static std::unique_ptr<slurm::Control> commands() {
        return std::make_unique<slurm::CommandControl>();
    }
    static std::unique_ptr<slurm::Control> both() {
        return std::make_unique<slurm::FallbackControl>(rest(), commands());
    }

    static std::unique_ptr<SlurmDriver> make_driver(std::unique_ptr<slurm::Control> control,
                                                    std::int64_t patience_seconds = 600) {
        SlurmDriver::Options options;
        options.attempts = folder_ + "/data/attempts";
        options.patience_seconds = patience_seconds;
        options.scope = "test";
        options.shim = {PENSTOCK_SHIM};
        options.partition = "batch";
        options.cores = 6;
        options.memory_bytes = 4ULL << 30;
        auto driver = SlurmDriver::create(std::move(options), std::move(control));
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
        attempt.memory_bytes = 64U << 20;
        attempt.folder = folder_ + "/data/attempts/" + attempt.attempt;
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
    /// The jobs of one attempt that Slurm knows.
    static std::vector<slurm::Job> jobs_of(const Handle& handle) {
        const std::string name =
            "penstock-test-" + std::filesystem::path(handle.text).filename().native();
        auto jobs = commands()->jobs().value_or(std::vector<slurm::Job>{});
        std::erase_if(jobs, [&](const auto& job) { return job.name != name; });
        return jobs;
    }

    static inline std::string folder_;
    static inline ::uid_t user_ = 0;
    static inline ::gid_t group_ = 0;
    static inline std::map<std::string, std::string> settings_;
    static inline int count_ = 0;
    std::unique_ptr<SlurmDriver> driver_;
    std::vector<Handle> started_;
};

TEST_F(SlurmDriverTest, is_no_place_for_root) {
    become_root();
    const auto driver = SlurmDriver::create({.attempts = folder_ + "/data/attempts",
                                             .scope = "test",
                                             .shim = {PENSTOCK_SHIM},
                                             .partition = {},
                                             .account = {},
                                             .qos = {},
                                             .cores = 1,
                                             .memory_bytes = 1},
                                            both());
    become_user();
    ASSERT_FALSE(driver);
    EXPECT_EQ(driver.error().number(), kBadOption.number);
}

TEST_F(SlurmDriverTest, runs_setup_and_run_with_inputs_and_outputs) {
    auto attempt = spec("cat ready in/a > out; echo task $PENSTOCK_TASK_INDEX; id -u; exit 7");
    attempt.workload.set_setup("echo done > ready");
    std::ofstream(folder_ + "/content") << "from the store\n";
    attempt.inputs.push_back({"in/a", folder_ + "/content", false});
    const Handle handle = start(attempt);
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::exited) << end.detail;
    EXPECT_EQ(end.exit_code, 7);
    EXPECT_GT(end.usage.wall_ns, 0);
    EXPECT_EQ(log_of(handle), "task 5\n1000\n");
    EXPECT_EQ(files::read_file(driver_->working_folder(handle) + "/out").value_or(""),
              "done\nfrom the store\n");
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
    driver_ = make_driver(both(), 1);
    auto fourth_spec = spec("echo never");
    fourth_spec.cores = 4;
    EXPECT_EQ(wait_for_end(start(fourth_spec)).reason, EndReason::not_placed);
}

TEST_F(SlurmDriverTest, stops_a_task_that_runs) {
    const Handle handle = start(spec("trap '' TERM; echo here; sleep 1000"));
    ASSERT_TRUE(runs(handle));
    ASSERT_TRUE(driver_->stop(handle));
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::stopped) << end.detail;
    EXPECT_TRUE(slurm::has_ended(jobs_of(handle).front().state));
}

TEST_F(SlurmDriverTest, ends_with_its_lease_though_no_agent_looks) {
    const Handle handle = start(spec("exec sleep 1000"), 4 * kSecond);
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::lease_ended) << end.detail;
}

TEST_F(SlurmDriverTest, goes_on_while_its_lease_is_renewed) {
    const Handle handle = start(spec("sleep 6; echo whole"), 4 * kSecond);
    Observation seen;
    EXPECT_TRUE(wait_until([&] {
        EXPECT_TRUE(driver_->renew(handle, boottime_ns() + 4 * kSecond));
        seen = observe(handle);
        return seen.state == State::ended;
    }));
    EXPECT_EQ(seen.reason, EndReason::exited) << seen.detail;
    EXPECT_EQ(log_of(handle), "whole\n");
}

TEST_F(SlurmDriverTest, ends_it_when_its_time_is_over) {
    auto attempt = spec("exec sleep 1000");
    attempt.workload.set_max_task_seconds(1);
    EXPECT_EQ(wait_for_end(start(attempt)).reason, EndReason::time_limit);
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
    driver_ = make_driver(both());
    ASSERT_TRUE(driver_->recover(handle.text));
    EXPECT_NE(observe(handle).state, State::absent);
    ASSERT_TRUE(driver_->start(attempt, boottime_ns() + 60 * kSecond));
    ASSERT_TRUE(runs(handle));
    EXPECT_EQ(jobs_of(handle).size(), 1U);
    // A second job got through all the same, and is the one that is remembered.
    const auto first = jobs_of(handle).front().id;
    const auto twin = commands()->submit({.name = "penstock-test-" + attempt.attempt,
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
    ASSERT_TRUE(commands()->cancel(jobs_of(handle).front().id));
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::withdrawn) << end.detail;
}

TEST_F(SlurmDriverTest, ends_jobs_that_no_attempt_answers_for) {
    const Handle handle = start(spec("exec sleep 1000"));
    ASSERT_TRUE(runs(handle));
    ASSERT_TRUE(driver_->end_orphans());
    EXPECT_EQ(observe(handle).state, State::running);
    const std::string moved = handle.text + ".moved";
    const auto job = jobs_of(handle).front();
    std::filesystem::rename(handle.text, moved);
    ASSERT_TRUE(driver_->end_orphans());
    EXPECT_TRUE(wait_until([&] { return slurm::has_ended(jobs_of(handle).front().state); }));
    std::filesystem::rename(moved, handle.text);
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::withdrawn);
    EXPECT_EQ(jobs_of(handle).front().id, job.id);
}

TEST_F(SlurmDriverTest, goes_on_by_commands_while_slurmrestd_is_down) {
    kill_daemon("slurmrestd");
    const Handle handle = start(spec("echo by command"));
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::exited);
    EXPECT_EQ(log_of(handle), "by command\n");
    run_daemon("slurmrestd");
    driver_ = make_driver(rest());
    const Handle again = start(spec("echo by rest"));
    EXPECT_EQ(wait_for_end(again).reason, EndReason::exited);
}

TEST_F(SlurmDriverTest, knows_nothing_new_while_slurm_is_away_and_loses_nothing) {
    const Handle handle = start(spec("sleep 3; echo survived"));
    ASSERT_TRUE(runs(handle));
    kill_daemon("slurmctld");
    EXPECT_TRUE(wait_until([&] {
        const auto seen = driver_->observe(handle);
        return !seen && seen.error().number() == kEngineUnreachable.number;
    }));
    EXPECT_TRUE(wait_until([&] { return log_of(handle) == "survived\n"; }));
    run_daemon("slurmctld");
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::exited) << end.detail;
    EXPECT_EQ(end.exit_code, 0);
}

TEST_F(SlurmDriverTest, ends_what_was_put_back_after_it_had_begun) {
    const Handle handle = start(spec("echo once; exec sleep 1000"));
    ASSERT_TRUE(runs(handle));
    const auto id = std::to_string(jobs_of(handle).front().id);
    const auto requeued = as_root({"/usr/bin/env", "scontrol", "requeue", id});
    ASSERT_TRUE(requeued);
    ASSERT_EQ(requeued->exit_code, 0) << requeued->output;
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::node_lost) << end.detail;
    EXPECT_EQ(log_of(handle), "once\n");
}

TEST_F(SlurmDriverTest, ends_what_the_engine_makes_stand_still) {
    const Handle handle = start(spec("exec sleep 1000"));
    ASSERT_TRUE(runs(handle));
    const auto id = std::to_string(jobs_of(handle).front().id);
    const auto suspended = as_root({"/usr/bin/env", "scontrol", "suspend", id});
    ASSERT_TRUE(suspended);
    ASSERT_EQ(suspended->exit_code, 0) << suspended->output;
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::preempted);
}

TEST_F(SlurmDriverTest, begins_though_slurm_does_not_answer_yet) {
    kill_daemon("slurmctld");
    kill_daemon("slurmrestd");
    driver_ = make_driver(both());
    EXPECT_TRUE(driver_);
    run_daemon("slurmctld");
    run_daemon("slurmrestd");
    driver_ = make_driver(both());
    const Handle handle = start(spec("echo here"));
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::exited);
}

}  // namespace
}  // namespace penstock::agent

#include "agent/workforce.h"

#include <gtest/gtest.h>

#include "agent/test_doubles.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

constexpr const char* kReport = "TaskService/ReportAttempt";

/// A workforce over doubles. agent() may be called again for a restarted one.
class WorkforceTest : public testing::Test {
  protected:
    WorkforceTest() {
        identity_.agent = "agent_1";
        identity_.key_epoch = 1;
        exchange_.on("TaskService/AppendLog", [this](const auto& request, auto& response) {
            const auto& piece = dynamic_cast<const v1::AppendLogRequest&>(request);
            const std::lock_guard lock(log_mutex_);
            if (piece.offset() == log_.size()) log_ += piece.text();
            dynamic_cast<v1::AppendLogResponse&>(response).set_next_offset(log_.size());
            return Answer<void>();
        });
    }

    struct Agent {
        Agent(FakeExchange& exchange, FakeDriver& driver, const Identity& identity,
              const std::string& folder)
            : cache(exchange, folder + "/cache", 1000),
              usage(std::move(UsageBook::open(exchange, identity, folder + "/usage")).value()),
              workforce({exchange, driver, cache, *usage}, folder + "/attempts",
                        driver.capacity().value()) {
            EXPECT_TRUE(workforce.recover());
        }
        ArtifactCache cache;
        std::unique_ptr<UsageBook> usage;
        Workforce workforce;
    };
    std::unique_ptr<Agent> agent() {
        return std::make_unique<Agent>(exchange_, driver_, identity_, folder_.path());
    }

    v1::Assignment& assign(const std::string& id, std::uint32_t cpus = 1) {
        auto& assignment = *work_.add_assignments();
        assignment.set_attempt(id);
        assignment.set_attempt_number(2);
        assignment.mutable_spec()->set_cpus(cpus);
        assignment.mutable_spec()->set_memory_bytes(100);
        assignment.mutable_spec()->set_run("true");
        return assignment;
    }
    std::int64_t apply(Agent& agent) {
        const std::int64_t deadline = boottime_ns() + 60'000'000'000;
        agent.workforce.apply(work_, deadline);
        return deadline;
    }
    std::string folder_of(const std::string& id) { return folder_.path() + "/attempts/" + id; }
    bool is_reported(const std::string& id, v1::AttemptState state) {
        for (const auto& report : exchange_.requests<v1::ReportAttemptRequest>(kReport))
            if (report.attempt() == id && report.state() == state) return true;
        return false;
    }
    std::optional<v1::ReportAttemptRequest> report_of(const std::string& id) {
        for (const auto& report : exchange_.requests<v1::ReportAttemptRequest>(kReport))
            if (report.attempt() == id && report.state() != v1::ATTEMPT_RUNNING) return report;
        return std::nullopt;
    }
    bool runs(const std::string& id) {
        return eventually([&] { return driver_.runs(folder_of(id)); });
    }
    bool ends_as(const std::string& id, v1::AttemptState state) {
        return eventually([&] { return is_reported(id, state); });
    }

    TestFolder folder_;
    FakeExchange exchange_;
    FakeDriver driver_;
    Identity identity_;
    v1::PullWorkResponse work_;
    std::mutex log_mutex_;
    std::string log_;
};

TEST_F(WorkforceTest, runs_what_is_assigned_and_reports_it) {
    const auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_RUNNING));
    EXPECT_EQ(one->workforce.running(), std::vector<std::string>{"att_1"});
    EXPECT_FALSE(one->workforce.is_idle());
    driver_.write_log(folder_of("att_1"), "a line\n");
    std::ofstream(folder_of("att_1") + "/job/out") << "result";
    work_.mutable_assignments(0)->mutable_spec()->add_outputs("out");
    driver_.end(folder_of("att_1"), EndReason::exited, 0);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_SUCCEEDED));
    ASSERT_TRUE(eventually([&] { return one->workforce.is_idle(); }));
    EXPECT_EQ(log_, "a line\n");
    EXPECT_TRUE(report_of("att_1")->has_usage());
}

TEST_F(WorkforceTest, delivers_the_outputs_of_a_success) {
    const auto one = agent();
    assign("att_1").mutable_spec()->add_outputs("*.png");
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    std::ofstream(folder_of("att_1") + "/job/1.png") << "picture";
    driver_.end(folder_of("att_1"), EndReason::exited, 0);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_SUCCEEDED));
    const auto report = *report_of("att_1");
    ASSERT_EQ(report.outputs_size(), 1);
    EXPECT_EQ(report.outputs(0).path(), "1.png");
    EXPECT_EQ(report.outputs(0).size_bytes(), 7U);
    const std::string digest = crypto::hex(crypto::sha256("picture"));
    EXPECT_EQ(report.outputs(0).digest(), digest);
    ASSERT_TRUE(eventually([&] { return one->workforce.is_idle(); }));
    EXPECT_EQ(exchange_.files.at(digest), "picture");
}

TEST_F(WorkforceTest, tells_every_kind_of_end) {
    const struct {
        EndReason reason;
        int exit_code;
        v1::AttemptState state;
    } kCases[] = {
        {EndReason::exited, 0, v1::ATTEMPT_SUCCEEDED},
        {EndReason::exited, 3, v1::ATTEMPT_FAILED},
        {EndReason::time_limit, 137, v1::ATTEMPT_FAILED},
        {EndReason::memory, 137, v1::ATTEMPT_FAILED},
        {EndReason::lease_ended, 137, v1::ATTEMPT_BROKEN},
        {EndReason::shim_lost, 137, v1::ATTEMPT_BROKEN},
        {EndReason::start_failed, 0, v1::ATTEMPT_BROKEN},
    };
    const auto one = agent();
    int count = 0;
    for (const auto& item : kCases) {
        const std::string id = "att_" + std::to_string(++count);
        work_.clear_assignments();
        assign(id);
        apply(*one);
        ASSERT_TRUE(runs(id));
        driver_.end(folder_of(id), item.reason, item.exit_code);
        EXPECT_TRUE(ends_as(id, item.state)) << name(item.reason);
        EXPECT_EQ(report_of(id)->exit_code(), item.exit_code);
        ASSERT_TRUE(eventually([&] { return one->workforce.is_idle(); }));
    }
}

TEST_F(WorkforceTest, fetches_inputs_and_reports_broken_without_them) {
    const auto one = agent();
    const std::string digest = crypto::hex(crypto::sha256("scene"));
    exchange_.files[digest] = "scene";
    auto* file = assign("att_1").mutable_spec()->add_files();
    file->set_path("scene.pov");
    file->set_digest(digest);
    file = assign("att_2").mutable_spec()->add_files();
    file->set_path("missing");
    file->set_digest(std::string(64, '0'));
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    const auto spec = driver_.spec_of(folder_of("att_1"));
    ASSERT_EQ(spec.inputs.size(), 1U);
    EXPECT_EQ(spec.inputs[0].path, "scene.pov");
    EXPECT_EQ(files::read_file(spec.inputs[0].source).value(), "scene");
    ASSERT_TRUE(ends_as("att_2", v1::ATTEMPT_BROKEN));
    EXPECT_NE(report_of("att_2")->note().find("missing"), std::string::npos);
}

TEST_F(WorkforceTest, renews_leases_of_what_is_assigned_only) {
    const auto one = agent();
    assign("att_1");
    assign("att_2");
    apply(*one);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_RUNNING));
    ASSERT_TRUE(ends_as("att_2", v1::ATTEMPT_RUNNING));
    work_.mutable_assignments(1)->set_stop(true);
    const std::int64_t lease_of_two = driver_.lease_of(folder_of("att_2"));
    const std::int64_t deadline = apply(*one);
    EXPECT_EQ(driver_.lease_of(folder_of("att_1")), deadline);
    EXPECT_EQ(driver_.lease_of(folder_of("att_2")), lease_of_two);
}

TEST_F(WorkforceTest, stops_what_is_to_be_stopped_and_reports_it_cancelled) {
    const auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    work_.mutable_assignments(0)->set_stop(true);
    apply(*one);
    EXPECT_TRUE(ends_as("att_1", v1::ATTEMPT_CANCELLED));
    EXPECT_FALSE(driver_.runs(folder_of("att_1")));
}

TEST_F(WorkforceTest, reports_cancelled_what_it_never_had) {
    const auto one = agent();
    assign("att_9").set_stop(true);
    apply(*one);
    EXPECT_TRUE(ends_as("att_9", v1::ATTEMPT_CANCELLED));
    EXPECT_EQ(driver_.starts, 0);
}

TEST_F(WorkforceTest, stops_and_forgets_what_is_no_longer_assigned) {
    const auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    work_.clear_assignments();
    apply(*one);
    ASSERT_TRUE(eventually([&] { return one->workforce.is_idle(); }));
    EXPECT_FALSE(driver_.runs(folder_of("att_1")));
    EXPECT_FALSE(report_of("att_1")) << "nobody counts on it, so nothing is said";
    apply(*one);
    EXPECT_FALSE(std::filesystem::exists(folder_of("att_1")));
}

TEST_F(WorkforceTest, does_not_start_a_settled_attempt_again) {
    auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    driver_.end(folder_of("att_1"), EndReason::exited, 0);
    ASSERT_TRUE(eventually([&] { return one->workforce.is_idle(); }));
    apply(*one);  // An answer that crossed the report.
    EXPECT_TRUE(one->workforce.is_idle());
    one.reset();
    one = agent();
    apply(*one);
    EXPECT_TRUE(one->workforce.is_idle());
    EXPECT_EQ(driver_.starts, 1);
    work_.clear_assignments();
    apply(*one);
    EXPECT_FALSE(std::filesystem::exists(folder_of("att_1")));
}

TEST_F(WorkforceTest, lets_work_wait_for_free_cores_and_memory) {
    const auto one = agent();
    assign("att_1", 2);
    assign("att_2", 1);
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    EXPECT_EQ(driver_.spec_of(folder_of("att_1")).cpu_ids, (std::vector<std::uint32_t>{0, 1}));
    EXPECT_EQ(driver_.starts, 1);
    driver_.end(folder_of("att_1"), EndReason::exited, 0);
    ASSERT_TRUE(eventually([&] {
        one->workforce.tend({}, std::chrono::milliseconds(10));
        return driver_.runs(folder_of("att_2"));
    }));
    auto& large = assign("att_3");
    large.mutable_spec()->set_memory_bytes(950);
    apply(*one);
    EXPECT_FALSE(std::filesystem::exists(folder_of("att_3"))) << "1000 bytes, 100 of them taken";
}

TEST_F(WorkforceTest, reports_broken_what_can_never_run_here) {
    const auto one = agent();
    assign("att_1", 3);
    apply(*one);
    EXPECT_TRUE(ends_as("att_1", v1::ATTEMPT_BROKEN));
    EXPECT_EQ(driver_.starts, 0);
}

TEST_F(WorkforceTest, takes_up_running_attempts_after_a_restart) {
    auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_RUNNING));
    one.reset();
    EXPECT_TRUE(driver_.runs(folder_of("att_1"))) << "tasks outlive the agent";
    one = agent();
    ASSERT_TRUE(eventually([&] { return !one->workforce.running().empty(); }));
    const std::int64_t deadline = apply(*one);
    EXPECT_EQ(driver_.lease_of(folder_of("att_1")), deadline);
    EXPECT_EQ(driver_.starts, 1);
    driver_.end(folder_of("att_1"), EndReason::exited, 4);
    EXPECT_TRUE(ends_as("att_1", v1::ATTEMPT_FAILED));
}

TEST_F(WorkforceTest, starts_after_a_restart_only_what_is_still_wanted) {
    AttemptRecord record{.assignment = assign("att_1"), .cores = 1, .cpu_ids = {0}};
    ASSERT_TRUE(save_attempt(folder_of("att_1"), record));
    record.assignment.set_attempt("att_2");
    record.cpu_ids = {1};
    ASSERT_TRUE(save_attempt(folder_of("att_2"), record));
    const auto one = agent();
    EXPECT_FALSE(one->workforce.is_idle());
    EXPECT_EQ(driver_.starts, 0) << "without a lease nothing starts";
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    ASSERT_TRUE(eventually([&] {
        apply(*one);
        return !std::filesystem::exists(folder_of("att_2"));
    }));
    EXPECT_EQ(driver_.starts, 1);
}

TEST_F(WorkforceTest, reports_after_a_restart_what_ended_meanwhile) {
    auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_RUNNING));
    one.reset();
    driver_.end(folder_of("att_1"), EndReason::exited, 0);
    one = agent();
    EXPECT_TRUE(ends_as("att_1", v1::ATTEMPT_SUCCEEDED));
}

TEST_F(WorkforceTest, keeps_trying_to_report_while_the_exchange_is_down) {
    std::atomic<int> tries = 0;
    exchange_.on(kReport, [&](auto&, auto&) -> Answer<void> {
        if (++tries < 4) return std::unexpected(Fault{Code::unavailable, {}, "down", 0});
        return {};
    });
    const auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    driver_.end(folder_of("att_1"), EndReason::exited, 0);
    ASSERT_TRUE(eventually([&] { return one->workforce.is_idle(); }));
    EXPECT_EQ(tries, 5) << "three failures, the start, the end";
}

TEST_F(WorkforceTest, delivers_the_log_of_what_ended_while_the_exchange_was_away) {
    std::atomic<bool> is_away = false;
    const Fault away{Code::unavailable, {}, "away"};
    exchange_.on("TaskService/AppendLog", [&](const auto& request, auto& response) {
        if (is_away) return Answer<void>(std::unexpected(away));
        const std::lock_guard lock(log_mutex_);
        log_ += dynamic_cast<const v1::AppendLogRequest&>(request).text();
        dynamic_cast<v1::AppendLogResponse&>(response).set_next_offset(log_.size());
        return Answer<void>();
    });
    exchange_.on(kReport, [&](const auto& request, auto&) -> Answer<void> {
        if (dynamic_cast<const v1::ReportAttemptRequest&>(request).state() == v1::ATTEMPT_RUNNING)
            return {};
        if (is_away.exchange(false)) return std::unexpected(away);
        return {};
    });
    const auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_RUNNING));
    is_away = true;
    driver_.write_log(folder_of("att_1"), "last words\n");
    driver_.end(folder_of("att_1"), EndReason::exited, 0);
    EXPECT_TRUE(eventually([&] { return one->workforce.is_idle(); }));
    const std::lock_guard lock(log_mutex_);
    EXPECT_EQ(log_, "last words\n");
}

TEST_F(WorkforceTest, gives_up_an_end_that_the_exchange_refuses) {
    exchange_.on(kReport, [&](const auto& request, auto&) -> Answer<void> {
        if (dynamic_cast<const v1::ReportAttemptRequest&>(request).state() == v1::ATTEMPT_RUNNING)
            return {};
        return std::unexpected(
            Fault{Code::failed_precondition, "ATTEMPT_NOT_CURRENT", "lost", 7004});
    });
    const auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    driver_.end(folder_of("att_1"), EndReason::exited, 0);
    EXPECT_TRUE(eventually([&] { return one->workforce.is_idle(); }));
}

TEST_F(WorkforceTest, reports_broken_what_the_exchange_takes_no_other_end_of) {
    exchange_.on(kReport, [&](const auto& request, auto&) -> Answer<void> {
        const auto state = dynamic_cast<const v1::ReportAttemptRequest&>(request).state();
        if (state != v1::ATTEMPT_CANCELLED) return {};
        return std::unexpected(
            Fault{Code::failed_precondition, "NOT_ASKED_TO_STOP", "not asked", 7007});
    });
    const auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    driver_.end(folder_of("att_1"), EndReason::stopped, 137);
    EXPECT_TRUE(ends_as("att_1", v1::ATTEMPT_BROKEN));
    EXPECT_TRUE(eventually([&] { return one->workforce.is_idle(); }));
}

TEST_F(WorkforceTest, reports_broken_what_its_engine_has_forgotten) {
    const auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_RUNNING));
    driver_.forget(folder_of("att_1"));
    EXPECT_TRUE(ends_as("att_1", v1::ATTEMPT_BROKEN));
    EXPECT_FALSE(is_reported("att_1", v1::ATTEMPT_CANCELLED)) << "nobody asked for that";
}

TEST_F(WorkforceTest, refuses_ids_that_are_no_folder_names) {
    const auto one = agent();
    for (const char* id : {"../../etc", "att_", "att_1/../2", "", "att_x"}) assign(id);
    apply(*one);
    EXPECT_TRUE(one->workforce.is_idle());
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path() + "/attempts"));
}

TEST_F(WorkforceTest, tells_the_results_of_running_and_ended_attempts) {
    const auto one = agent();
    assign("att_1").mutable_spec()->mutable_result_unit()->set_line("^frame");
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    driver_.write_log(folder_of("att_1"), "frame 1\nframe 2\n");
    ASSERT_TRUE(eventually([&] {
        const auto usage = one->workforce.usage();
        return !usage.empty() && usage[0].results() == 2;
    }));
    const auto running = one->workforce.usage()[0];
    EXPECT_GT(running.results_wall_ns(), 0);
    EXPECT_LE(running.results_wall_ns(), running.wall_ns());
    driver_.write_log(folder_of("att_1"), "frame 3");
    driver_.end(folder_of("att_1"), EndReason::exited, 0);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_SUCCEEDED));
    v1::UsageStatement usage;
    ASSERT_TRUE(usage.ParseFromString(report_of("att_1")->usage().body()));
    EXPECT_EQ(usage.records(0).results(), 3U);
    EXPECT_LE(usage.records(0).results_wall_ns(), usage.records(0).wall_ns());
}

TEST_F(WorkforceTest, counts_what_ended_while_no_agent_was_there) {
    auto one = agent();
    assign("att_1").mutable_spec()->mutable_result_unit()->set_files("frames/*");
    apply(*one);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_RUNNING));
    one.reset();
    std::filesystem::create_directory(folder_of("att_1") + "/job/frames");
    for (const char* name : {"1", "2"})
        std::ofstream(folder_of("att_1") + "/job/frames/" + name) << "x";
    driver_.end(folder_of("att_1"), EndReason::exited, 0);
    one = agent();
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_SUCCEEDED));
    v1::UsageStatement usage;
    ASSERT_TRUE(usage.ParseFromString(report_of("att_1")->usage().body()));
    EXPECT_EQ(usage.records(0).results(), 2U);
}

TEST_F(WorkforceTest, reports_broken_what_it_cannot_count) {
    const auto one = agent();
    assign("att_1").mutable_spec()->mutable_result_unit()->set_line("frame (");
    apply(*one);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_BROKEN));
    EXPECT_TRUE(report_of("att_1")->note().contains("'frame (': missing )"))
        << report_of("att_1")->note();
    EXPECT_EQ(driver_.starts, 0);
}

TEST_F(WorkforceTest, reports_a_trial_whose_time_is_over_as_succeeded) {
    const auto one = agent();
    auto& spec = *assign("att_1").mutable_spec();
    spec.set_trial_seconds(20);
    spec.add_outputs("out");
    apply(*one);
    ASSERT_TRUE(runs("att_1"));
    std::ofstream(folder_of("att_1") + "/job/out") << "so far";
    driver_.end(folder_of("att_1"), EndReason::time_limit, 137);
    ASSERT_TRUE(ends_as("att_1", v1::ATTEMPT_SUCCEEDED));
    const auto report = *report_of("att_1");
    EXPECT_EQ(report.exit_code(), 0);
    EXPECT_EQ(report.note(), "The trial's 20 s are over.");
    EXPECT_EQ(report.outputs_size(), 1);
    work_.clear_assignments();
    assign("att_2").mutable_spec()->set_trial_seconds(20);
    apply(*one);
    ASSERT_TRUE(runs("att_2"));
    driver_.end(folder_of("att_2"), EndReason::exited, 3);
    EXPECT_TRUE(ends_as("att_2", v1::ATTEMPT_FAILED)) << "its program ended by itself";
}

TEST_F(WorkforceTest, tells_the_use_of_running_attempts) {
    const auto one = agent();
    assign("att_1");
    apply(*one);
    ASSERT_TRUE(eventually([&] { return !one->workforce.usage().empty(); }));
    const auto record = one->workforce.usage()[0];
    EXPECT_EQ(record.attempt(), "att_1");
    EXPECT_EQ(record.attempt_number(), 2U);
    EXPECT_EQ(record.cores(), 1U);
    EXPECT_FALSE(record.final());
}

}  // namespace
}  // namespace penstock::agent

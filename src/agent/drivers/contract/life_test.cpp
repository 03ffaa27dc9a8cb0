// An attempt's life on an engine that works.
#include <array>
#include <fstream>

#include "agent/drivers/contract/driver_contract.h"

namespace penstock::agent::contract {
namespace {

TEST_P(DriverContract, says_what_it_can_do_and_what_it_offers) {
    EXPECT_FALSE(driver_->capabilities().name.empty());
    const auto capacity = driver_->capacity();
    ASSERT_TRUE(capacity) << capacity.error().message();
    EXPECT_GT(capacity->cores, 0U);
    EXPECT_GT(capacity->memory_bytes, 0U);
    EXPECT_TRUE(std::ranges::is_sorted(capacity->cpu_ids));
    if (!capacity->cpu_ids.empty()) {
        EXPECT_EQ(capacity->cpu_ids.size(), capacity->cores);
    }
}

TEST_P(DriverContract, takes_a_task_from_its_inputs_to_its_outputs) {
    const std::string content = engine_->folder() + "/content";
    std::ofstream(content) << "from the store\n";
    std::ofstream(engine_->folder() + "/script") << "#!/bin/sh\necho tool ran\n";
    auto attempt = spec(
        "cat ready in/a >out; ./in/tool; echo changed >in/a; "
        "echo task $PENSTOCK_TASK_INDEX of $PENSTOCK_ARRAY_SIZE; exit 7");
    attempt.workload.set_setup("echo done >ready");
    attempt.inputs.push_back({"in/a", content, false});
    attempt.inputs.push_back({"in/tool", engine_->folder() + "/script", true});
    const std::int64_t begun_ns = boottime_ns();
    const Handle handle = take_up(attempt);
    const auto end = wait_for_end(handle);
    const std::int64_t passed_ns = boottime_ns() - begun_ns;
    EXPECT_EQ(end.reason, EndReason::exited) << end.detail;
    EXPECT_EQ(end.exit_code, 7);
    EXPECT_EQ(log_of(handle), "tool ran\ntask 5 of 8\n");
    EXPECT_EQ(output(handle, "out"), "done\nfrom the store\n");
    EXPECT_EQ(files::read_file(content).value_or(""), "from the store\n");
    EXPECT_GT(end.usage.wall_ns, 0);
    EXPECT_LE(end.usage.wall_ns, passed_ns) << "more than the time that has passed is never billed";
    EXPECT_GE(end.ended_at_ns, end.started_at_ns);
    EXPECT_GT(end.started_at_ns, 0);
}

TEST_P(DriverContract, runs_nothing_after_a_failed_setup) {
    auto attempt = spec("echo never");
    attempt.workload.set_setup("exit 9");
    const Handle handle = take_up(attempt);
    EXPECT_EQ(wait_for_end(handle).exit_code, 9);
    EXPECT_EQ(log_of(handle), "");
}

TEST_P(DriverContract, tells_the_signal_that_killed_a_program) {
    EXPECT_EQ(wait_for_end(take_up(spec("kill -SEGV $$"))).exit_code, 128 + 11);
}

TEST_P(DriverContract, keeps_its_word_on_the_end) {
    const Handle handle = take_up(spec("exit 3"));
    const auto first = wait_for_end(handle);
    ASSERT_TRUE(driver_->stop(handle));
    restart_agent();
    ASSERT_TRUE(driver_->recover(handle.text));
    const auto later = wait_for_end(handle);
    EXPECT_EQ(later.reason, first.reason);
    EXPECT_EQ(later.exit_code, 3);
    EXPECT_EQ(later.usage.wall_ns, first.usage.wall_ns);
    EXPECT_EQ(later.started_at_ns, first.started_at_ns);
    EXPECT_EQ(later.ended_at_ns, first.ended_at_ns);
}

TEST_P(DriverContract, hands_out_the_log_in_pieces) {
    const Handle handle = take_up(spec("seq 100000 100999"));
    wait_for_end(handle);
    std::string joined;
    for (std::uint64_t offset = 0;;) {
        const auto piece = driver_->logs(handle, offset, 999);
        ASSERT_TRUE(piece) << piece.error().message();
        EXPECT_LE(piece->text.size(), 999U);
        if (piece->text.empty()) break;
        EXPECT_EQ(piece->next_offset, offset + piece->text.size());
        offset = piece->next_offset;
        joined += piece->text;
    }
    EXPECT_EQ(joined.size(), 7000U);
    EXPECT_EQ(joined, log_of(handle));
    EXPECT_EQ(driver_->logs(handle, 1U << 30, 999)->text, "");
}

TEST_P(DriverContract, keeps_the_log_within_its_limit) {
    const Handle handle = take_up(spec("head -c 3000000 /dev/zero | tr '\\0' x"));
    EXPECT_EQ(wait_for_end(handle).exit_code, 0);
    const std::string log = log_of(handle);
    EXPECT_GT(log.size(), kLogSizeMax);
    EXPECT_LT(log.size(), kLogSizeMax + 100);
    EXPECT_TRUE(log.ends_with("[the log is full: the rest is not kept]\n"));
}

TEST_P(DriverContract, stops_the_whole_task_when_asked) {
    const Handle handle = take_up(spec("setsid sleep 1000 & trap '' TERM; echo here; sleep 1000"));
    ASSERT_TRUE(runs(handle));
    ASSERT_TRUE(driver_->stop(handle));
    ASSERT_TRUE(driver_->stop(handle));
    EXPECT_EQ(wait_for_end(handle).reason, EndReason::stopped);
}

TEST_P(DriverContract, ends_a_task_whose_time_is_over) {
    auto attempt = spec("exec sleep 1000");
    attempt.workload.set_max_task_seconds(1);
    EXPECT_EQ(wait_for_end(take_up(attempt)).reason, EndReason::time_limit);
}

TEST_P(DriverContract, ends_a_task_whose_lease_nobody_renews) {
    const Handle handle = take_up(spec("setsid sleep 1000 & exec sleep 1000"), 4 * kSecondNs);
    const auto end = wait_for_end(handle);
    EXPECT_EQ(end.reason, EndReason::lease_ended) << end.detail;
}

TEST_P(DriverContract, keeps_a_task_whose_lease_is_renewed) {
    const Handle handle = take_up(spec("sleep 6; echo whole"), 5 * kSecondNs);
    Observation seen;
    EXPECT_TRUE(wait_until([&] {
        EXPECT_TRUE(driver_->renew(handle, boottime_ns() + 5 * kSecondNs));
        seen = observe(handle);
        return seen.state == State::ended;
    }));
    EXPECT_EQ(seen.reason, EndReason::exited) << seen.detail;
    EXPECT_EQ(log_of(handle), "whole\n");
}

TEST_P(DriverContract, begins_nothing_under_a_lease_that_is_over) {
    const auto attempt = spec("echo begun");
    started_.push_back(Handle{attempt.folder});
    ASSERT_TRUE(driver_->prepare(attempt));
    const auto handle = driver_->start(attempt, boottime_ns() - kSecondNs);
    if (handle) {
        EXPECT_TRUE(is_broken(wait_for_end(*handle).reason));
    }
    EXPECT_EQ(log_of(Handle{attempt.folder}), "");
}

TEST_P(DriverContract, frees_nothing_that_runs) {
    const Handle handle = take_up(spec("exec sleep 1000"));
    ASSERT_TRUE(runs(handle));
    EXPECT_FALSE(driver_->remove(handle));
    EXPECT_EQ(observe(handle).state, State::running);
    ASSERT_TRUE(driver_->stop(handle));
    wait_for_end(handle);
    EXPECT_TRUE(wait_until([&] { return driver_->remove(handle).has_value(); }));
    EXPECT_TRUE(driver_->remove(handle)) << "once more changes nothing";
}

TEST_P(DriverContract, refuses_an_input_outside_the_working_folder) {
    for (const char* path : {"../x", "/etc/x", "a/../../x", "", "a//b", "a/.", "a\nb"}) {
        auto attempt = spec("true");
        attempt.inputs.push_back({path, "/etc/hostname", false});
        const auto prepared = driver_->prepare(attempt);
        ASSERT_FALSE(prepared) << path;
        EXPECT_EQ(prepared.error().number(), kBadPath.number);
    }
}

TEST_P(DriverContract, refuses_a_text_that_would_pass_for_options_of_the_sandbox) {
    using Change = void (*)(v1::WorkloadSpec&, const std::string&);
    constexpr std::array<Change, 4> kChanges{
        [](v1::WorkloadSpec& workload, const std::string& text) { workload.set_run(text); },
        [](v1::WorkloadSpec& workload, const std::string& text) { workload.set_setup(text); },
        [](v1::WorkloadSpec& workload, const std::string& text) {
            auto& variable = *workload.add_environment();
            variable.set_name("A");
            variable.set_value(text);
        },
        [](v1::WorkloadSpec& workload, const std::string& text) {
            workload.add_environment()->set_name(text);
        }};
    const std::string text("true\0--bind\0/\0/host", 20);
    for (const auto change : kChanges) {
        auto attempt = spec("true");
        change(attempt.workload, text);
        const auto prepared = driver_->prepare(attempt);
        ASSERT_FALSE(prepared) << attempt.attempt;
        EXPECT_EQ(prepared.error().number(), kBadText.number);
        EXPECT_FALSE(std::filesystem::exists(attempt.folder));
    }
    auto attempt = spec("true");
    attempt.inputs.push_back({text, "/etc/hostname", false});
    EXPECT_FALSE(driver_->prepare(attempt));
}

TEST_P(DriverContract, refuses_the_network_unless_told) {
    auto attempt = spec("true");
    attempt.workload.set_network(true);
    const auto prepared = driver_->prepare(attempt);
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().number(), kNoNetwork.number);
}

}  // namespace
}  // namespace penstock::agent::contract

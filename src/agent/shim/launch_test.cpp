#include "agent/shim/launch.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "agent/clock.h"
#include "agent/shim/status.h"

namespace penstock::agent {
namespace {

TEST(Launch, comes_back_from_its_text) {
    Launch launch;
    launch.program = {"/bin/true", "a \"quoted\" word", "two\nlines"};
    launch.open_files = {{4, "/x"}};
    launch.seclusion = Launch::Seclusion{"/m", "/s", 900'001};
    launch.cgroup_version = CgroupVersion::v2;
    launch.cgroup_mount = "/sys/fs/cgroup";
    launch.cgroup_name = "penstock/a/b";
    launch.time_limit_ns = 3'600'000'000'000;
    launch.log_size_max = 10;
    launch.file_size_max = 1ULL << 40;
    const auto read = parse_launch(to_json(launch));
    ASSERT_TRUE(read);
    EXPECT_EQ(to_json(*read), to_json(launch));
    EXPECT_EQ(read->program, launch.program);
    EXPECT_EQ(read->seclusion->user, 900'001U);
    EXPECT_EQ(read->file_size_max, 1ULL << 40);
}

TEST(Launch, refuses_a_damaged_text) {
    EXPECT_FALSE(parse_launch(""));
    EXPECT_FALSE(parse_launch("[]"));
    EXPECT_FALSE(parse_launch("{\"program\":1}"));
}

TEST(Lease, comes_back_from_its_text) {
    const auto here = parse_lease(to_text({.boot = "boot-id", .deadline_ns = 123}));
    ASSERT_TRUE(here);
    EXPECT_EQ(here->boot, "boot-id");
    EXPECT_EQ(here->deadline_ns, 123);
    const auto utc = parse_lease(to_text({.boot = {}, .deadline_ns = 456, .written_at_ns = 400}));
    ASSERT_TRUE(utc);
    EXPECT_EQ(utc->boot, "");
    EXPECT_EQ(utc->deadline_ns, 456);
    EXPECT_EQ(utc->written_at_ns, 400);
    for (const char* text :
         {"", " ", "x", "x \n", "x 1", "x 1y\n", "utc 1\n", "utc 1 2 3\n", "x 1 2\n"})
        EXPECT_FALSE(parse_lease(text)) << text;
}

TEST(Lease, of_another_boot_is_over) {
    EXPECT_EQ(LeaseWatch("/nowhere").look().deadline_here(), 0);
    EXPECT_EQ((Lease{.boot = "another", .deadline_ns = boottime_ns() * 2}).deadline_here(), 0);
    EXPECT_FALSE(boot_id().empty());
}

TEST(Lease, that_cannot_be_read_stays_as_it_was) {
    char pattern[] = "/tmp/penstock-lease-XXXXXX";
    const std::string folder = ::mkdtemp(pattern);
    std::filesystem::create_directory(folder + '/' + kControlFolder);
    LeaseWatch watch(folder);
    ASSERT_TRUE(write_lease(folder, Lease::of_this_boot(7)));
    EXPECT_EQ(watch.look().deadline_here(), 7);
    std::filesystem::remove_all(folder);
    EXPECT_EQ(watch.look().deadline_here(), 7);
}

TEST(Lease, by_utc_ends_a_little_earlier) {
    const std::int64_t deadline = boottime_ns() + 5'000'000'000;
    const Lease lease = Lease::by_utc(deadline);
    EXPECT_NEAR(static_cast<double>(deadline - lease.deadline_here()),
                static_cast<double>(Lease::kSafetyNs), 1e8);
    EXPECT_FALSE(lease.is_from_future());
}

TEST(Lease, is_of_no_use_to_a_machine_whose_clock_is_behind) {
    Lease lease = Lease::by_utc(boottime_ns());
    lease.written_at_ns += 3'600'000'000'000;
    EXPECT_TRUE(lease.is_from_future());
}

TEST(Status, comes_back_from_its_text) {
    Status status;
    status.state = Observation::State::ended;
    status.shim_pid = 7;
    status.boot = "b";
    status.started_at_ns = 1'700'000'000'000'000'001;
    status.reason = EndReason::memory;
    status.exit_code = 137;
    status.usage = {5, 6, 7};
    status.detail = "why";
    const auto read = parse_status(to_json(status));
    ASSERT_TRUE(read);
    EXPECT_EQ(to_json(*read), to_json(status));
    EXPECT_EQ(read->reason, EndReason::memory);
    EXPECT_EQ(read->started_at_ns, 1'700'000'000'000'000'001);
    EXPECT_FALSE(parse_status("{}"));
}

}  // namespace
}  // namespace penstock::agent

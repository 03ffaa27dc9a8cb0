#include "agent/run_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <thread>

#include "agent/error.h"
#include "agent/test_doubles.h"
#include "files/descriptor.h"

namespace penstock::agent {
namespace {

TEST(RunProgram, gives_exit_code_and_output) {
    const auto run = run_program({"/bin/sh", "-c", "echo out; echo err >&2; exit 3"});
    ASSERT_TRUE(run) << run.error().message();
    EXPECT_EQ(run->exit_code, 3);
    EXPECT_EQ(run->output, "out\nerr");
}

TEST(RunProgram, ends_one_that_takes_too_long) {
    const auto run = run_program({"/bin/sleep", "1000"}, {.cpu_ids = {}, .timeout_ns = 20'000'000});
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error().detail(), "/bin/sleep took too long");
}

TEST(RunProgram, ends_it_and_what_it_has_started_when_asked_to_stop) {
    const TestFolder folder;
    const std::string file = folder.path() + "/lock";
    const files::Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    // Whoever runs below holds it.
    const auto is_held = [&] {
        if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) return true;
        ::flock(lock.number(), LOCK_UN);
        return false;
    };
    std::stop_source stop;
    const std::jthread stopper([&] {
        EXPECT_TRUE(eventually(is_held));
        stop.request_stop();
    });
    const auto run = run_program({"/bin/sh", "-c", "flock " + file + " sleep 1000; true"},
                                 {.cpu_ids = {}, .stop = stop.get_token()});
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error().number(), kProgramFailed.number);
    EXPECT_EQ(run.error().detail(), "/bin/sh was stopped");
    EXPECT_TRUE(eventually([&] { return !is_held(); })) << "it has left something that runs";
}

TEST(RunProgram, ends_at_once_what_is_stopped_before) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(run_program({"/bin/sleep", "1000"}, {.cpu_ids = {}, .stop = stop.get_token()}));
}

}  // namespace
}  // namespace penstock::agent

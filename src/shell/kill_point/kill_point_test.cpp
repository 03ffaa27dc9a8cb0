#include "shell/kill_point/kill_point.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace penstock::shell {
namespace {

TEST(KillPoint, reads_a_name_with_and_without_a_pass) {
    EXPECT_EQ(parse_kill_order("after_append"), (KillOrder{KillPoint::after_append, 1}));
    EXPECT_EQ(parse_kill_order("before_snapshot:12"), (KillOrder{KillPoint::before_snapshot, 12}));
    EXPECT_EQ(parse_kill_order("after_append:3:stop"),
              (KillOrder{KillPoint::after_append, 3, true}));
    EXPECT_EQ(parse_kill_order("after_append:stop"), (KillOrder{KillPoint::after_append, 1, true}));
}

TEST(KillPoint, refuses_what_would_never_be_passed) {
    for (const char* text : {"", "append", "after_append:", "after_append:0", "after_append:1x",
                             "after_append:-1", ":3"})
        EXPECT_FALSE(parse_kill_order(text).has_value()) << text;
}

TEST(KillPoint, does_nothing_unless_armed) {
    pass(KillPoint::before_append);
}

TEST(KillPointDeathTest, kills_at_the_ordered_pass_and_not_before) {
    EXPECT_EXIT(
        {
            ::setenv("PENSTOCK_KILL_AT", "after_reply:2", 1);
            if (!arm_kill_points_from_environment()) std::_Exit(3);
            pass(KillPoint::before_reply);
            pass(KillPoint::after_reply);
            pass(KillPoint::after_reply);
            std::_Exit(4);
        },
        ::testing::KilledBySignal(SIGKILL), "");
    EXPECT_EXIT(
        {
            ::setenv("PENSTOCK_KILL_AT", "after_reply:2", 1);
            if (!arm_kill_points_from_environment()) std::_Exit(3);
            pass(KillPoint::after_reply);
            std::_Exit(4);
        },
        ::testing::ExitedWithCode(4), "");
}

TEST(KillPointDeathTest, counts_the_passes_of_children_and_dies_with_them) {
    EXPECT_EXIT(
        {
            ::setenv("PENSTOCK_KILL_AT", "before_snapshot:2", 1);
            if (!arm_kill_points_from_environment()) std::_Exit(3);
            for (int i = 0; i < 2; ++i) {
                const pid_t child = ::fork();
                if (child == 0) {
                    pass(KillPoint::before_snapshot);
                    std::_Exit(0);
                }
                int status = 0;
                ::waitpid(child, &status, 0);
                if (status != 0) std::_Exit(4);
            }
            std::_Exit(5);
        },
        ::testing::KilledBySignal(SIGKILL), "");
}

}  // namespace
}  // namespace penstock::shell

#include "app/client/last_words.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

namespace penstock::client {
namespace {

/// Waits until the signal that it has sent to this program ends it.
void interrupt(int signal) {
    ::kill(::getpid(), signal);
    while (true) ::pause();
}

TEST(LastWordsDeathTest, are_said_when_a_person_stops_waiting_who_sees_what_ended_it) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto stop = [](int signal) {
        LastWords words;
        words.set("an earlier state\n");
        words.set("wl_1 goes on\n");
        interrupt(signal);
    };
    EXPECT_EXIT(stop(SIGINT), testing::KilledBySignal(SIGINT), "^wl_1 goes on\n$");
    EXPECT_EXIT(stop(SIGTERM), testing::KilledBySignal(SIGTERM), "^wl_1 goes on\n$");
}

TEST(LastWordsDeathTest, wait_for_no_other_thread) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            LastWords words;
            words.set("wl_1 goes on\n");
            // As one does that prints to a pipe which nobody reads. A hung program ends by SIGALRM.
            ::flockfile(stdout);
            ::flockfile(stderr);
            ::alarm(5);
            interrupt(SIGINT);
        },
        testing::KilledBySignal(SIGINT), "^wl_1 goes on\n$");
}

TEST(LastWordsDeathTest, do_not_end_what_shall_ignore_the_signal) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            std::signal(SIGINT, SIG_IGN);
            LastWords words;
            words.set("wl_1 goes on\n");
            ::kill(::getpid(), SIGINT);
            interrupt(SIGTERM);
        },
        testing::KilledBySignal(SIGTERM), "^wl_1 goes on\n$");
}

TEST(LastWordsDeathTest, are_not_said_later) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(
        {
            {
                LastWords words;
            }
            interrupt(SIGINT);
        },
        testing::KilledBySignal(SIGINT), "^$");
}

}  // namespace
}  // namespace penstock::client

#include "shell/sequencer/clock.h"

#include <gtest/gtest.h>

#include "shell/sequencer/error.h"

namespace penstock::shell {
namespace {

struct HandClock final : Clock {
    Instant wall() const override { return wall_now; }
    Duration steady() const override { return steady_now; }
    void pass(Duration time) {
        wall_now = wall_now + time;
        steady_now = steady_now + time;
    }
    Instant wall_now{1'000'000'000'000};
    Duration steady_now;
};

TEST(Stamper, gives_the_wall_clock_but_never_goes_back) {
    HandClock clock;
    Stamper stamper(clock, Stamper::Start::trusting);
    EXPECT_EQ(stamper.stamp(Instant{5}).value(), clock.wall_now);
    const Instant late = clock.wall_now + seconds(5);
    EXPECT_EQ(stamper.stamp(late).value(), late);
    clock.wall_now = Instant{7};
    EXPECT_EQ(stamper.stamp(late).value(), late);
}

TEST(Stamper, takes_long_idle_time_for_no_jump) {
    HandClock clock;
    Stamper stamper(clock, Stamper::Start::trusting);
    clock.pass(seconds(100'000));
    EXPECT_EQ(stamper.stamp(Instant{5}).value(), clock.wall_now);
}

TEST(Stamper, holds_a_jump_of_over_a_minute_until_it_is_accepted) {
    HandClock clock;
    Stamper stamper(clock, Stamper::Start::trusting);
    clock.wall_now = clock.wall_now + seconds(60);
    EXPECT_TRUE(stamper.stamp(Instant{5}).has_value());
    const Instant before = clock.wall_now;
    clock.wall_now = clock.wall_now + seconds(61);
    EXPECT_EQ(stamper.stamp(Instant{5}).error().number(), kClockJump.number);
    clock.pass(seconds(3));
    EXPECT_EQ(stamper.stamp(Instant{5}).error().number(), kClockJump.number);
    EXPECT_EQ(stamper.now(Instant{5}), before + seconds(3));
    stamper.accept();
    EXPECT_EQ(stamper.stamp(Instant{5}).value(), clock.wall_now);
}

TEST(Stamper, lets_go_when_the_clock_is_set_right) {
    HandClock clock;
    Stamper stamper(clock, Stamper::Start::trusting);
    clock.wall_now = clock.wall_now + seconds(3600);
    EXPECT_FALSE(stamper.stamp(Instant{5}));
    EXPECT_TRUE(stamper.is_held());
    clock.wall_now = clock.wall_now - seconds(3600);
    EXPECT_TRUE(stamper.stamp(Instant{5}));
    EXPECT_FALSE(stamper.is_held());
}

TEST(Stamper, stays_held_over_a_restart_until_it_is_accepted) {
    HandClock clock;
    Stamper stamper(clock, Stamper::Start::held);
    EXPECT_FALSE(stamper.stamp(Instant{5}));
    EXPECT_EQ(stamper.now(Instant{5}), Instant{5});
    stamper.accept();
    EXPECT_TRUE(stamper.stamp(Instant{5}));
}

}  // namespace
}  // namespace penstock::shell

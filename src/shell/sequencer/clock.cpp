#include "shell/sequencer/clock.h"

#include <time.h>

#include <algorithm>

#include "shell/sequencer/error.h"

namespace penstock::shell {

namespace {

std::int64_t read_ns(clockid_t id) {
    timespec time{};
    ::clock_gettime(id, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

Instant SystemClock::wall() const {
    return Instant{read_ns(CLOCK_REALTIME)};
}
Duration SystemClock::steady() const {
    return Duration{read_ns(CLOCK_BOOTTIME)};
}

Stamper::Stamper(const Clock& clock, Start start)
    : clock_(&clock),
      good_wall_(clock.wall()),
      good_steady_(clock.steady()),
      held_(start == Start::held),
      held_since_start_(held_) {}

void Stamper::look() {
    if (held_since_start_) return;
    const Instant wall = clock_->wall();
    const Duration steady = clock_->steady();
    const Instant expected = good_wall_ + (steady - good_steady_);
    held_ = wall - expected > kClockJumpMax;
    if (held_) return;
    good_wall_ = wall;
    good_steady_ = steady;
}

Result<Instant> Stamper::stamp(Instant last) {
    look();
    if (held_) return reject(kClockJump);
    return std::max(last, good_wall_);
}

Instant Stamper::now(Instant last) {
    look();
    if (held_since_start_) return last;
    if (!held_) return std::max(last, good_wall_);
    return std::max(last, good_wall_ + (clock_->steady() - good_steady_));
}

void Stamper::accept() {
    held_ = false;
    held_since_start_ = false;
    good_wall_ = clock_->wall();
    good_steady_ = clock_->steady();
}

}  // namespace penstock::shell

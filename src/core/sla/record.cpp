#include "core/sla/record.h"

#include <algorithm>

#include "base/assert.h"

namespace penstock::sla {

void ServiceRecord::pass(Instant at) {
    PENSTOCK_ASSERT(at >= since_);
    const Duration passed = at - since_;
    since_ = at;
    if (excused_) return;
    promised_ = promised_ + passed;
    if (!in_service_) unavailable_ = unavailable_ + passed;
}

void ServiceRecord::set_in_service(bool in_service, Instant at) {
    pass(at);
    in_service_ = in_service;
}

void ServiceRecord::set_excused(bool excused, Instant at) {
    pass(at);
    excused_ = excused;
}

void ServiceRecord::add_start(bool in_time) {
    ++starts_;
    if (in_time) ++starts_in_time_;
}

void ServiceRecord::add_work(Duration length, std::uint32_t profile_ppm) {
    PENSTOCK_ASSERT(length > Duration{} && length <= kWorkMax);
    if (work_.value > kWorkSumMax - length.ns) return;
    work_.value += length.ns;
    delivered_.value += Wide{length.ns} * std::min(profile_ppm, kWholePpm);
}

ServiceRecord ServiceRecord::close(Instant end) {
    pass(end);
    ServiceRecord next(end);
    next.in_service_ = in_service_;
    next.excused_ = excused_;
    return next;
}

Share ServiceRecord::attained(ObjectiveKind kind) const {
    switch (kind) {
        case ObjectiveKind::availability:
            return {promised_.ns - unavailable_.ns, promised_.ns};
        case ObjectiveKind::start_time:
            return {starts_in_time_, starts_};
        case ObjectiveKind::throughput:
            return {delivered_.value, work_.value * kWholePpm};
    }
    return {};
}

bool ServiceRecord::is_plausible() const {
    return since_ >= Instant{} && since_ <= kLastInstant && unavailable_ >= Duration{} &&
           unavailable_ <= promised_ && promised_ <= since_ - Instant{} &&
           starts_in_time_ <= starts_ && delivered_.value >= 0 && work_.value >= 0 &&
           work_.value <= kWorkSumMax && delivered_.value <= work_.value * kWholePpm;
}

}  // namespace penstock::sla

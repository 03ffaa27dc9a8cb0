#include "agent/clock.h"

#include <ctime>
#include <fstream>

namespace penstock::agent {
namespace {

std::int64_t read_clock(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

std::int64_t boottime_ns() {
    return read_clock(CLOCK_BOOTTIME);
}
std::int64_t utc_ns() {
    return read_clock(CLOCK_REALTIME);
}

std::string boot_id() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string text;
    std::getline(file, text);
    return text;
}

}  // namespace penstock::agent

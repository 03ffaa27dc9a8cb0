#pragma once

#include <cstdint>
#include <string>

namespace penstock::agent {

/// CLOCK_BOOTTIME in nanoseconds: never set back, and runs on while the machine sleeps. Leases are
/// held against it. Equal for all processes of one boot.
std::int64_t boottime_ns();

/// UTC in nanoseconds since 1970.
std::int64_t utc_ns();

/// Names this boot of the machine; a boottime of another boot means nothing.
std::string boot_id();

}  // namespace penstock::agent

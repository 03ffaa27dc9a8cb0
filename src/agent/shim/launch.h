#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/shim/cgroup.h"
#include "base/error.h"

namespace penstock::agent {

// The files of an attempt's folder through which agent and shim talk. Either may die and come back.
inline constexpr const char* kLaunchFile = "launch.json";   ///< Written by the agent, once.
inline constexpr const char* kStatusFile = "status.json";   ///< Written by the shim.
inline constexpr const char* kLogFile = "log";              ///< Written by the shim.
inline constexpr const char* kLockFile = "shim.lock";       ///< Locked while shim or guard lives.
inline constexpr const char* kBegunFile = "begun";          ///< The engine\'s job that may run it.
inline constexpr const char* kControlFolder = "control";    ///< Written by the agent:
inline constexpr const char* kLeaseFile = "control/lease";  ///< when the lease ends,
inline constexpr const char* kStopFile = "control/stop";    ///< and, once there, to stop.

/// What a shim starts, and within which limits.
struct Launch {
    /// A file that the program finds open for reading under a fixed number.
    struct OpenFile {
        int number = 0;
        std::string path;
    };
    /// Root only: gives the program a file system of its own before it starts, with the system's
    /// folders and, at /stage, one folder of the attempt; then becomes an ordinary user.
    struct Seclusion {
        std::string mount_point;  ///< An empty folder.
        std::string stage;        ///< Shown at /stage.
        std::uint32_t user = 0;   ///< User and group number, not 0.
    };

    std::vector<std::string> program;  ///< Path and arguments.
    std::vector<OpenFile> open_files;
    int ready_number = 3;  ///< The program writes one byte here when the buyer's text begins.
    std::optional<Seclusion> seclusion;
    CgroupVersion cgroup_version = CgroupVersion::none;
    std::string cgroup_mount;
    std::string cgroup_name;
    std::int64_t time_limit_ns = 0;
    std::uint64_t log_size_max = 0;
    std::uint64_t file_size_max = 0;  ///< Of any one file that the task writes.

    Cgroup cgroup() const { return {cgroup_version, cgroup_mount, cgroup_name}; }
};

std::string to_json(const Launch& launch);

/// @retval kStateDamaged  Not such a text, or a value of the wrong kind.
Result<Launch> parse_launch(const std::string& json);

/// When a lease ends: on the clock of a boot, where agent and shim share a machine, or else by UTC.
struct Lease {
    /// What clocks of several machines may differ by.
    static constexpr std::int64_t kSkewMaxNs = 1'000'000'000;
    /// So much earlier a lease ends by UTC: for that skew, and for what a shared file system holds
    /// back.
    static constexpr std::int64_t kSafetyNs = 3'000'000'000;

    std::string boot;                ///< Empty for UTC.
    std::int64_t deadline_ns = 0;    ///< CLOCK_BOOTTIME of that boot, or UTC.
    std::int64_t written_at_ns = 0;  ///< With UTC: by the agent's clock.

    static Lease of_this_boot(std::int64_t deadline_ns);
    /// That end by UTC, a little earlier, for a shim on another machine.
    static Lease by_utc(std::int64_t deadline_ns);

    /// Its end as CLOCK_BOOTTIME; 0, long past, when it is of another boot.
    std::int64_t deadline_here() const;
    /// Whether this machine's clock is so far behind the agent's that the lease would last too
    /// long.
    bool is_from_future() const;
};
std::string to_text(const Lease& lease);
Result<Lease> parse_lease(const std::string& text);

/// Replaces the attempt's lease.
/// @retval kFileFault
Result<void> write_lease(const std::string& folder, const Lease& lease);

/// The attempt's lease as it was read last. A file that cannot be read changes nothing: it may be
/// about to be replaced, on a file system of another machine.
class LeaseWatch {
  public:
    explicit LeaseWatch(const std::string& folder);
    /// One that is long past while there was none.
    const Lease& look();

  private:
    std::string path_;
    Lease last_;
};

}  // namespace penstock::agent

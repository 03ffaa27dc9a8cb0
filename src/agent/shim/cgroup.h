#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::agent {

/// What one task may use.
struct CgroupLimits {
    std::vector<std::uint32_t> cpu_ids;  ///< It runs on these only; at least one.
    std::uint64_t memory_bytes = 0;      ///< Of all its processes together, with its /tmp.
    std::uint32_t processes = 0;         ///< Processes and threads alive at once.
};

/// Which form of control groups the kernel shows at the mount point.
enum class CgroupVersion : std::uint8_t { none, v1, v2 };
std::string_view name(CgroupVersion version);

/// One task's control group: in version 1 a folder of one name in the tree of each controller, in
/// version 2 one folder.
///
/// The object only names the group: copies name the same one, and dropping it frees nothing.
class Cgroup {
  public:
    /// @param version  none: every call succeeds and does nothing; usage is zero.
    /// @param mount    Where control groups are mounted, /sys/fs/cgroup but in tests.
    /// @param name     Relative path of the group, for instance "penstock/4fd1/att_7".
    Cgroup(CgroupVersion version, std::string mount, std::string name);

    /// What this machine has at `mount`, and this process may write.
    static CgroupVersion detect(const std::string& mount);

    /// Makes the group with its limits. Groups above it are made without limits of their own.
    /// @retval kNoLimits  The kernel refused; what was made of it is removed.
    Result<void> create(const CgroupLimits& limits) const;

    /// Moves the calling process into the group; its children are born there.
    Result<void> enter() const;

    std::int64_t cpu_ns() const;              ///< Processor time of all its processes, ever.
    std::uint64_t memory_peak_bytes() const;  ///< Largest use of memory, with cached files.
    /// How many of its processes the kernel has killed because the group's memory ran out.
    std::uint64_t memory_kills() const;
    /// Numbers of its processes, in the caller's process namespace.
    std::vector<int> processes() const;

    /// Kills every process in it, again and again until none is left or two seconds have passed.
    /// @return Whether it is empty.
    bool kill_all() const;

    /// Frees the group, and groups above it that are empty now. One that is not there is no error.
    /// @retval kNoLimits  Processes are still in it.
    Result<void> remove() const;

    CgroupVersion version() const { return version_; }
    const std::string& mount() const { return mount_; }
    const std::string& name() const { return name_; }

  private:
    std::vector<std::string> folders() const;
    Result<void> make_parents() const;
    Result<void> write_limits(const CgroupLimits& limits) const;

    CgroupVersion version_;
    std::string mount_;
    std::string name_;
};

}  // namespace penstock::agent

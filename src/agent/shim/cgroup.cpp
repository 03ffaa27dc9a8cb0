#include "agent/shim/cgroup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <sstream>

#include "agent/clock.h"
#include "agent/error.h"
#include "base/try.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

constexpr std::array<std::string_view, 5> kControllers{"cpu", "cpuacct", "cpuset", "memory",
                                                       "pids"};
constexpr int kPeriodMicros = 100'000;

std::unexpected<Error> refuse(std::string_view doing, std::string_view path) {
    return reject(kNoLimits, {}, files::fault_text(doing, path));
}

/// Control files take their value in one write and are never created by us.
Result<void> put(const std::string& path, const std::string& value) {
    const files::Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.is_open()) return refuse("cannot open", path);
    if (::write(file.number(), value.data(), value.size()) != static_cast<ssize_t>(value.size()))
        return refuse("cannot write '" + value + "' to", path);
    return {};
}

std::string take(const std::string& path) {
    auto text = files::read_file(path).value_or("");
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// The number after `key` in lines of "key number".
std::uint64_t keyed_number(const std::string& path, std::string_view key) {
    std::istringstream lines(take(path));
    std::string word;
    std::uint64_t value = 0;
    while (lines >> word >> value)
        if (word == key) return value;
    return 0;
}

Result<void> make_folder(const std::string& path) {
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return refuse("cannot create", path);
    return {};
}

bool is_writable(const std::string& path) {
    return ::access(path.c_str(), W_OK) == 0;
}

}  // namespace

std::string_view name(CgroupVersion version) {
    if (version == CgroupVersion::none) return "none";
    return version == CgroupVersion::v1 ? "v1" : "v2";
}

Cgroup::Cgroup(CgroupVersion version, std::string mount, std::string name)
    : version_(version), mount_(std::move(mount)), name_(std::move(name)) {}

CgroupVersion Cgroup::detect(const std::string& mount) {
    struct statfs about{};
    if (::statfs(mount.c_str(), &about) == 0 && about.f_type == CGROUP2_SUPER_MAGIC)
        return is_writable(mount + "/cgroup.subtree_control") ? CgroupVersion::v2
                                                              : CgroupVersion::none;
    for (const auto controller : kControllers)
        if (!is_writable(fmt::format("{}/{}/cgroup.procs", mount, controller)))
            return CgroupVersion::none;
    return CgroupVersion::v1;
}

std::vector<std::string> Cgroup::folders() const {
    if (version_ == CgroupVersion::none) return {};
    if (version_ == CgroupVersion::v2) return {mount_ + '/' + name_};
    std::vector<std::string> paths;
    for (const auto controller : kControllers)
        paths.push_back(fmt::format("{}/{}/{}", mount_, controller, name_));
    return paths;
}

Result<void> Cgroup::make_parents() const {
    for (auto slash = name_.find('/'); slash != std::string::npos;
         slash = name_.find('/', slash + 1)) {
        const Cgroup parent(version_, mount_, name_.substr(0, slash));
        for (const auto& folder : parent.folders()) {
            TRY(make_folder(folder));
            const std::string above = folder.substr(0, folder.rfind('/'));
            if (version_ == CgroupVersion::v2)
                TRY(put(above + "/cgroup.subtree_control", "+cpu +cpuset +memory +pids"));
            if (version_ == CgroupVersion::v2 || !folder.starts_with(mount_ + "/cpuset/")) continue;
            // A new cpuset is empty and takes no process until it is told both.
            TRY(put(folder + "/cpuset.cpus", take(above + "/cpuset.cpus")));
            TRY(put(folder + "/cpuset.mems", take(above + "/cpuset.mems")));
        }
        if (version_ == CgroupVersion::v2 && name_.find('/', slash + 1) == std::string::npos)
            TRY(put(mount_ + '/' + parent.name() + "/cgroup.subtree_control",
                    "+cpu +cpuset +memory +pids"));
    }
    return {};
}

Result<void> Cgroup::write_limits(const CgroupLimits& limits) const {
    const std::string cpus = fmt::format("{}", fmt::join(limits.cpu_ids, ","));
    const auto quota = limits.cpu_ids.size() * kPeriodMicros;
    const std::string memory = std::to_string(limits.memory_bytes);
    if (version_ == CgroupVersion::v2) {
        const std::string group = mount_ + '/' + name_;
        TRY(put(group + "/cpuset.cpus", cpus));
        TRY(put(group + "/cpu.max", fmt::format("{} {}", quota, kPeriodMicros)));
        TRY(put(group + "/memory.max", memory));
        TRY(put(group + "/memory.oom.group", "1"));
        if (is_writable(group + "/memory.swap.max")) TRY(put(group + "/memory.swap.max", "0"));
        return put(group + "/pids.max", std::to_string(limits.processes));
    }
    const auto file = [&](std::string_view controller, std::string_view entry) {
        return fmt::format("{}/{}/{}/{}", mount_, controller, name_, entry);
    };
    const std::string above =
        fmt::format("{}/cpuset/{}", mount_, name_.substr(0, name_.rfind('/')));
    TRY(put(file("cpuset", "cpuset.cpus"), cpus));
    TRY(put(file("cpuset", "cpuset.mems"), take(above + "/cpuset.mems")));
    TRY(put(file("cpu", "cpu.cfs_period_us"), std::to_string(kPeriodMicros)));
    TRY(put(file("cpu", "cpu.cfs_quota_us"), std::to_string(quota)));
    TRY(put(file("memory", "memory.limit_in_bytes"), memory));
    if (is_writable(file("memory", "memory.memsw.limit_in_bytes")))
        TRY(put(file("memory", "memory.memsw.limit_in_bytes"), memory));
    return put(file("pids", "pids.max"), std::to_string(limits.processes));
}

Result<void> Cgroup::create(const CgroupLimits& limits) const {
    if (version_ == CgroupVersion::none) return {};
    const auto make = [&]() -> Result<void> {
        TRY(make_parents());
        for (const auto& folder : folders()) TRY(make_folder(folder));
        return write_limits(limits);
    };
    // Another task that ends at this moment may take the shared parents away between our steps.
    Result<void> made;
    for (int attempt = 0; attempt < 3; ++attempt)
        if (made = make(); made) return {};
    static_cast<void>(remove());
    return made;
}

Result<void> Cgroup::enter() const {
    for (const auto& folder : folders()) TRY(put(folder + "/cgroup.procs", "0"));
    return {};
}

std::int64_t Cgroup::cpu_ns() const {
    if (version_ == CgroupVersion::none) return 0;
    if (version_ == CgroupVersion::v2)
        return static_cast<std::int64_t>(
                   keyed_number(mount_ + '/' + name_ + "/cpu.stat", "usage_usec")) *
               1000;
    return static_cast<std::int64_t>(number(take(mount_ + "/cpuacct/" + name_ + "/cpuacct.usage")));
}

std::uint64_t Cgroup::memory_peak_bytes() const {
    if (version_ == CgroupVersion::none) return 0;
    if (version_ == CgroupVersion::v2) return number(take(mount_ + '/' + name_ + "/memory.peak"));
    return number(take(mount_ + "/memory/" + name_ + "/memory.max_usage_in_bytes"));
}

std::uint64_t Cgroup::memory_kills() const {
    if (version_ == CgroupVersion::none) return 0;
    if (version_ == CgroupVersion::v2)
        return keyed_number(mount_ + '/' + name_ + "/memory.events", "oom_kill");
    return keyed_number(mount_ + "/memory/" + name_ + "/memory.oom_control", "oom_kill");
}

std::vector<int> Cgroup::processes() const {
    if (version_ == CgroupVersion::none) return {};
    std::istringstream lines(
        take((version_ == CgroupVersion::v2 ? mount_ + '/' : mount_ + "/pids/") + name_ +
             "/cgroup.procs"));
    std::vector<int> found;
    for (int process = 0; lines >> process;)
        if (process > 0) found.push_back(process);
    return found;
}

bool Cgroup::kill_all() const {
    const std::int64_t give_up = boottime_ns() + 2'000'000'000;
    while (true) {
        const auto alive = processes();
        if (alive.empty()) return true;
        for (const int process : alive) ::kill(process, SIGKILL);
        if (boottime_ns() > give_up) return false;
        ::poll(nullptr, 0, 5);
    }
}

Result<void> Cgroup::remove() const {
    for (const auto& folder : folders()) {
        // The kernel counts a dying process for a moment after it was reaped.
        int tries = 0;
        while (::rmdir(folder.c_str()) != 0 && errno != ENOENT) {
            if (errno != EBUSY || ++tries > 200) return refuse("cannot remove", folder);
            ::poll(nullptr, 0, 5);
        }
        for (auto parent = folder; parent.size() > folder.size() - name_.size();) {
            parent.resize(parent.rfind('/'));
            if (parent.size() <= folder.size() - name_.size() || ::rmdir(parent.c_str()) != 0)
                break;
        }
    }
    return {};
}

}  // namespace penstock::agent

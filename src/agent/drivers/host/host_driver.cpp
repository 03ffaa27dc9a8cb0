#include "agent/drivers/host/host_driver.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "agent/clock.h"
#include "agent/error.h"
#include "agent/run_program.h"
#include "agent/sandbox/attempt_folder.h"
#include "agent/sandbox/sandbox.h"
#include "agent/sandbox/stage.h"
#include "agent/shim/guard.h"
#include "agent/shim/status.h"
#include "base/try.h"
#include "files/error.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

/// The memory of this machine, or of the group of processes that it is seen from if that is less.
std::uint64_t memory_here(const std::string& cgroup_mount) {
    auto least = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                 static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    for (const char* file : {"/memory.max", "/memory/memory.limit_in_bytes"}) {
        const auto text = files::read_file(cgroup_mount + file);
        std::uint64_t limit = 0;
        if (!text) continue;
        const char* const end = text->data() + text->size();
        if (std::from_chars(text->data(), end, limit).ec == std::errc())  // "max" is no limit.
            least = std::min(least, limit);
    }
    return least;
}

bool is_root() {
    return ::geteuid() == 0;
}

/// Tells what the status file tells, and the truth when nobody is left to keep it.
Result<Observation> observation_of(const std::string& folder) {
    TRY_ASSIGN(const auto seen, told_by_shim(folder));
    // Read before the lock was tried, a status may be older than the end of its keeper.
    return has_keeper(folder) ? seen : told_by_shim(folder);
}

}  // namespace

HostDriver::HostDriver(Options options, CgroupVersion version)
    : options_(std::move(options)), version_(version) {
    const bool has_groups = version_ != CgroupVersion::none;
    capabilities_ = {.name = "host",
                     .limits_cpus = has_groups,
                     .limits_memory = has_groups,
                     .limits_processes = has_groups,
                     .isolates_network = true,
                     .measures_usage = has_groups,
                     .survives_agent = true};
}

Result<HostDriver> HostDriver::create(Options options) {
    std::sort(options.cpu_ids.begin(), options.cpu_ids.end());
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    ::sched_getaffinity(0, sizeof allowed, &allowed);
    for (const auto cpu : options.cpu_ids)
        if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &allowed))
            return reject(kBadOption, "cpus",
                          "--cpus: there is no core " + std::to_string(cpu) + " here.");
    if (options.cpu_ids.empty() || options.shim.empty() || options.memory_bytes == 0)
        return reject(kBadOption, "cpus", "no cores, no memory or no shim");
    if (const auto here = memory_here(options.cgroup_mount); options.memory_bytes > here)
        return reject(kBadOption, "memory",
                      "--memory: there are " + std::to_string(here >> 20) + "MiB here, not " +
                          std::to_string(options.memory_bytes >> 20) + "MiB.");
    if (::access(kSandboxProgram, X_OK) != 0)
        return reject(kSandboxFailed, {}, "bubblewrap is not installed");
    const auto version = Cgroup::detect(options.cgroup_mount);
    if (version == CgroupVersion::none && options.unlimited == Unlimited::refused)
        return reject(kNoLimits, {}, "looked at " + options.cgroup_mount);
    return HostDriver(std::move(options), version);
}

Result<Capacity> HostDriver::capacity() {
    return Capacity{.cores = static_cast<std::uint32_t>(options_.cpu_ids.size()),
                    .cpu_ids = options_.cpu_ids,
                    .memory_bytes = options_.memory_bytes};
}

Result<void> HostDriver::prepare(const AttemptSpec& spec) {
    if (spec.cpu_ids.empty()) return reject(kBadOption, "cpu_ids", "an attempt without cores");
    if (spec.workload.network() && options_.network == Network::refused)
        return reject(kNoNetwork, "workload.network");
    return lay_out_attempt(spec, keeping_of(spec));
}

Keeping HostDriver::keeping_of(const AttemptSpec& spec) const {
    Keeping keeping;
    if (is_root()) keeping.secluded_user = options_.first_user + spec.cpu_ids.front();
    keeping.cgroup_version = version_;
    keeping.cgroup_mount = options_.cgroup_mount;
    keeping.cgroup_name = "penstock/" + options_.scope + '/' + spec.attempt;
    keeping.log_size_max = options_.log_size_max;
    keeping.file_size_max = options_.file_size_max;
    return keeping;
}

Result<Handle> HostDriver::start(const AttemptSpec& spec, std::int64_t lease_deadline_ns) {
    const std::string& folder = spec.folder;
    TRY_ASSIGN(const auto seen, observation_of(folder));
    if (seen.state != Observation::State::absent || has_keeper(folder)) return Handle{folder};
    TRY_ASSIGN(const auto launch, read_launch(folder));
    const Cgroup group = launch.cgroup();
    // What a start that broke off has left is of no use to anyone.
    group.kill_all();
    TRY(group.remove());
    TRY(write_lease(folder, Lease::of_this_boot(lease_deadline_ns)));
    TRY(group.create({spec.cpu_ids, spec.memory_bytes, options_.processes_max}));
    TRY(run_shim(folder));
    return Handle{folder};
}

Result<void> HostDriver::run_shim(const std::string& folder) const {
    auto program = options_.shim;
    program.push_back(folder);
    TRY_ASSIGN(const auto run, run_program(program));
    if (run.exit_code != 0) return reject(kSandboxFailed, {}, run.output);
    return {};
}

Result<void> HostDriver::renew(const Handle& handle, std::int64_t lease_deadline_ns) {
    return write_lease(handle.text, Lease::of_this_boot(lease_deadline_ns));
}

Result<Observation> HostDriver::observe(const Handle& handle) {
    TRY_ASSIGN(auto seen, observation_of(handle.text));
    // A shim that has its lock and not yet its task: an agent died while it began.
    if (seen.state == Observation::State::absent && has_keeper(handle.text))
        seen.state = Observation::State::queued;
    if (seen.state != Observation::State::running) return seen;
    if (!has_keeper(handle.text)) {
        TRY_ASSIGN(const auto launch, read_launch(handle.text));
        TRY(finish_abandoned(handle.text, launch, EndReason::shim_lost));
        return observation_of(handle.text);
    }
    TRY_ASSIGN(seen.usage, usage(handle));
    return seen;
}

Result<LogPiece> HostDriver::logs(const Handle& handle, std::uint64_t offset,
                                  std::size_t size_max) {
    return read_log(handle.text, offset, size_max, options_.log_size_max);
}

Result<void> HostDriver::stop(const Handle& handle) {
    return ask_shim_to_stop(handle.text);
}

Result<UsageSample> HostDriver::usage(const Handle& handle) {
    TRY_ASSIGN(const auto status, read_status(handle.text));
    if (status.state != Observation::State::running) return status.usage;
    TRY_ASSIGN(const auto launch, read_launch(handle.text));
    const Cgroup group = launch.cgroup();
    return UsageSample{boottime_ns() - status.started_boottime_ns, group.cpu_ns(),
                       group.memory_peak_bytes()};
}

std::string HostDriver::working_folder(const Handle& handle) const {
    return handle.text + '/' + kJobFolder;
}

Result<Handle> HostDriver::recover(const std::string& handle_text) {
    const Handle handle{handle_text};
    if (has_keeper(handle_text)) return handle;
    // Never prepared: there is nothing to clean up.
    if (::access((handle_text + '/' + kLaunchFile).c_str(), F_OK) != 0) return handle;
    TRY_ASSIGN(const auto launch, read_launch(handle_text));
    TRY(finish_abandoned(handle_text, launch, EndReason::shim_lost));
    return handle;
}

Result<void> HostDriver::remove(const Handle& handle) {
    TRY_ASSIGN(const auto seen, observe(handle));
    if (seen.state == Observation::State::running || has_keeper(handle.text))
        return reject(files::kFileFault, {}, "the attempt still runs");
    TRY(recover(handle.text));
    return {};
}

}  // namespace penstock::agent

#include "app/doctor/agent_checks.h"

#include <fmt/core.h>
#include <sched.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "agent/run_program.h"
#include "agent/sandbox/sandbox.h"
#include "agent/sandbox/seccomp.h"
#include "agent/shim/cgroup.h"

namespace penstock::doctor {

namespace {

constexpr const char* kMount = "/sys/fs/cgroup";

/// The first processor that this process may use.
std::uint32_t any_cpu() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;
    std::uint32_t cpu = 0;
    while (cpu + 1 < CPU_SETSIZE && !CPU_ISSET(cpu, &allowed)) ++cpu;
    return cpu;
}

void check_limits(Report& report) {
    const auto version = agent::Cgroup::detect(kMount);
    if (version == agent::CgroupVersion::none)
        return report.fail("cgroups", fmt::format("{} cannot be written", kMount),
                           "Run the agent as root, and see that control groups are mounted; with "
                           "--allow-unlimited tasks run without limits.");
    const agent::Cgroup group(version, kMount, fmt::format("penstock/doctor{}/try", ::getpid()));
    const auto made =
        group.create({.cpu_ids = {any_cpu()}, .memory_bytes = 64U << 20, .processes = 16});
    const auto removed = group.remove();
    if (!made) return report.fail("cgroups", made.error());
    if (!removed) return report.fail("cgroups", removed.error());
    report.ok("cgroups", fmt::format("{}: processors, memory and processes can be limited",
                                     agent::name(version)));
}

void check_sandbox(Report& report) {
    std::error_code missing;
    const std::string program = agent::kSandboxProgram;
    if (!std::filesystem::exists(program, missing))
        return report.fail("sandbox", program + " is not there", "Install bubblewrap.");
    // What the host driver asks of it: namespaces of every kind, a private /tmp, no way back.
    const std::vector<std::string> command{program,
                                           "--unshare-all",
                                           "--die-with-parent",
                                           "--new-session",
                                           "--ro-bind",
                                           "/usr",
                                           "/usr",
                                           "--symlink",
                                           "usr/bin",
                                           "/bin",
                                           "--symlink",
                                           "usr/lib",
                                           "/lib",
                                           "--symlink",
                                           "usr/lib64",
                                           "/lib64",
                                           "--proc",
                                           "/proc",
                                           "--dev",
                                           "/dev",
                                           "--tmpfs",
                                           "/tmp",
                                           "--",
                                           "/usr/bin/true"};
    const auto run = agent::run_program(command, {.cpu_ids = {}, .timeout_ns = 30'000'000'000});
    if (!run) return report.fail("sandbox", run.error());
    if (run->exit_code != 0)
        return report.fail(
            "sandbox", "bubblewrap ended with " + run->output,
            "Run the agent as root, or allow user namespaces to its user "
            "(kernel.unprivileged_userns_clone, user.max_user_namespaces, AppArmor).");
    report.ok("sandbox", "bubblewrap makes namespaces of every kind");
    if (agent::seccomp_filter().empty())
        report.warn("seccomp", "there is no filter for this processor",
                    "Sandboxes work without one; offer such a machine to buyers you know.");
    else
        report.ok("seccomp", "there is a filter for this processor");
}

}  // namespace

void check_agent_machine(Report& report) {
    if (::geteuid() == 0)
        report.ok("user", "root: tasks get users of their own");
    else
        report.warn("user", fmt::format("user {}: tasks run as it, too", ::geteuid()),
                    "Run the agent as root, so that tasks cannot touch its keys.");
    check_limits(report);
    check_sandbox(report);
    if (const auto fio = agent::run_program({"/usr/bin/fio", "--version"});
        fio && fio->exit_code == 0)
        report.ok("measure", fio->output + " measures disks");
    else
        report.fail("measure", "fio is not there, and a pool without measured disks is not offered",
                    "Install fio.");
}

}  // namespace penstock::doctor

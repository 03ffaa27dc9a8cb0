#include "agent/sandbox/sandbox.h"

#include <array>
#include <filesystem>
#include <initializer_list>
#include <string_view>

namespace penstock::agent {
namespace {

/// Of the host's configuration a task sees only what programs need to run at all.
constexpr std::array<std::string_view, 14> kConfiguration{
    "/etc/alternatives",  "/etc/ld.so.cache", "/etc/ld.so.conf",    "/etc/ld.so.conf.d",
    "/etc/ssl/certs",     "/etc/localtime",   "/etc/fonts",         "/etc/mime.types",
    "/etc/magic",         "/etc/povray",      "/etc/ImageMagick-6", "/etc/python3",
    "/etc/nsswitch.conf", "/etc/protocols",
};

using Arguments = std::vector<std::string>;

void add(Arguments& to, std::initializer_list<std::string_view> pieces) {
    to.insert(to.end(), pieces.begin(), pieces.end());
}

void add_variable(Arguments& to, std::string_view name, std::string_view value) {
    add(to, {"--setenv", name, value});
}

void add_system(Arguments& to, const AttemptSpec& spec, const std::string& stage) {
    add(to, {"--ro-bind", "/usr", "/usr"});
    for (const std::string folder : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
        std::error_code none;
        if (std::filesystem::is_symlink(folder, none))
            add(to, {"--symlink", std::filesystem::read_symlink(folder, none).native(), folder});
        else
            add(to, {"--ro-bind-try", folder, folder});
    }
    for (const auto path : kConfiguration) add(to, {"--ro-bind-try", path, path});
    for (const std::string file : {"/etc/passwd", "/etc/group", "/etc/hosts"})
        add(to, {"--ro-bind", stage + file, file});
    if (spec.workload.network()) add(to, {"--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"});
    add(to, {"--proc", "/proc", "--dev", "/dev"});
    add(to, {"--size", std::to_string(spec.memory_bytes), "--tmpfs", "/tmp"});
    add(to, {"--bind", stage + "/job", kWorkingFolder, "--chdir", kWorkingFolder});
    add(to, {"--remount-ro", "/"});
}

void add_environment(Arguments& to, const AttemptSpec& spec) {
    const std::string cpus = std::to_string(spec.cores);
    add(to, {"--clearenv"});
    add_variable(to, "PATH", "/usr/local/bin:/usr/bin:/bin:/usr/games");
    add_variable(to, "HOME", kWorkingFolder);
    add_variable(to, "TMPDIR", "/tmp");
    add_variable(to, "LANG", "C.UTF-8");
    add_variable(to, "OMP_NUM_THREADS", cpus);
    add_variable(to, "OPENBLAS_NUM_THREADS", cpus);
    for (const auto& variable : spec.workload.environment())
        add_variable(to, variable.name(), variable.value());
    // Last, so that nothing passes for them.
    add_variable(to, "PENSTOCK_TASK_INDEX", std::to_string(spec.index));
    add_variable(to, "PENSTOCK_ARRAY_SIZE", std::to_string(spec.workload.array_size()));
    add_variable(to, "PENSTOCK_ATTEMPT", spec.attempt);
    add_variable(to, "PENSTOCK_ATTEMPT_NUMBER", std::to_string(spec.number));
    add_variable(to, "PENSTOCK_CPUS", cpus);
    add_variable(to, "PENSTOCK_MEMORY_BYTES", std::to_string(spec.memory_bytes));
}

}  // namespace

Arguments sandbox_arguments(const AttemptSpec& spec, const std::string& stage, bool has_filter) {
    Arguments to;
    add(to, {"--unshare-all", "--unshare-user", "--disable-userns"});
    if (spec.workload.network()) add(to, {"--share-net"});
    add(to, {"--uid", "1000", "--gid", "1000", "--hostname", "task"});
    add(to, {"--die-with-parent", "--new-session", "--cap-drop", "ALL"});
    if (has_filter) add(to, {"--seccomp", std::to_string(kFilterNumber)});
    add_system(to, spec, stage);
    add_environment(to, spec);
    return to;
}

Arguments sandbox_command(const v1::WorkloadSpec& workload) {
    // The first line tells the shim that the sandbox stands, and closes what the sandbox used.
    return {"/bin/sh",
            "-c",
            "printf . >&3; exec 3>&- 4<&- 5<&-\n"
            "if [ -n \"$1\" ]; then /bin/sh -ec \"$1\" || exit; fi\n"
            "exec /bin/sh -ec \"$2\"",
            "task",
            workload.setup(),
            workload.run()};
}

}  // namespace penstock::agent

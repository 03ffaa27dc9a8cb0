#include "agent/sandbox/seccomp.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace penstock::agent {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;
#endif

/// What no computation needs. Mounting and namespaces are refused although the task has no
/// privilege for them, because most escapes of the past began there.
constexpr std::array kRefused{
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_open_tree,
    SYS_move_mount,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
    SYS_mount_setattr,
    SYS_swapon,
    SYS_swapoff,
    SYS_reboot,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_kexec_file_load,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_acct,
    SYS_syslog,
    SYS_quotactl,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_clock_adjtime,
    SYS_adjtimex,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_vhangup,
    SYS_fanotify_init,
#if defined(__x86_64__)
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
#endif
};

constexpr std::uint32_t kNewNamespaces = 0x7E020000;  ///< All CLONE_NEW… bits of clone().

sock_filter load(std::size_t offset) {
    return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
}
sock_filter give(std::uint32_t answer) {
    return {BPF_RET | BPF_K, 0, 0, answer};
}
/// Skips the next instruction unless the loaded word equals `value`.
sock_filter if_equal(std::uint32_t value) {
    return {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value};
}

constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;

}  // namespace

std::string seccomp_filter() {
    if (kArchitecture == 0) return {};
    const std::size_t first_argument = offsetof(seccomp_data, args);
    std::vector<sock_filter> code{
        load(offsetof(seccomp_data, arch)),
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, kArchitecture},
        give(SECCOMP_RET_KILL_PROCESS),
        load(offsetof(seccomp_data, nr)),
        // The x32 form of the calls has its own numbers, from this bit on.
        {BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0x40000000},
        give(kRefuse),
    };
    for (const auto call : kRefused) {
        code.push_back(if_equal(static_cast<std::uint32_t>(call)));
        code.push_back(give(kRefuse));
    }
    // clone3 hides its flags in memory: "not there" makes the C library fall back to clone.
    code.push_back(if_equal(SYS_clone3));
    code.push_back(give(SECCOMP_RET_ERRNO | ENOSYS));
    code.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, 4, SYS_clone});
    code.push_back(load(first_argument));
    code.push_back({BPF_JMP | BPF_JSET | BPF_K, 0, 1, kNewNamespaces});
    code.push_back(give(kRefuse));
    code.push_back(give(SECCOMP_RET_ALLOW));
    code.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, 3, SYS_ioctl});
    code.push_back(load(first_argument + sizeof(std::uint64_t)));
    code.push_back(if_equal(TIOCSTI));
    code.push_back(give(kRefuse));
    code.push_back(give(SECCOMP_RET_ALLOW));
    return {reinterpret_cast<const char*>(code.data()), code.size() * sizeof(sock_filter)};
}

}  // namespace penstock::agent

// Tasks that try to get out. Each prints `ESCAPED` and what it reached where it succeeds, and
// `tried` in the end, so that a test which tried nothing fails.
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>
#include <set>

#include "agent/drivers/contract/driver_contract.h"
#include "files/descriptor.h"

namespace penstock::agent::contract {
namespace {

TEST_P(EscapeContract, by_mounts) {
    expect_kept_in(R"sh(
for way in 'mount -t tmpfs none /tmp' 'mount --bind / /tmp' 'mount -o remount,rw /usr' \
           'mount -o remount,rw /' 'mount -t proc none /tmp' 'mount -t cgroup none /tmp' \
           'umount /usr' 'umount -l /proc' 'unshare -m true' 'unshare -Ur true' 'unshare -p true' \
           'nsenter -t 1 -m true' 'nsenter -t 1 -U true' 'chroot / true' 'pivot_root / /tmp' \
           'swapon /job' 'losetup -f /job/x'; do
    if $way >/dev/null 2>&1; then echo "ESCAPED $way"; fi
done)sh");
}

// The numbers are those of x86-64.
TEST_P(EscapeContract, by_system_calls) {
#ifndef __x86_64__
    GTEST_SKIP() << "the numbers of the calls are those of x86-64";
#endif
    expect_kept_in(R"sh(
cat >calls.pl <<'PERL'
my $none = "\0" x 256;
my %calls = (
    mount => [165, "none", "/tmp", "tmpfs", 0, 0], umount2 => [166, "/proc", 2],
    open_tree => [428, -100, "/", 1], fsopen => [430, "tmpfs", 0], mount_setattr => [442, -100, "/", 0, $none, 32],
    pivot_root => [155, "/", "/tmp"], chroot => [161, "/tmp"], setns => [308, 0, 0],
    unshare_user => [272, 0x10000000], unshare_mount => [272, 0x20000], clone3 => [435, $none, 64],
    ptrace_attach => [101, 16, getppid(), 0, 0], ptrace_seize => [101, 0x4206, 1, 0, 0],
    process_vm_readv => [310, 1, 0, 0, 0, 0, 0], process_vm_writev => [311, 1, 0, 0, 0, 0, 0],
    pidfd_getfd => [438, 0, 0, 0], kcmp => [312, 1, 2, 0, 0, 0],
    bpf => [321, 0, $none, 72], perf_event_open => [298, $none, 0, -1, -1, 0],
    userfaultfd => [323, 0], io_uring_setup => [425, 8, $none],
    init_module => [175, $none, 256, ""], finit_module => [313, 0, "", 0], delete_module => [176, "x", 0],
    kexec_load => [246, 0, 0, 0, 0], reboot => [169, 0xfee1dead, 672274793, 0, 0],
    swapon => [167, "/job/x", 0], acct => [163, "/job/x"], quotactl => [179, 0, "/", 0, 0],
    settimeofday => [164, $none, 0], clock_settime => [227, 0, $none],
    sethostname => [170, "x", 1], iopl => [172, 3], ioperm => [173, 0, 1, 1],
    syslog => [103, 3, $none, 256], add_key => [248, "user", "x", "y", 1, -3], keyctl => [250, 0, -3, 0, 0, 0],
    request_key => [249, "user", "x", "y", -3], open_by_handle_at => [304, -100, $none, 0],
    name_to_handle_at => [303, -100, "/", $none, $none, 0], mknod_disk => [133, "/job/disk", 060666, 0x0800],
    setuid => [105, 0], setgid => [106, 0], setgroups => [116, 1, $none],
    typed_into_terminal => [16, 0, 0x5412, "x"],
);
for my $name (sort keys %calls) {
    $! = 0;
    my $result = syscall($calls{$name}[0], @{$calls{$name}}[1 .. $#{$calls{$name}}]);
    print "ESCAPED $name\n" if $result >= 0;
}
PERL
perl calls.pl)sh");
}

TEST_P(EscapeContract, by_devices) {
    const Handle handle = take_up(spec(R"sh(
for device in /dev/*; do [ -b "$device" ] && echo "ESCAPED block device $device"; done
for device in /dev/mem /dev/kmem /dev/port /dev/kmsg /dev/fuse /dev/kvm /dev/loop-control /dev/vhost-net; do
    if [ -e "$device" ]; then echo "ESCAPED $device"; fi
done
if mknod /tmp/disk b 8 0 2>/dev/null; then echo 'ESCAPED mknod in /tmp'; fi
if mknod disk c 1 1 2>/dev/null; then echo 'ESCAPED mknod in /job'; fi
ls /dev >devices
echo tried)sh"));
    wait_for_end(handle);
    EXPECT_EQ(log_of(handle), "tried\n");
    const std::set<std::string> expected{"console", "core",   "fd",     "full",    "null",
                                         "ptmx",    "pts",    "random", "shm",     "stderr",
                                         "stdin",   "stdout", "tty",    "urandom", "zero"};
    std::istringstream devices(output(handle, "devices"));
    for (std::string device; devices >> device;) EXPECT_TRUE(expected.contains(device)) << device;
}

TEST_P(EscapeContract, by_proc_and_sys) {
    expect_kept_in(R"sh(
for file in /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/sys/vm/overcommit_memory \
            /proc/sys/kernel/modprobe /proc/sys/fs/binfmt_misc/register /proc/sysrq-trigger /proc/1/mem \
            /proc/irq/default_smp_affinity /sys/kernel/uevent_helper; do
    if (echo 1 >$file) 2>/dev/null; then echo "ESCAPED wrote $file"; fi
done
for file in /proc/kcore /proc/kmsg; do
    if (head -c 1 <$file | grep -q .) 2>/dev/null; then echo "ESCAPED read $file"; fi
done
for folder in /sys /var /home /root /srv /boot /opt; do
    if [ -n "$(ls -A $folder 2>/dev/null)" ]; then echo "ESCAPED listed $folder"; fi
done
for root in /proc/*/root; do
    if [ -e "$root/root" ] || [ -e "$root/var" ]; then echo "ESCAPED by $root"; fi
done
for process in /proc/[0-9]*; do
    case $(cat $process/comm) in
        slurm* | penstock* | systemd* | init | postgres | ctest) echo "ESCAPED saw $(cat $process/comm)" ;;
    esac
done)sh");
}

TEST_P(EscapeContract, by_files_of_the_host) {
    std::ofstream(engine_->folder() + "/secret") << "the agent's key\n";
    const auto attempt = spec("true");
    expect_kept_in("for file in /etc/shadow /etc/penstock /etc/munge '" + engine_->folder() +
                   "/secret' '" + engine_->folder() + "' '" + attempt.folder +
                   R"sh(' ../control ../status ../lease ../../; do
    if [ -e "$file" ] && [ "$(readlink -f "$file")" != / ]; then echo "ESCAPED found $file"; fi
done
for folder in /usr /etc /bin /lib / /usr/lib /usr/local/bin /proc /proc/sys; do
    if (touch $folder/x) 2>/dev/null; then echo "ESCAPED wrote $folder"; fi
done
if ln /etc/passwd copy 2>/dev/null; then echo 'ESCAPED linked'; fi
if cp /bin/sh shell && chmod u+s,g+s shell && ./shell -pc 'id -u' | grep -qx 0; then echo 'ESCAPED as root'; fi
for way in 'su -c true' 'sudo -n true'; do
    if $way >/dev/null 2>&1 </dev/null; then echo "ESCAPED $way"; fi
done
grep -q 'NoNewPrivs:.1' /proc/self/status || echo 'ESCAPED privileges can be had'
grep -q 'CapBnd:.0000000000000000' /proc/self/status || echo 'ESCAPED with capabilities')sh");
}

TEST_P(EscapeContract, by_the_environment) {
    ::setenv("PENSTOCK_SECRET_OF_THE_AGENT", "1", 1);
    restart_agent();
    expect_kept_in("env | grep -E 'SECRET|SLURM|MUNGE|TOKEN|KEY' | sed 's/^/ESCAPED /'");
    ::unsetenv("PENSTOCK_SECRET_OF_THE_AGENT");
}

TEST_P(EscapeContract, by_the_network) {
    const files::Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::socklen_t size = sizeof address;
    auto* const internet = reinterpret_cast<::sockaddr*>(&address);
    ASSERT_EQ(::bind(listener.number(), internet, size), 0);
    ASSERT_EQ(::listen(listener.number(), 5), 0);
    ::getsockname(listener.number(), internet, &size);

    // Abstract names know no file system, only the network's name space.
    const std::string name = "penstock-escape-" + std::to_string(::getpid());
    const files::Descriptor local(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::sockaddr_un path{};
    path.sun_family = AF_UNIX;
    name.copy(path.sun_path + 1, sizeof path.sun_path - 1);
    ASSERT_EQ(::bind(local.number(), reinterpret_cast<::sockaddr*>(&path),
                     static_cast<::socklen_t>(offsetof(::sockaddr_un, sun_path) + 1 + name.size())),
              0);
    ASSERT_EQ(::listen(local.number(), 5), 0);

    expect_kept_in(
        "cat >connect.pl <<'PERL'\n"
        "use Socket;\n"
        "socket(my $abstract, AF_UNIX, SOCK_STREAM, 0);\n"
        "print \"ESCAPED to an abstract name\\n\" if connect($abstract, "
        "sockaddr_un(\"\\0" +
        name +
        "\"));\n"
        "for my $there (['127.0.0.1', " +
        std::to_string(ntohs(address.sin_port)) + R"sh(], ['169.254.169.254', 80]) {
    socket(my $socket, AF_INET, SOCK_STREAM, 0);
    print "ESCAPED to $there->[0]\n" if connect($socket, sockaddr_in($there->[1], inet_aton($there->[0])));
}
print "ESCAPED with a raw socket\n" if socket(my $raw, AF_INET, SOCK_RAW, 1);
print "ESCAPED with a packet socket\n" if socket(my $packet, 17, SOCK_RAW, 0);
PERL
perl connect.pl
[ "$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ')" = lo ] || echo 'ESCAPED by a device'
)sh");
}

/// How many processes of this machine have `word` among their arguments.
int processes_with(const std::string& word) {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string line = files::read_file(entry.path().native() + "/cmdline").value_or("");
        if (line.starts_with("sleep") && line.contains(word)) ++count;
    }
    return count;
}

TEST_P(EscapeContract, by_outliving_the_task) {
    const std::string mark = "987" + std::to_string(::getpid());
    const Handle handle = take_up(
        spec("(setsid sleep " + mark + " >/dev/null 2>&1 &)\n(setsid setsid sleep " + mark +
             " &)\nuntil pgrep -f 'sleep " + mark + "' >/dev/null; do :; done\necho tried"));
    EXPECT_EQ(wait_for_end(handle).exit_code, 0);
    EXPECT_EQ(log_of(handle), "tried\n");
    EXPECT_TRUE(wait_until([&] { return processes_with(mark) == 0; }));
}

TEST_P(EscapeContract, by_signals) {
    const Handle other = take_up(spec("exec sleep 1000"));
    ASSERT_TRUE(runs(other));
    const Handle killer = take_up(spec("trap '' TERM; kill -TERM -1; kill -KILL -1; echo alone"));
    wait_for_end(killer);
    EXPECT_EQ(observe(other).state, State::running);
}

TEST_P(EscapeContract, by_many_processes) {
    if (!driver_->capabilities().limits_processes) GTEST_SKIP() << "its engine has no such limit";
    const Handle handle =
        take_up(spec("for i in $(seq 20000); do sleep 60 & done; echo ESCAPED all started"));
    EXPECT_NE(wait_for_end(handle).exit_code, 0);
    EXPECT_EQ(log_of(handle).find("ESCAPED"), std::string::npos);
}

TEST_P(EscapeContract, by_much_memory) {
    if (!driver_->capabilities().limits_memory) GTEST_SKIP() << "its engine has no such limit";
    for (const char* way :
         {"head -c 500M /dev/zero | tail -c 400M >/dev/null", "head -c 300M /dev/zero >/tmp/big",
          "head -c 300M /dev/zero >/dev/shm/big"}) {
        const Handle handle = take_up(spec(std::string(way) + " && echo ESCAPED"));
        const auto end = wait_for_end(handle);
        EXPECT_NE(end.exit_code, 0) << way;
        EXPECT_EQ(log_of(handle).find("ESCAPED"), std::string::npos) << way;
        EXPECT_LE(end.usage.memory_peak_bytes, 64U << 20) << way;
    }
}

}  // namespace
}  // namespace penstock::agent::contract

#include "agent/shim/guard.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "agent/clock.h"
#include "agent/shim/process_descriptor.h"
#include "agent/shim/status.h"
#include "base/try.h"
#include "files/descriptor.h"

namespace penstock::agent {
namespace {

/// Well below the margin that the exchange leaves between a lease's end and the next attempt.
constexpr std::int64_t kGraceNs = 200'000'000;
constexpr int kLookEveryMs = 200;

}  // namespace

Result<void> finish_abandoned(const std::string& folder, const Launch& launch, EndReason reason) {
    const Cgroup group = launch.cgroup();
    group.kill_all();
    TRY_ASSIGN(auto status, read_status(folder));
    if (status.state == Observation::State::running) {
        status.state = Observation::State::ended;
        status.reason = reason;
        status.exit_code = 128 + SIGKILL;
        status.ended_at_ns = utc_ns();
        const bool same_boot = status.boot == boot_id();
        // After a reboot nobody knows how long it ran; then nothing is claimed.
        status.usage.wall_ns = same_boot ? boottime_ns() - status.started_boottime_ns : 0;
        status.usage.cpu_ns = std::max(status.usage.cpu_ns, group.cpu_ns());
        status.usage.memory_peak_bytes =
            std::max(status.usage.memory_peak_bytes, group.memory_peak_bytes());
        status.detail = "the task's shim was killed";
        TRY(write_status(folder, status));
    }
    return group.remove();
}

void guard_shim(const std::string& folder, const Launch& launch, int shim) {
    const files::Descriptor process = open_process(shim);
    EndReason reason = EndReason::shim_lost;
    // Read beside: a file system of another machine may let a reader wait for long, and must not
    // let the task go on meanwhile.
    struct Watched {
        LeaseWatch lease;
        std::atomic<std::int64_t> deadline_ns;
    };
    const auto watched = std::make_shared<Watched>(LeaseWatch(folder), 0);
    watched->deadline_ns = watched->lease.look().deadline_here();
    std::thread([watched] {
        while (true) {
            ::poll(nullptr, 0, kLookEveryMs);
            watched->deadline_ns = watched->lease.look().deadline_here();
        }
    }).detach();
    // Without a descriptor the shim is gone already.
    while (process.is_open() && ::getppid() == shim) {
        pollfd wait{process.number(), POLLIN, 0};
        if (::poll(&wait, 1, kLookEveryMs) > 0) break;
        if (boottime_ns() <= watched->deadline_ns + kGraceNs) continue;
        reason = EndReason::lease_ended;
        ::kill(shim, SIGKILL);
    }
    // The shim's status is final when it ended as it should; then this only frees what is left.
    while (!finish_abandoned(folder, launch, reason)) ::poll(nullptr, 0, kLookEveryMs);
}

}  // namespace penstock::agent

#include "agent/shim/shim.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <iostream>
#include <optional>
#include <sstream>

#include "agent/clock.h"
#include "agent/shim/guard.h"
#include "agent/shim/launch.h"
#include "agent/shim/output_log.h"
#include "agent/shim/status.h"
#include "agent/shim/task_process.h"
#include "base/try.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

constexpr std::int64_t kStartTimeoutNs = 30'000'000'000;
/// poll() counts time that does not pass while the machine sleeps, so it never waits for long.
constexpr std::int64_t kWaitMaxNs = 1'000'000'000;

/// One attempt, from its start to its end, in the shim's own process.
class Shim {
  public:
    /// @param guard       The guard's process, a child of this one.
    /// @param withdrawal  Readable when the engine wants its place back; -1 where there is no
    /// engine.
    Shim(std::string folder, Launch launch, int guard, int withdrawal = -1)
        : guard_(guard),
          withdrawal_(withdrawal),
          folder_(std::move(folder)),
          launch_(std::move(launch)),
          lease_(folder_),
          group_(launch_.cgroup()),
          log_(folder_ + '/' + kLogFile, launch_.log_size_max) {
        status_.shim_pid = ::getpid();
        status_.boot = boot_id();
    }

    /// @param on_started  Called once, when the buyer's program runs or cannot be started.
    void run(const std::function<void(const Status&)>& on_started) {
        begun_ns_ = boottime_ns();
        watch_control_folder();
        if (const auto reason = reason_to_end()) {
            killed_for_ = reason;
        } else if (auto task = start_task(launch_)) {
            task_ = std::move(*task);
            status_.task_pid = task_.pid;
            follow(on_started);
        } else {
            status_.detail = task.error().message();
        }
        finish();
        if (!is_running_) on_started(status_);
    }

  private:
    void watch_control_folder() {
        control_ = files::Descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
        ::inotify_add_watch(control_.number(), (folder_ + '/' + kControlFolder).c_str(),
                            IN_MOVED_TO | IN_CREATE);
    }

    /// Waits for whatever happens first, until the task has ended.
    void follow(const std::function<void(const Status&)>& on_started) {
        while (true) {
            pollfd events[] = {{task_.process.number(), POLLIN, 0},
                               {task_.output.number(), POLLIN, 0},
                               {control_.number(), POLLIN, 0},
                               {is_running_ ? -1 : task_.ready.number(), POLLIN, 0},
                               {withdrawal_, POLLIN, 0}};
            ::poll(events, std::size(events), milliseconds_to_wait());
            if (!log_.take_from(task_.output.number())) task_.output.reset();
            if (events[2].revents != 0) drain_control();
            if (!is_running_ && (events[3].revents & POLLIN) != 0 && has_begun()) {
                mark_running();
                on_started(status_);
            }
            if (events[4].revents != 0) return end_task(EndReason::withdrawn);
            if (events[0].revents != 0) return;
            if (const auto reason = reason_to_end()) return end_task(*reason);
        }
    }

    int milliseconds_to_wait() {
        const std::int64_t now = boottime_ns();
        const std::int64_t next =
            std::min({now + kWaitMaxNs, lease_.look().deadline_here(), limit_deadline_ns()});
        return static_cast<int>(std::max<std::int64_t>(next - now, 0) / 1'000'000) + 1;
    }

    std::int64_t limit_deadline_ns() const {
        return is_running_ ? status_.started_boottime_ns + launch_.time_limit_ns
                           : begun_ns_ + kStartTimeoutNs;
    }

    void drain_control() const {
        char buffer[4096];
        while (::read(control_.number(), buffer, sizeof buffer) > 0) {
        }
    }

    bool has_begun() const {
        char byte = 0;
        return ::read(task_.ready.number(), &byte, 1) == 1;
    }

    void mark_running() {
        is_running_ = true;
        status_.state = Observation::State::running;
        status_.started_boottime_ns = boottime_ns();
        status_.started_at_ns = utc_ns();
        // A disk that refuses this must not stop the task: the guard has no status to finish then,
        // and the agent sees an attempt that never ran.
        static_cast<void>(write_status(folder_, status_));
    }

    std::optional<EndReason> reason_to_end() {
        const std::int64_t now = boottime_ns();
        if (::access((folder_ + '/' + kStopFile).c_str(), F_OK) == 0) return EndReason::stopped;
        const Lease& lease = lease_.look();
        if (lease.is_from_future()) return EndReason::clock_skew;
        if (now >= lease.deadline_here()) return EndReason::lease_ended;
        if (now < limit_deadline_ns()) return std::nullopt;
        return is_running_ ? EndReason::time_limit : EndReason::start_failed;
    }

    void end_task(EndReason reason) {
        killed_for_ = reason;
        // The sandbox's first process takes all others of its namespace with it.
        ::kill(task_.pid, SIGKILL);
    }

    void finish() {
        int wait_status = 0;
        if (task_.pid > 0) {
            while (::waitpid(task_.pid, &wait_status, 0) < 0 && errno == EINTR) {
            }
            status_.exit_code = exit_code_of(wait_status);
        }
        if (withdrawal_ >= 0) end_orphans();
        group_.kill_all();
        log_.take_from(task_.output.number());
        status_.reason = end_reason();
        status_.ended_at_ns = utc_ns();
        if (is_running_) status_.usage.wall_ns = boottime_ns() - status_.started_boottime_ns;
        count_use();
        if (!is_running_ && status_.detail.empty()) status_.detail = log_.tail();
        status_.state = Observation::State::ended;
        // Until the end is on disk this process stays, so that nobody thinks the attempt was lost.
        while (!write_status(folder_, status_)) ::poll(nullptr, 0, 500);
        static_cast<void>(group_.remove());
    }

    /// What the sandbox left comes to this process, where no group holds it: its first process,
    /// whose use is that of all the others, and in whose end they end.
    void end_orphans() const {
        const std::string list = "/proc/self/task/" + std::to_string(::getpid()) + "/children";
        while (true) {
            std::istringstream children(files::read_file(list).value_or(""));
            bool is_any = false;
            for (int pid = 0; children >> pid;) {
                if (pid == guard_) continue;
                is_any = true;
                ::kill(pid, SIGKILL);
                ::waitpid(pid, nullptr, 0);
            }
            if (!is_any) return;
        }
    }

    void count_use() {
        if (group_.version() != CgroupVersion::none) {
            status_.usage.cpu_ns = group_.cpu_ns();
            status_.usage.memory_peak_bytes = group_.memory_peak_bytes();
            return;
        }
        rusage used{};
        ::getrusage(RUSAGE_CHILDREN, &used);
        const auto ns = [](const timeval& time) {
            return (time.tv_sec * 1'000'000 + time.tv_usec) * 1'000;
        };
        status_.usage.cpu_ns = ns(used.ru_utime) + ns(used.ru_stime);
        status_.usage.memory_peak_bytes = static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
    }

    EndReason end_reason() const {
        if (killed_for_) return *killed_for_;
        if (!is_running_) return EndReason::start_failed;
        if (group_.memory_kills() > 0 && status_.exit_code != 0) return EndReason::memory;
        return EndReason::exited;
    }

    int guard_;
    int withdrawal_;
    std::string folder_;
    Launch launch_;
    LeaseWatch lease_;
    Cgroup group_;
    OutputLog log_;
    Status status_;
    TaskProcess task_;
    files::Descriptor control_;
    std::int64_t begun_ns_ = 0;
    bool is_running_ = false;
    std::optional<EndReason> killed_for_;
};

/// Leaves the agent's session, terminal and files.
void detach() {
    ::setsid();
    ::signal(SIGHUP, SIG_IGN);
    ::signal(SIGPIPE, SIG_IGN);
    const files::Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::dup2(nothing.number(), standard);
    static_cast<void>(::chdir("/") == 0);
}

/// The process that stays. Never returns.
[[noreturn]] void stay(const std::string& folder, const Launch& launch, files::Descriptor report) {
    detach();
    const int shim = ::getpid();
    const int guard = ::fork();
    if (guard == 0) {
        report.reset();
        guard_shim(folder, launch, shim);
        _exit(0);
    }
    Shim(folder, launch, guard).run([&](const Status& status) {
        const std::string text = status.state == Observation::State::running ? "ok" : status.detail;
        if (::write(report.number(), text.data(), text.size()) < 0) {
            // The agent is gone; it will read the status file.
        }
        report.reset();
    });
    _exit(0);
}

/// What the staying process tells: "ok", or why it could not start.
std::string read_report(int descriptor) {
    std::string text;
    char buffer[4096];
    while (true) {
        const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return text;
        text.append(buffer, static_cast<std::size_t>(count));
    }
}

Result<Launch> read_launch_of(const std::string& folder) {
    TRY_ASSIGN(const auto text, files::read_file(folder + '/' + kLaunchFile));
    return parse_launch(text);
}

/// Held by shim and guard together, and freed by the kernel when the last of them is gone.
Result<files::Descriptor> lock(const std::string& folder) {
    const std::string path = folder + '/' + kLockFile;
    files::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.is_open() || ::flock(lock.number(), LOCK_EX | LOCK_NB) != 0)
        return files::fault("cannot lock", path);
    return lock;
}

Result<std::string> launch_detached(const std::string& folder) {
    TRY_ASSIGN(const auto launch, read_launch_of(folder));
    TRY_ASSIGN(const auto held, lock(folder));
    int report[2];
    if (::pipe2(report, O_CLOEXEC) != 0) return files::fault_text("cannot make", "a pipe");
    files::Descriptor report_read(report[0]);
    files::Descriptor report_write(report[1]);
    const int child = ::fork();
    if (child < 0) return files::fault_text("cannot start", "a process");
    if (child == 0) {
        report_read.reset();
        stay(folder, launch, std::move(report_write));
    }
    report_write.reset();
    return read_report(report_read.number());
}

int withdrawal_write = -1;

/// Turns SIGTERM, by which engines take a place back, into something that can be read. A handler,
/// unlike a blocked signal, is not passed on to the buyer's program.
Result<files::Descriptor> watch_withdrawal() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return files::fault("cannot make", "a pipe");
    withdrawal_write = ends[1];
    struct sigaction action{};
    action.sa_handler = [](int) {
        const int kept = errno;
        static_cast<void>(::write(withdrawal_write, ".", 1) == 1);
        errno = kept;
    };
    ::sigaction(SIGTERM, &action, nullptr);
    return files::Descriptor(ends[0]);
}

/// An engine that was asked twice, or tries again by itself, runs an attempt once all the same: by
/// the job that is the first to give the file its name.
Result<void> claim(const std::string& folder, const std::string& job) {
    const std::string begun = folder + '/' + kBegunFile;
    const std::string draft = begun + '.' + job;
    TRY(files::replace_file(draft, job + '\n'));
    const bool is_first = ::link(draft.c_str(), begun.c_str()) == 0;
    const auto taken = files::fault("cannot claim", begun);
    ::unlink(draft.c_str());
    if (!is_first) return taken;
    return {};
}

/// Keeps the attempt in this very process, which the engine has placed here.
Result<void> keep_here(const std::string& folder, const std::string& job) {
    TRY_ASSIGN(const auto launch, read_launch_of(folder));
    TRY(claim(folder, job));
    TRY_ASSIGN(const auto held, lock(folder));
    TRY_ASSIGN(const auto withdrawal, watch_withdrawal());
    ::signal(SIGPIPE, SIG_IGN);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const int shim = ::getpid();
    const int guard = ::fork();
    if (guard == 0) {
        guard_shim(folder, launch, shim);
        _exit(0);
    }
    Shim(folder, launch, guard, withdrawal.number()).run([](const Status&) {});
    return {};
}

}  // namespace

int shim_main(const std::vector<std::string>& arguments) {
    const bool is_here = arguments.size() == 3 && arguments[0] == "--here";
    if (!is_here && arguments.size() != 1) {
        std::cerr << "usage: penstock shim [--here JOB] FOLDER\n";
        return 2;
    }
    // Whatever the agent had open is none of the task's business.
    ::close_range(3, ~0U, 0);
    if (is_here) {
        const auto kept = keep_here(arguments[2], arguments[1]);
        if (!kept) std::cerr << kept.error().message() << '\n';
        return kept ? 0 : 1;
    }
    const auto report = launch_detached(arguments[0]);
    if (report && *report == "ok") return 0;
    std::cerr << (report ? *report : report.error().message()) << '\n';
    return 1;
}

}  // namespace penstock::agent

#include "agent/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/error.h"
#include "files/descriptor.h"
#include "files/error.h"

namespace penstock::agent {
namespace {

constexpr std::size_t kOutputSizeMax = 1U << 20;

/// Whose process group the program is in.
enum class Group { ours, its_own };

/// In the child of a process with threads: only calls that take no locks.
[[noreturn]] void become(char* const* arguments, int output, const cpu_set_t* cpus, Group group) {
    if (group == Group::its_own) ::setpgid(0, 0);
    if (cpus != nullptr) ::sched_setaffinity(0, sizeof *cpus, cpus);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execv(arguments[0], arguments);
    _exit(127);
}

/// Reads until all writers have closed; false where the time was over before, or something came
/// from `wake`.
bool read_output(int descriptor, int wake, std::int64_t deadline_ns, std::string& output) {
    char buffer[16384];
    while (true) {
        const std::int64_t left = deadline_ns - boottime_ns();
        if (left <= 0) return false;
        pollfd waits[] = {{descriptor, POLLIN, 0}, {wake, POLLIN, 0}};
        if (::poll(waits, 2, static_cast<int>(left / 1'000'000) + 1) <= 0) continue;
        if (waits[1].revents != 0) return false;
        const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
        if (count == 0) return true;
        if (count > 0 && output.size() < kOutputSizeMax)
            output.append(buffer, static_cast<std::size_t>(count));
    }
}

}  // namespace

Result<ProgramRun> run_program(const std::vector<std::string>& program,
                               const ProgramOptions& options) {
    std::vector<char*> arguments;
    for (const auto& word : program) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    for (const auto cpu : options.cpu_ids) CPU_SET(cpu, &cpus);
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0)
        return reject(kProgramFailed, {}, files::fault_text("cannot make", "a pipe"));
    const files::Descriptor output_read(pipe[0]);
    files::Descriptor output_write(pipe[1]);
    const files::Descriptor wake(::eventfd(0, EFD_CLOEXEC));
    if (!wake.is_open())
        return reject(kProgramFailed, {}, files::fault_text("cannot make", "an event"));
    const std::stop_callback call(options.stop, [&] { ::eventfd_write(wake.number(), 1); });
    const Group group = options.stop.stop_possible() ? Group::its_own : Group::ours;
    const int child = ::fork();
    if (child < 0) return reject(kProgramFailed, {}, files::fault_text("cannot start", program[0]));
    if (child == 0)
        become(arguments.data(), output_write.number(), options.cpu_ids.empty() ? nullptr : &cpus,
               group);
    if (group == Group::its_own) ::setpgid(child, child);  // Whichever of us comes first.
    output_write.reset();
    ProgramRun run;
    const bool has_ended = read_output(output_read.number(), wake.number(),
                                       boottime_ns() + options.timeout_ns, run.output);
    if (!has_ended) ::kill(group == Group::its_own ? -child : child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!has_ended)
        return reject(
            kProgramFailed, {},
            program[0] + (options.stop.stop_requested() ? " was stopped" : " took too long"));
    run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    while (!run.output.empty() && run.output.back() == '\n') run.output.pop_back();
    return run;
}

}  // namespace penstock::agent

#include "agent/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/clock.h"
#include "agent/error.h"
#include "files/descriptor.h"
#include "files/error.h"

namespace penstock::agent {
namespace {

constexpr std::size_t kOutputSizeMax = 1U << 20;

/// In the child of a process with threads: only calls that take no locks.
[[noreturn]] void become(char* const* arguments, int output, const cpu_set_t* cpus) {
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

/// Reads until all writers have closed or the time is over; returns whether it was in time.
bool read_output(int descriptor, std::int64_t deadline_ns, std::string& output) {
    char buffer[16384];
    while (true) {
        const std::int64_t left = deadline_ns - boottime_ns();
        if (left <= 0) return false;
        pollfd wait{descriptor, POLLIN, 0};
        if (::poll(&wait, 1, static_cast<int>(left / 1'000'000) + 1) <= 0) continue;
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
    const int child = ::fork();
    if (child < 0) return reject(kProgramFailed, {}, files::fault_text("cannot start", program[0]));
    if (child == 0)
        become(arguments.data(), output_write.number(), options.cpu_ids.empty() ? nullptr : &cpus);
    output_write.reset();
    ProgramRun run;
    const bool in_time =
        read_output(output_read.number(), boottime_ns() + options.timeout_ns, run.output);
    if (!in_time) ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!in_time) return reject(kProgramFailed, {}, program[0] + " took too long");
    run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    while (!run.output.empty() && run.output.back() == '\n') run.output.pop_back();
    return run;
}

}  // namespace penstock::agent

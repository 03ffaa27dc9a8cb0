#include "agent/shim/task_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "agent/error.h"
#include "agent/shim/process_descriptor.h"
#include "agent/shim/seclusion.h"
#include "base/try.h"
#include "files/descriptor.h"
#include "files/error.h"

namespace penstock::agent {
namespace {

/// Descriptors are moved above this before they take their fixed numbers, so that none overwrites
/// another.
constexpr int kAboveFixedNumbers = 64;

std::unexpected<Error> fault(std::string_view doing, std::string_view path) {
    return reject(kSandboxFailed, {}, files::fault_text(doing, path));
}

void limit(__rlimit_resource_t resource, rlim_t value) {
    rlimit now{};
    ::getrlimit(resource, &now);
    // Only ever lowered: raising needs a privilege that an agent does not have everywhere.
    now.rlim_max = std::min(now.rlim_max, value);
    now.rlim_cur = std::min(now.rlim_cur, now.rlim_max);
    ::setrlimit(resource, &now);
}

Result<void> take_number(int descriptor, int number) {
    const int high = ::fcntl(descriptor, F_DUPFD_CLOEXEC, kAboveFixedNumbers);
    if (high < 0 || ::dup2(high, number) != number)
        return fault("cannot number", std::to_string(number));
    return {};
}

/// In the child: everything up to the exec.
/// @param output, ready  Above all fixed numbers.
Result<void> become_task(const Launch& launch, int parent, int output, int ready) {
    TRY(launch.cgroup().enter());
    for (const auto& file : launch.open_files) {
        const files::Descriptor opened(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!opened.is_open()) return fault("cannot open", file.path);
        TRY(take_number(opened.number(), file.number));
    }
    const files::Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    TRY(take_number(nothing.number(), STDIN_FILENO));
    TRY(take_number(output, STDOUT_FILENO));
    TRY(take_number(output, STDERR_FILENO));
    TRY(take_number(ready, launch.ready_number));
    limit(RLIMIT_CORE, 0);
    if (launch.file_size_max > 0) limit(RLIMIT_FSIZE, launch.file_size_max);
    if (launch.seclusion) TRY(seclude(*launch.seclusion));
    // After the change of user, which resets it.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) return reject(kSandboxFailed, {}, "the shim is gone");
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGHUP, SIG_DFL);
    return {};
}

[[noreturn]] void run_task(const Launch& launch, int parent, int output_low, int ready_low) {
    const int output = ::fcntl(output_low, F_DUPFD_CLOEXEC, kAboveFixedNumbers);
    const int ready = ::fcntl(ready_low, F_DUPFD_CLOEXEC, kAboveFixedNumbers);
    const auto done = become_task(launch, parent, output, ready);
    if (!done) {
        const std::string text = done.error().message() + '\n';
        if (::write(output, text.data(), text.size()) < 0) _exit(126);
        _exit(127);
    }
    std::vector<char*> arguments;
    for (const auto& argument : launch.program)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    char* environment[] = {nullptr};
    ::execve(arguments[0], arguments.data(), environment);
    std::cerr << files::fault_text("cannot run", launch.program[0]) << std::endl;
    _exit(127);
}

}  // namespace

Result<TaskProcess> start_task(const Launch& launch) {
    if (launch.program.empty()) return reject(kSandboxFailed, {}, "no program");
    int output[2];
    int ready[2];
    if (::pipe2(output, O_CLOEXEC) != 0) return fault("cannot make", "a pipe");
    files::Descriptor output_read(output[0]);
    const files::Descriptor output_write(output[1]);
    if (::pipe2(ready, O_CLOEXEC) != 0) return fault("cannot make", "a pipe");
    files::Descriptor ready_read(ready[0]);
    const files::Descriptor ready_write(ready[1]);
    ::fcntl(output_read.number(), F_SETFL, O_NONBLOCK);
    ::fcntl(ready_read.number(), F_SETFL, O_NONBLOCK);
    const int parent = ::getpid();
    const int child = ::fork();
    if (child < 0) return fault("cannot start", "a process");
    if (child == 0) run_task(launch, parent, output_write.number(), ready_write.number());
    TaskProcess task;
    task.pid = child;
    task.process = open_process(child);
    task.output = std::move(output_read);
    task.ready = std::move(ready_read);
    return task;
}

}  // namespace penstock::agent

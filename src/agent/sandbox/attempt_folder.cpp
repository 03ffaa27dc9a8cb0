#include "agent/sandbox/attempt_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "agent/error.h"
#include "agent/sandbox/sandbox.h"
#include "agent/sandbox/seccomp.h"
#include "agent/sandbox/stage.h"
#include "agent/shim/status.h"
#include "base/try.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

constexpr const char* kArgumentsFile = "sandbox.args";
constexpr const char* kFilterFile = "sandbox.filter";
constexpr std::int64_t kTaskSecondsDefault = 3600;

/// Bubblewrap reads its arguments up to a zero byte each: one inside of a text would let the
/// text's rest pass for options of the sandbox.
Result<void> check_text(const std::vector<std::string>& words) {
    for (const auto& word : words)
        if (word.find('\0') != std::string::npos) return reject(kBadText, "workload");
    return {};
}

Launch launch_of(const AttemptSpec& spec, const Keeping& keeping) {
    Launch launch;
    launch.program = {kSandboxProgram, "--args", std::to_string(kArgumentsNumber), "--"};
    for (auto& word : sandbox_command(spec.workload)) launch.program.push_back(std::move(word));
    launch.open_files = {{kArgumentsNumber, spec.folder + '/' + kArgumentsFile},
                         {kFilterNumber, spec.folder + '/' + kFilterFile}};
    launch.ready_number = kReadyNumber;
    if (keeping.secluded_user)
        launch.seclusion =
            Launch::Seclusion{spec.folder + '/' + kRootFolder, spec.folder + '/' + kStageFolder,
                              *keeping.secluded_user};
    launch.cgroup_version = keeping.cgroup_version;
    launch.cgroup_mount = keeping.cgroup_mount;
    launch.cgroup_name = keeping.cgroup_name;
    launch.time_limit_ns = time_limit_seconds(spec.workload) * 1'000'000'000;
    launch.log_size_max = keeping.log_size_max;
    launch.file_size_max = keeping.file_size_max;
    return launch;
}

}  // namespace

std::int64_t time_limit_seconds(const v1::WorkloadSpec& workload) {
    const std::int64_t longest =
        workload.max_task_seconds() > 0 ? workload.max_task_seconds() : kTaskSecondsDefault;
    const std::int64_t trial = workload.trial_seconds();
    return trial > 0 ? std::min(trial, longest) : longest;
}

Result<void> lay_out_attempt(const AttemptSpec& spec, const Keeping& keeping) {
    const std::string filter = seccomp_filter();
    // A secluded sandbox is started from a file system in which the stage stands at /stage.
    const std::string stage = keeping.secluded_user ? "/stage" : spec.folder + '/' + kStageFolder;
    const auto words = sandbox_arguments(spec, stage, !filter.empty());
    TRY(check_text(words));
    TRY(check_text(sandbox_command(spec.workload)));
    // The folder of a task that has begun is its own, and after its end the agent's to read.
    if (has_keeper(spec.folder)) return {};
    TRY_ASSIGN(const auto told, told_by_shim(spec.folder));
    if (told.state != Observation::State::absent) return {};
    TRY(lay_out_stage(spec, keeping.secluded_user));
    TRY(files::replace_file(spec.folder + '/' + kFilterFile, filter));
    std::string arguments;
    for (const auto& word : words) arguments += word + '\0';
    TRY(files::replace_file(spec.folder + '/' + kArgumentsFile, arguments));
    return files::replace_file(spec.folder + '/' + kLaunchFile, to_json(launch_of(spec, keeping)));
}

Result<Launch> read_launch(const std::string& folder) {
    TRY_ASSIGN(const auto text, files::read_file(folder + '/' + kLaunchFile));
    return parse_launch(text);
}

bool has_keeper(const std::string& folder) {
    const files::Descriptor lock(::open((folder + '/' + kLockFile).c_str(), O_RDWR | O_CLOEXEC));
    return lock.is_open() && ::flock(lock.number(), LOCK_EX | LOCK_NB) != 0;
}

Result<Observation> told_by_shim(const std::string& folder) {
    TRY_ASSIGN(const auto status, read_status(folder));
    Observation seen;
    seen.state = status.state;
    seen.reason = status.reason;
    seen.exit_code = status.exit_code;
    seen.started_at_ns = status.started_at_ns;
    seen.ended_at_ns = status.ended_at_ns;
    seen.usage = status.usage;
    seen.detail = status.detail;
    return seen;
}

Result<LogPiece> read_log(const std::string& folder, std::uint64_t offset, std::size_t size_max,
                          std::uint64_t log_size_max) {
    const std::string path = folder + '/' + kLogFile;
    const files::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    LogPiece piece{.text = std::string(size_max, '\0'), .next_offset = offset};
    const ssize_t count = file.is_open() ? ::pread(file.number(), piece.text.data(), size_max,
                                                   static_cast<off_t>(offset))
                                         : 0;
    if (count < 0) return files::fault("cannot read", path);
    piece.text.resize(static_cast<std::size_t>(count));
    piece.next_offset += static_cast<std::uint64_t>(count);
    piece.is_cut = piece.next_offset >= log_size_max;
    return piece;
}

Result<void> ask_shim_to_stop(const std::string& folder) {
    return files::replace_file(folder + '/' + kStopFile, "stop\n");
}

}  // namespace penstock::agent

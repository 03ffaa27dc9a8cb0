#include "agent/drivers/slurm/attempt_state.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "agent/clock.h"
#include "agent/error.h"
#include "agent/sandbox/attempt_folder.h"
#include "base/try.h"
#include "files/descriptor.h"
#include "files/whole_file.h"

namespace penstock::agent::slurm {
namespace {

using State = Observation::State;

constexpr const char* kJobFile = "/slurm.job";           ///< The id of the job that was submitted.
constexpr const char* kGivenUpFile = "/slurm.given_up";  ///< The reason's name.
constexpr std::int64_t kSecondNs = 1'000'000'000;
/// A shared file system may show a node's last words that much later than Slurm its end: NFS keeps
/// the attributes of folders for up to a minute.
constexpr std::int64_t kSettleNs = 70 * kSecondNs;
/// Longer than a guard takes to enforce the end of a lease.
constexpr std::int64_t kEnforceNs = 2 * kSecondNs;

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

std::int64_t modified_at_ns(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return 0;
    return status.st_mtim.tv_sec * kSecondNs + status.st_mtim.tv_nsec;
}

Result<std::optional<std::uint64_t>> read_id(const std::string& path) {
    if (!exists(path)) return std::nullopt;
    TRY_ASSIGN(const auto text, files::read_file(path, 64));
    std::uint64_t id = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
    if (read.ec != std::errc() || id == 0) return reject(kStateDamaged, {}, path);
    return id;
}

/// Who ended a job whose shim told no end of its own.
EndReason reason_of(JobState state, const std::string& folder) {
    if (const auto given_up = given_up_for(folder)) return *given_up;
    switch (state) {
        case JobState::cancelled:
            return is_asked_to_stop(folder) ? EndReason::stopped : EndReason::withdrawn;
        case JobState::timed_out:
            return EndReason::time_limit;
        case JobState::out_of_memory:
            return EndReason::memory;
        case JobState::preempted:
            return EndReason::preempted;
        case JobState::node_failed:
            return EndReason::node_lost;
        case JobState::pending:
        case JobState::running:
        case JobState::suspended:
        case JobState::done:
            break;
    }
    return EndReason::shim_lost;
}

/// The shim's own words, in the light of who made it say them.
Observation end_as_told(Observation told, JobState state, const std::string& folder) {
    const auto given_up = given_up_for(folder);
    const bool is_by_us = told.reason == EndReason::stopped ||
                          told.reason == EndReason::lease_ended ||
                          told.reason == EndReason::withdrawn;
    // Slurm's signals reach the buyer's program, too, and it may be the first to end of them.
    const bool may_be_killed = told.reason == EndReason::exited && told.exit_code > 128;
    if (given_up && is_by_us)
        told.reason = *given_up;
    else if (state != JobState::done && (may_be_killed || told.reason == EndReason::withdrawn))
        told.reason = reason_of(state, folder);
    return told;
}

std::string last_words(const std::string& folder) {
    // A path of ours in a folder of ours, of which only the shim's own errors are read.
    auto text = files::read_file(folder + kOutputFile, 64U << 10).value_or("");
    while (text.ends_with('\n')) text.pop_back();
    return text.size() > 400 ? text.substr(text.size() - 400) : text;
}

/// Whether a shim may live that neither Slurm nor the agent reaches.
bool may_be_cut_off(EndReason reason) {
    return reason == EndReason::node_lost || reason == EndReason::engine_lost;
}

}  // namespace

void look_anew(const std::string& folder) {
    // Opening a folder has NFS ask its server whether the folder has changed.
    const files::Descriptor opened(
        ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
}

Result<std::optional<std::uint64_t>> read_job_id(const std::string& folder) {
    TRY_ASSIGN(const auto begun, read_id(folder + '/' + kBegunFile));
    if (begun) return begun;
    return read_id(folder + kJobFile);
}

Result<void> keep_job_id(const std::string& folder, std::uint64_t id) {
    return files::write_durably(folder + kJobFile, {std::to_string(id)});
}

std::int64_t submitted_at_ns(const std::string& folder) {
    return modified_at_ns(folder + kJobFile);
}

bool is_asked_to_stop(const std::string& folder) {
    return exists(folder + '/' + kStopFile);
}

std::int64_t asked_to_stop_at_ns(const std::string& folder) {
    return modified_at_ns(folder + '/' + kStopFile);
}

Result<void> give_up(const std::string& folder, EndReason reason) {
    if (exists(folder + kGivenUpFile)) return {};
    return files::write_durably(folder + kGivenUpFile, {name(reason)});
}

std::optional<EndReason> given_up_for(const std::string& folder) {
    const auto text = files::read_file(folder + kGivenUpFile, 64);
    return text ? find_end_reason(*text) : std::nullopt;
}

bool is_lease_over(const std::string& folder) {
    const std::int64_t deadline = LeaseWatch(folder).look().deadline_here();
    return boottime_ns() > deadline + Lease::kSkewMaxNs + kEnforceNs;
}

Result<Observation> end_of(const std::string& folder, const Job& job) {
    TRY_ASSIGN(auto seen, told_by_shim(folder));
    if (seen.state == State::ended) return end_as_told(seen, job.state, folder);
    const bool has_begun = seen.state == State::running;
    const EndReason reason = reason_of(job.state, folder);
    if (has_begun && may_be_cut_off(reason) && !is_lease_over(folder)) {
        TRY(give_up(folder, reason));
        if (!is_asked_to_stop(folder)) TRY(ask_shim_to_stop(folder));
        return seen;
    }
    if (job.state == JobState::done && utc_ns() < job.end_at * kSecondNs + kSettleNs) {
        if (!has_begun) seen.state = State::queued;
        // A script that ended before its shim began has said why.
        if (has_begun || exists(folder + '/' + kBegunFile) || last_words(folder).empty())
            return seen;
    }
    seen.state = State::ended;
    seen.reason = reason;
    seen.detail = fmt::format("Slurm's job {} is {} ({})", job.id, job.state_name, job.reason);
    if (!has_begun) {
        // Ends of the buyer's program are none of one that never ran.
        if (reason == EndReason::shim_lost || reason == EndReason::time_limit ||
            reason == EndReason::memory)
            seen.reason = EndReason::start_failed;
        if (const auto words = last_words(folder); !words.empty()) seen.detail += ": " + words;
        return seen;
    }
    seen.exit_code = 128 + 9;
    seen.ended_at_ns = std::max(job.end_at * kSecondNs, seen.started_at_ns);
    seen.usage.wall_ns = seen.ended_at_ns - seen.started_at_ns;
    return seen;
}

Result<Observation> end_of_unknown(const std::string& folder) {
    TRY_ASSIGN(const auto id, read_job_id(folder));
    if (!id) return Observation{};  // It was never asked for.
    TRY_ASSIGN(auto seen, told_by_shim(folder));
    if (seen.state == State::ended) return end_as_told(seen, JobState::done, folder);
    TRY(give_up(folder, EndReason::engine_lost));
    if (!is_asked_to_stop(folder)) TRY(ask_shim_to_stop(folder));
    if (!is_lease_over(folder)) {
        if (seen.state == State::absent) seen.state = State::queued;
        return seen;
    }
    seen.state = State::ended;
    seen.reason = *given_up_for(folder);
    seen.detail = fmt::format("Slurm does not know job {}", *id);
    return seen;
}

}  // namespace penstock::agent::slurm

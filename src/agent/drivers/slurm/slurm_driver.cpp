#include "agent/drivers/slurm/slurm_driver.h"

#include <fmt/format.h>
#include <pwd.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "agent/clock.h"
#include "agent/error.h"
#include "agent/sandbox/sandbox.h"
#include "agent/sandbox/stage.h"
#include "agent/shim/status.h"
#include "base/try.h"
#include "files/error.h"
#include "files/folder.h"
#include "files/whole_file.h"

namespace penstock::agent {

using slurm::Job;
using slurm::JobState;

namespace {

constexpr const char* kJobFile = "/slurm.job";            ///< The job's id.
constexpr const char* kOutputFile = "/slurm.out";         ///< What the job's script itself wrote.
constexpr const char* kRequeuedFile = "/slurm.requeued";  ///< It was put back after it had begun.
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kLookEveryNs = kSecondNs / 2;
/// A shared file system may show a node's last words that much later than Slurm its end.
constexpr std::int64_t kSettleNs = 10 * kSecondNs;
/// After so long a shim that was asked to stop is ended by Slurm.
constexpr std::int64_t kStopPatienceNs = 5 * kSecondNs;

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

/// Whether a path may stand between single quotes in a script, and in a line of Slurm's.
bool is_plain(const std::string& text) {
    return std::ranges::all_of(text, [](const char letter) {
        return letter > 0x20 && letter < 0x7F && letter != '\'' && letter != '%' && letter != '\\';
    });
}

Result<std::optional<std::uint64_t>> read_job_id(const std::string& folder) {
    if (!exists(folder + kJobFile)) return std::nullopt;
    TRY_ASSIGN(const auto text, files::read_file(folder + kJobFile, 64));
    std::uint64_t id = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
    if (read.ec != std::errc() || id == 0) return reject(kStateDamaged, {}, folder + kJobFile);
    return id;
}

std::int64_t modified_at_ns(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return 0;
    return status.st_mtim.tv_sec * kSecondNs + status.st_mtim.tv_nsec;
}

/// Who ended a job whose shim told no end, or told that it was withdrawn.
EndReason reason_of(JobState state, const std::string& folder) {
    if (exists(folder + kRequeuedFile)) return EndReason::node_lost;
    switch (state) {
        case JobState::cancelled:
            return exists(folder + '/' + kStopFile) ? EndReason::stopped : EndReason::withdrawn;
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
        case JobState::done:
            break;
    }
    return EndReason::shim_lost;
}

std::string last_words(const std::string& folder) {
    auto text = files::read_file(folder + kOutputFile).value_or("");
    while (text.ends_with('\n')) text.pop_back();
    return text.size() > 400 ? text.substr(text.size() - 400) : text;
}

}  // namespace

SlurmDriver::SlurmDriver(Options options, std::unique_ptr<slurm::Control> control,
                         std::uint32_t user, std::uint32_t group)
    : options_(std::move(options)), control_(std::move(control)), user_(user), group_(group) {
    capabilities_ = {.name = "slurm",
                     .limits_cpus = options_.limits_tasks,
                     .limits_memory = options_.limits_tasks,
                     .limits_processes = false,
                     .isolates_network = true,
                     .measures_usage = true,
                     .survives_agent = true,
                     .queues = true};
}

Result<std::unique_ptr<SlurmDriver>> SlurmDriver::create(Options options,
                                                         std::unique_ptr<slurm::Control> control) {
    const ::passwd* const user = ::getpwnam(options.user.c_str());
    if (user == nullptr || user->pw_uid == 0)
        return reject(
            kBadOption, "slurm_user",
            "--slurm-user: name an ordinary user of the cluster, not '" + options.user + "'.");
    if (::geteuid() != 0 && ::geteuid() != user->pw_uid)
        return reject(kBadOption, "slurm_user",
                      "--slurm-user: run the agent as '" + options.user + "', or as root.");
    for (const auto& text : options.shim)
        if (!is_plain(text)) return reject(kBadOption, "program", "a path with odd characters");
    if (!is_plain(options.attempts) || !options.attempts.starts_with('/'))
        return reject(kBadOption, "data",
                      "--data: job scripts need an absolute path without blanks, quotes, '%' and "
                      "'\\'.");
    if (options.shim.empty() || options.cores == 0 || options.memory_bytes == 0)
        return reject(kBadOption, "cores", "no cores, no memory or no shim");
    TRY(files::ensure_folder(options.attempts));
    // The jobs' user has to get to its attempts, and to nothing beside them.
    if (::geteuid() == 0)
        for (const auto& path : {std::filesystem::path(options.attempts),
                                 std::filesystem::path(options.attempts).parent_path()}) {
            std::error_code code;
            std::filesystem::permissions(path, std::filesystem::perms::others_exec,
                                         std::filesystem::perm_options::add, code);
            if (code) return files::fault("cannot open to the jobs' user", path.native());
        }
    const std::uint32_t user_id = user->pw_uid;
    const std::uint32_t group_id = user->pw_gid;
    auto driver = std::unique_ptr<SlurmDriver>(
        new SlurmDriver(std::move(options), std::move(control), user_id, group_id));
    TRY(driver->capacity());
    return driver;
}

Result<void> SlurmDriver::give_to_jobs(const std::string& folder) const {
    if (::geteuid() != 0) return {};
    std::error_code code;
    if (::lchown(folder.c_str(), user_, group_) != 0) return files::fault("cannot give", folder);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, code))
        if (::lchown(entry.path().c_str(), user_, group_) != 0)
            return files::fault("cannot give", entry.path().native());
    return {};
}

Result<std::vector<slurm::Node>> SlurmDriver::nodes() {
    TRY_ASSIGN(auto nodes, control_->nodes());
    std::erase_if(nodes, [&](const slurm::Node& node) {
        const bool is_ours =
            options_.partition.empty() ||
            std::ranges::find(node.partitions, options_.partition) != node.partitions.end();
        return !is_ours || !node.is_up;
    });
    return nodes;
}

Result<std::uint32_t> SlurmDriver::cores_of_largest_node() {
    TRY_ASSIGN(const auto all, nodes());
    std::uint32_t most = 1;
    for (const slurm::Node& node : all) most = std::max(most, node.cores);
    return most;
}

Result<Capacity> SlurmDriver::capacity() {
    TRY_ASSIGN(const auto all, nodes());
    std::uint64_t cores = 0;
    std::uint64_t memory = 0;
    for (const slurm::Node& node : all) {
        cores += node.cores;
        memory += node.memory_bytes;
    }
    if (cores == 0) return reject(kEngineUnreachable, {}, "no node of the partition is up");
    return Capacity{
        .cores = static_cast<std::uint32_t>(std::min<std::uint64_t>(cores, options_.cores)),
        .cpu_ids = {},
        .memory_bytes = std::min(memory, options_.memory_bytes)};
}

Result<void> SlurmDriver::prepare(const AttemptSpec& spec) {
    if (spec.cores == 0) return reject(kBadOption, "cores", "an attempt without cores");
    if (spec.workload.network() && !options_.allows_network)
        return reject(kNoNetwork, "workload.network");
    // What a job of it has begun is its own.
    if (exists(spec.folder + kJobFile) || exists(spec.folder + '/' + kBegunFile)) return {};
    Keeping keeping;
    keeping.log_size_max = options_.log_size_max;
    keeping.file_size_max = options_.file_size_max;
    TRY(lay_out_attempt(spec, keeping));
    return give_to_jobs(spec.folder);
}

std::string SlurmDriver::job_name(const std::string& folder) const {
    return fmt::format("penstock-{}-{}", options_.scope,
                       std::filesystem::path(folder).filename().native());
}

std::string SlurmDriver::script_of(const std::string& folder) const {
    std::string script = "#!/bin/sh\nexec";
    for (const auto& word : options_.shim) script += fmt::format(" '{}'", word);
    return script + fmt::format(" --here '{}'\n", folder);
}

Result<Handle> SlurmDriver::start(const AttemptSpec& spec, std::int64_t lease_deadline_ns) {
    const std::string& folder = spec.folder;
    TRY(write_lease(folder, Lease::by_utc(lease_deadline_ns)));
    TRY_ASSIGN(const auto known, job_of(folder, Freshness::now));
    if (known || exists(folder + kJobFile)) return Handle{folder};
    const std::int64_t seconds = time_limit_seconds(spec.workload);
    TRY_ASSIGN(const auto id, control_->submit({
                                  .name = job_name(folder),
                                  .partition = options_.partition,
                                  .account = options_.account,
                                  .qos = options_.qos,
                                  .cores = spec.cores,
                                  .memory_bytes = spec.memory_bytes,
                                  // The shim keeps the time; Slurm's own limit is for its loss.
                                  .minutes_max = static_cast<std::uint32_t>(seconds / 60 + 2),
                                  .folder = folder,
                                  .output = folder + kOutputFile,
                                  .script = script_of(folder),
                              }));
    TRY(files::write_durably(folder + kJobFile, {std::to_string(id)}));
    return Handle{folder};
}

Result<std::map<std::uint64_t, Job>> SlurmDriver::jobs(Freshness freshness) {
    const std::lock_guard lock(mutex_);
    if (freshness == Freshness::recent && boottime_ns() - looked_at_ns_ < kLookEveryNs)
        return jobs_;
    const std::int64_t began = boottime_ns();
    TRY_ASSIGN(auto all, control_->jobs());
    jobs_.clear();
    const std::string prefix = fmt::format("penstock-{}-", options_.scope);
    for (Job& job : all)
        if (job.name.starts_with(prefix)) jobs_[job.id] = std::move(job);
    looked_at_ns_ = began;
    return jobs_;
}

Result<std::optional<Job>> SlurmDriver::job_of(const std::string& folder, Freshness freshness) {
    TRY_ASSIGN(const auto id, read_job_id(folder));
    const std::string name = job_name(folder);
    for (const auto look : {freshness, Freshness::now}) {
        TRY_ASSIGN(const auto known, jobs(look));
        if (id) {
            // A controller that lost its last state gives the same numbers to other jobs.
            if (const auto found = known.find(*id);
                found != known.end() && found->second.name == name)
                return found->second;
            continue;  // It may be younger than the last look.
        }
        // An agent that died may have asked for it.
        for (const auto& [number, job] : known) {
            if (job.name != name || slurm::has_ended(job.state)) continue;
            TRY(files::write_durably(folder + kJobFile, {std::to_string(number)}));
            return job;
        }
    }
    return std::nullopt;
}

Result<void> SlurmDriver::renew(const Handle& handle, std::int64_t lease_deadline_ns) {
    return write_lease(handle.text, Lease::by_utc(lease_deadline_ns));
}

Result<Observation> SlurmDriver::observe(const Handle& handle) {
    const std::string& folder = handle.text;
    // What the shim told before Slurm is asked: then a job that waits after its shim has begun was
    // put back.
    TRY_ASSIGN(auto seen, told_by_shim(folder));
    const bool has_begun = seen.state != Observation::State::absent;
    TRY_ASSIGN(auto job, job_of(folder, Freshness::recent));
    if (job && job->state == JobState::pending && has_begun) {
        TRY_ASSIGN(job, job_of(folder, Freshness::now));
    }
    const bool is_asked_to_stop = exists(folder + '/' + kStopFile);
    if (!job) {
        if (!exists(folder + kJobFile)) return Observation{};  // It was never asked for.
        if (seen.state == Observation::State::ended) return seen;
        seen.state = Observation::State::ended;
        seen.reason = EndReason::engine_lost;
        seen.detail = "Slurm does not know the job";
        return seen;
    }
    if (slurm::has_ended(job->state)) return end_of(folder, *job);
    if (job->state == JobState::pending) {
        // Begun before, it is not run a second time; it is ended, so that it can run elsewhere.
        if (has_begun) TRY(files::replace_file(folder + kRequeuedFile, "requeued\n"));
        if (has_begun || is_asked_to_stop) TRY(control_->cancel(job->id));
        seen = Observation{};
        seen.state = Observation::State::queued;
        seen.detail = job->reason;
        return seen;
    }
    if (is_asked_to_stop && utc_ns() - modified_at_ns(folder + '/' + kStopFile) > kStopPatienceNs)
        TRY(control_->cancel(job->id));
    if (!has_begun) {
        seen.state = Observation::State::queued;
        return seen;
    }
    // Slurm's word on the end is the last: until then cores are held.
    seen.state = Observation::State::running;
    // Never more than in the end: the node's clock may be ahead or behind by that much.
    seen.usage = {.wall_ns = std::max<std::int64_t>(
                      utc_ns() - seen.started_at_ns - 2 * Lease::kSkewMaxNs, 0)};
    return seen;
}

Result<Observation> SlurmDriver::end_of(const std::string& folder, const Job& job) const {
    TRY_ASSIGN(auto seen, told_by_shim(folder));
    const bool has_told = seen.state == Observation::State::ended;
    // Slurm's signals reach the buyer's program, too, and it may be the first to end of them.
    const bool may_be_killed = seen.reason == EndReason::exited && seen.exit_code > 128;
    const bool is_ended_by_slurm = job.state != JobState::done;
    if (has_told && !(is_ended_by_slurm && (may_be_killed || seen.reason == EndReason::withdrawn)))
        return seen;
    const bool may_still_tell =
        job.state == JobState::done && utc_ns() < job.end_at * kSecondNs + kSettleNs;
    if (!has_told && may_still_tell) {
        if (seen.state == Observation::State::absent) seen.state = Observation::State::queued;
        return seen;
    }
    const bool has_begun = seen.state != Observation::State::absent;
    seen.state = Observation::State::ended;
    seen.reason = reason_of(job.state, folder);
    seen.detail = fmt::format("Slurm's job {} is {} ({})", job.id, job.state_name, job.reason);
    if (!has_begun) {
        // Its own time-out is no end of the buyer's program, which never ran.
        if (seen.reason != EndReason::stopped && seen.reason != EndReason::withdrawn &&
            seen.reason != EndReason::node_lost && seen.reason != EndReason::preempted)
            seen.reason = EndReason::start_failed;
        if (const auto words = last_words(folder); !words.empty()) seen.detail += ": " + words;
        return seen;
    }
    if (!has_told) {
        seen.exit_code = 128 + 9;
        seen.ended_at_ns = std::max(job.end_at * kSecondNs, seen.started_at_ns);
        seen.usage.wall_ns = seen.ended_at_ns - seen.started_at_ns;
    }
    return seen;
}

Result<LogPiece> SlurmDriver::logs(const Handle& handle, std::uint64_t offset,
                                   std::size_t size_max) {
    return read_log(handle.text, offset, size_max, options_.log_size_max);
}

Result<void> SlurmDriver::stop(const Handle& handle) {
    if (exists(handle.text + '/' + kStopFile)) return {};
    return ask_shim_to_stop(handle.text);
}

Result<UsageSample> SlurmDriver::usage(const Handle& handle) {
    TRY_ASSIGN(const auto seen, observe(handle));
    return seen.usage;
}

std::string SlurmDriver::working_folder(const Handle& handle) const {
    return handle.text + '/' + kJobFolder;
}

Result<Handle> SlurmDriver::recover(const std::string& handle_text) {
    return Handle{handle_text};
}

Result<void> SlurmDriver::remove(const Handle& handle) {
    TRY_ASSIGN(const auto seen, observe(handle));
    if (seen.state == Observation::State::queued || seen.state == Observation::State::running)
        return reject(files::kFileFault, {}, "the attempt still runs");
    return {};
}

Result<void> SlurmDriver::end_orphans() {
    TRY_ASSIGN(const auto known, jobs(Freshness::now));
    for (const auto& [id, job] : known) {
        if (slurm::has_ended(job.state)) continue;
        const std::string attempt = job.name.substr(job_name("").size());
        const std::string folder = options_.attempts + '/' + attempt;
        TRY_ASSIGN(const auto kept, read_job_id(folder));
        // Without an id it may be about to be adopted.
        if (kept ? *kept == id : exists(folder)) continue;
        spdlog::warn("{}: Slurm's job {} has no attempt here; ending it", attempt, id);
        TRY(control_->cancel(id));
    }
    return {};
}

}  // namespace penstock::agent

#include "agent/drivers/slurm/slurm_driver.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "agent/clock.h"
#include "agent/drivers/slurm/attempt_state.h"
#include "agent/error.h"
#include "agent/sandbox/stage.h"
#include "base/try.h"
#include "files/error.h"
#include "files/folder.h"

namespace penstock::agent {

using slurm::Job;
using slurm::JobState;
using State = Observation::State;

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
/// After so long a shim that was asked to stop is ended by Slurm.
constexpr std::int64_t kStopPatienceNs = 5 * kSecondNs;

/// So long after the shim's own end Slurm may take to see it.
constexpr std::int64_t kEndPatienceNs = 20 * kSecondNs;

/// Whether a path may stand between single quotes in a script, and in a line of Slurm's.
bool is_plain(const std::string& text) {
    return std::ranges::all_of(text, [](const char letter) {
        return letter > 0x20 && letter < 0x7F && letter != '\'' && letter != '%' && letter != '\\';
    });
}

std::string attempt_of(const std::string& folder) {
    return std::filesystem::path(folder).filename().native();
}

}  // namespace

SlurmDriver::SlurmDriver(Options options, std::unique_ptr<slurm::Control> control)
    : options_(std::move(options)),
      control_(std::move(control)),
      board_(*control_, prefix()),
      capabilities_{.name = "slurm",
                    .limits_cpus = options_.limits_tasks,
                    .limits_memory = options_.limits_tasks,
                    .isolates_network = true,
                    .measures_usage = true,
                    .survives_agent = true,
                    .queues = true} {}

Result<std::unique_ptr<SlurmDriver>> SlurmDriver::create(Options options,
                                                         std::unique_ptr<slurm::Control> control) {
    // Root would act on paths that the jobs' user can change under its hands.
    if (::geteuid() == 0)
        return reject(
            kBadOption, "engine",
            "--engine slurm: run the agent as an ordinary user of the cluster, not as root.");
    for (const auto& text : options.shim)
        if (!is_plain(text)) return reject(kBadOption, "program", "a path with odd characters");
    if (!is_plain(options.attempts) || !options.attempts.starts_with('/'))
        return reject(kBadOption, "data",
                      "--data: job scripts need a path without blanks, quotes, '%' and '\\'.");
    if (options.shim.empty() || options.cores == 0 || options.memory_bytes == 0)
        return reject(kBadOption, "cores", "no cores, no memory or no shim");
    TRY(files::ensure_folder(options.attempts));
    auto driver =
        std::unique_ptr<SlurmDriver>(new SlurmDriver(std::move(options), std::move(control)));
    const auto nodes = driver->nodes();
    if (!nodes) {
        spdlog::warn("Slurm does not answer yet: {}", nodes.error().message());
        return driver;
    }
    std::uint64_t cores = 0;
    for (const slurm::Node& node : *nodes) cores += node.cores;
    if (cores < driver->options_.cores)
        spdlog::warn("{} cores are offered, and nodes with {} are up", driver->options_.cores,
                     cores);
    return driver;
}

Result<std::vector<slurm::Node>> SlurmDriver::nodes() {
    TRY_ASSIGN(auto nodes, control_->nodes());
    std::erase_if(nodes, [&](const slurm::Node& node) {
        const bool is_ours =
            options_.partition.empty() ||
            std::ranges::find(node.partitions, options_.partition) != node.partitions.end();
        return !is_ours || !node.is_up || node.cores == 0;
    });
    std::ranges::stable_sort(nodes, std::greater(), &slurm::Node::cores);
    return nodes;
}

Result<Capacity> SlurmDriver::capacity() {
    return Capacity{.cores = options_.cores, .cpu_ids = {}, .memory_bytes = options_.memory_bytes};
}

Result<void> SlurmDriver::prepare(const AttemptSpec& spec) {
    if (spec.cores == 0) return reject(kBadOption, "cores", "an attempt without cores");
    if (spec.workload.network() && !options_.allows_network)
        return reject(kNoNetwork, "workload.network");
    slurm::look_anew(spec.folder);
    // What a job of it may have begun is its own.
    TRY_ASSIGN(const auto id, slurm::read_job_id(spec.folder));
    if (id) return {};
    Keeping keeping;
    keeping.log_size_max = options_.log_size_max;
    keeping.file_size_max = options_.file_size_max;
    return lay_out_attempt(spec, keeping);
}

std::string SlurmDriver::script_of(const std::string& folder) const {
    std::string script = "#!/bin/sh\nexec";
    for (const auto& word : options_.shim) script += fmt::format(" '{}'", word);
    return script + fmt::format(" --here \"$SLURM_JOB_ID\" '{}'\n", folder);
}

Result<Handle> SlurmDriver::start(const AttemptSpec& spec, std::int64_t lease_deadline_ns) {
    const std::string& folder = spec.folder;
    TRY(renew(Handle{folder}, lease_deadline_ns));
    TRY_ASSIGN(const auto jobs, board_.now());
    TRY_ASSIGN(const auto known, job_in(folder, jobs));
    TRY_ASSIGN(const auto kept, slurm::read_job_id(folder));
    if (known && !kept) TRY(slurm::keep_job_id(folder, known->id));
    if (known || kept) return Handle{folder};
    TRY_ASSIGN(
        const auto id,
        control_->submit({
            .name = prefix() + attempt_of(folder),
            .partition = options_.partition,
            .account = options_.account,
            .qos = options_.qos,
            .cores = spec.cores,
            .memory_bytes = spec.memory_bytes,
            // The shim keeps the time; Slurm's own limit is for its loss.
            .minutes_max = static_cast<std::uint32_t>(time_limit_seconds(spec.workload) / 60 + 2),
            .folder = folder,
            .output = folder + slurm::kOutputFile,
            .script = script_of(folder),
        }));
    TRY(slurm::keep_job_id(folder, id));
    return Handle{folder};
}

Result<void> SlurmDriver::renew(const Handle& handle, std::int64_t lease_deadline_ns) {
    if (slurm::given_up_for(handle.text)) return {};
    return write_lease(handle.text, Lease::by_utc(lease_deadline_ns));
}

Result<std::optional<Job>> SlurmDriver::job_in(const std::string& folder,
                                               const slurm::JobBoard::Jobs& jobs) const {
    TRY_ASSIGN(const auto id, slurm::read_job_id(folder));
    const std::string name = prefix() + attempt_of(folder);
    if (id) {
        // A controller that lost its last state gives the same numbers to other jobs.
        const auto found = jobs.find(*id);
        if (found != jobs.end() && found->second.name == name) return found->second;
        return std::nullopt;
    }
    // An agent that died, or did not hear the answer, may have asked for it.
    for (const auto& [number, job] : jobs)
        if (job.name == name && !slurm::has_ended(job.state)) return job;
    return std::nullopt;
}

Result<Observation> SlurmDriver::observe(const Handle& handle) {
    const std::string& folder = handle.text;
    slurm::look_anew(folder);
    // What the shim told before Slurm is asked: then a job that waits after its shim has begun was
    // put back.
    TRY_ASSIGN(const auto told, told_by_shim(folder));
    const bool has_begun = told.state != State::absent;
    TRY_ASSIGN(auto jobs, board_.recent());
    TRY_ASSIGN(auto job, job_in(folder, jobs));
    // The last look may be older than the job, or than its beginning.
    if (!job || (job->state == JobState::pending && has_begun)) {
        TRY_ASSIGN(jobs, board_.now());
        TRY_ASSIGN(job, job_in(folder, jobs));
    }
    if (!job) return slurm::end_of_unknown(folder);
    if (slurm::has_ended(job->state)) return slurm::end_of(folder, *job);
    if (job->state == JobState::pending) return observe_waiting(folder, *job, told);
    return observe_running(folder, *job, told);
}

Result<Observation> SlurmDriver::observe_waiting(const std::string& folder, const Job& job,
                                                 const Observation& told) {
    // Begun before, it is not run a second time; it is ended, so that it can run elsewhere.
    const bool has_begun = told.state != State::absent;
    const std::int64_t submitted_at = slurm::submitted_at_ns(folder);
    const bool is_overdue =
        submitted_at > 0 && utc_ns() > submitted_at + options_.patience_seconds * kSecondNs;
    const bool is_held = slurm::is_held(job);
    if (has_begun) TRY(slurm::give_up(folder, EndReason::node_lost));
    if (is_held && !has_begun) TRY(slurm::give_up(folder, EndReason::withdrawn));
    if (is_overdue && !has_begun) TRY(slurm::give_up(folder, EndReason::not_placed));
    if (has_begun || is_held || is_overdue || slurm::is_asked_to_stop(folder))
        TRY(board_.cancel(job.id));
    Observation seen = told;
    seen.state = has_begun ? State::running : State::queued;
    seen.detail = job.reason;
    return seen;
}

Result<Observation> SlurmDriver::observe_running(const std::string& folder, const Job& job,
                                                 Observation told) {
    if (job.state == JobState::suspended) {
        // Neither its time nor its lease is kept while it stands still.
        TRY(slurm::give_up(folder, EndReason::preempted));
        TRY(board_.cancel(job.id));
    }
    const std::int64_t asked_at = slurm::asked_to_stop_at_ns(folder);
    if (asked_at > 0 && utc_ns() > asked_at + kStopPatienceNs) TRY(board_.cancel(job.id));
    // A controller that was killed may have forgotten an end that it was told.
    if (told.state == State::ended && utc_ns() > told.ended_at_ns + kEndPatienceNs)
        TRY(board_.cancel(job.id));
    if (told.state == State::absent) {
        told.state = State::queued;
        return told;
    }
    // Slurm's word on the end is the last: until then cores are held.
    const bool has_ended = told.state == State::ended;
    told.state = State::running;
    if (has_ended) return told;
    // Never more than in the end: the node's clock may be ahead or behind by that much.
    told.usage = {.wall_ns = std::max<std::int64_t>(
                      utc_ns() - told.started_at_ns - 2 * Lease::kSkewMaxNs, 0)};
    return told;
}

Result<LogPiece> SlurmDriver::logs(const Handle& handle, std::uint64_t offset,
                                   std::size_t size_max) {
    return read_log(handle.text, offset, size_max, options_.log_size_max);
}

Result<void> SlurmDriver::stop(const Handle& handle) {
    if (slurm::is_asked_to_stop(handle.text)) return {};
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
    if (seen.state == State::queued || seen.state == State::running)
        return reject(files::kFileFault, {}, "the attempt still runs");
    return {};
}

Result<void> SlurmDriver::end_orphans() {
    TRY_ASSIGN(const auto jobs, board_.now());
    for (const auto& [id, job] : jobs) {
        if (slurm::has_ended(job.state)) continue;
        const std::string attempt = job.name.substr(prefix().size());
        if (attempt == "measure") {
            if (is_measuring_) continue;
        } else {
            if (!is_attempt_id(attempt)) continue;
            const std::string folder = options_.attempts + '/' + attempt;
            slurm::look_anew(options_.attempts);
            TRY_ASSIGN(const auto kept, slurm::read_job_id(folder));
            // Without an id it may be about to be adopted.
            std::error_code code;
            if (kept ? *kept == id : std::filesystem::exists(folder, code)) continue;
        }
        spdlog::warn("{}: nobody answers for Slurm's job {}; ending it", attempt, id);
        TRY(board_.cancel(id));
    }
    return {};
}

}  // namespace penstock::agent

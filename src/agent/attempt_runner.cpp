#include "agent/attempt_runner.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "agent/clock.h"
#include "agent/error.h"
#include "base/try.h"

namespace penstock::agent {
namespace {

constexpr auto kLookEvery = std::chrono::milliseconds(100);
constexpr auto kLogEvery = std::chrono::seconds(1);
constexpr std::size_t kLogPieceMax = 64U << 10;

Observation not_started(std::string detail) {
    Observation end;
    end.state = Observation::State::ended;
    end.reason = EndReason::start_failed;
    end.detail = std::move(detail);
    return end;
}

Observation stopped_before_start() {
    auto end = not_started("stopped before it started");
    end.reason = EndReason::stopped;
    return end;
}

/// Whether the buyer's program ran, as its end tells.
bool has_run(const Observation& end) {
    return end.reason == EndReason::exited || end.usage.wall_ns > 0;
}

/// Whether the engine has it, and it has not ended.
bool is_begun(const Observation& seen) {
    return seen.state == Observation::State::queued || seen.state == Observation::State::running;
}

}  // namespace

AttemptRunner::AttemptRunner(RunnerTools tools, std::string folder, AttemptRecord record,
                             std::int64_t lease_deadline_ns, std::function<void()> on_settled)
    : tools_(tools),
      folder_(std::move(folder)),
      record_(std::move(record)),
      on_settled_(std::move(on_settled)),
      lease_deadline_ns_(lease_deadline_ns) {
    if (record_.assignment.stop()) wanted_ = Wanted::stopped;
    if (record_.is_settled)
        phase_ = Phase::settled;
    else
        thread_ = std::jthread([this](std::stop_token stop) { work(stop); });
}

AttemptRunner::~AttemptRunner() {
    thread_.request_stop();
    starting_.request_stop();
    settling_.request_stop();
}

void AttemptRunner::set_lease(std::int64_t deadline_ns) {
    {
        const std::lock_guard lock(mutex_);
        lease_deadline_ns_ = deadline_ns;
        changed_.notify_all();
    }
    renew_lease();
}

void AttemptRunner::renew_lease() {
    const std::lock_guard renewing(renewing_);
    Handle handle;
    std::int64_t deadline_ns = 0;
    {
        const std::lock_guard lock(mutex_);
        if (phase_ != Phase::queued && phase_ != Phase::running) return;
        handle = handle_;
        deadline_ns = lease_deadline_ns_;
    }
    if (const auto done = tools_.driver.renew(handle, deadline_ns); !done)
        spdlog::warn("{}: the lease could not be renewed: {}", attempt(), done.error().message());
}

void AttemptRunner::ask_to_stop() {
    const std::lock_guard lock(mutex_);
    if (wanted_ == Wanted::running) wanted_ = Wanted::stopped;
    starting_.request_stop();
    changed_.notify_all();
}

void AttemptRunner::drop() {
    const std::lock_guard lock(mutex_);
    wanted_ = Wanted::dropped;
    starting_.request_stop();
    settling_.request_stop();
    changed_.notify_all();
}

bool AttemptRunner::is_settled() const {
    const std::lock_guard lock(mutex_);
    return phase_ == Phase::settled;
}

bool AttemptRunner::is_running() const {
    const std::lock_guard lock(mutex_);
    return phase_ == Phase::running || phase_ == Phase::ending;
}

std::optional<v1::UsageRecord> AttemptRunner::usage() const {
    const std::lock_guard lock(mutex_);
    if (phase_ != Phase::running || !is_reported_running_) return std::nullopt;
    return record_of(usage_);
}

AttemptRunner::Wanted AttemptRunner::wanted() const {
    const std::lock_guard lock(mutex_);
    return wanted_;
}

void AttemptRunner::set_phase(Phase phase) {
    const std::lock_guard lock(mutex_);
    phase_ = phase;
}

v1::UsageRecord AttemptRunner::record_of(const UsageSample& sample) const {
    v1::UsageRecord record;
    record.set_attempt(attempt());
    record.set_attempt_number(record_.assignment.attempt_number());
    record.set_cores(record_.assignment.spec().cpus());
    record.set_wall_ns(sample.wall_ns);
    record.set_cpu_ns(sample.cpu_ns);
    record.set_memory_peak_bytes(sample.memory_peak_bytes);
    record.set_results(results_.results);
    record.set_results_wall_ns(results_.wall_ns);
    record.set_results_incomplete(results_.is_incomplete);
    return record;
}

void AttemptRunner::work(std::stop_token stop) {
    Observation seen = find_or_start(stop);
    if (stop.stop_requested()) return;
    if (is_begun(seen)) {
        seen = follow(stop);
        if (stop.stop_requested()) return;
    }
    set_phase(Phase::ending);
    count_results(Look::last, seen.usage.wall_ns);
    settle(seen, stop);
}

Observation AttemptRunner::find_or_start(std::stop_token stop) {
    while (true) {
        const auto found = tools_.driver.recover(folder_);
        const auto seen = found ? tools_.driver.observe(*found)
                                : Result<Observation>(std::unexpected(found.error()));
        if (seen) {
            const std::lock_guard lock(mutex_);
            handle_ = *found;
            if (is_begun(*seen)) phase_ = Phase::queued;
            if (seen->state == Observation::State::absent) break;
            // An agent of another version may have started it.
            if (const auto done = ensure_counter(); !done)
                spdlog::warn("{}: {}", attempt(), done.error().message());
            return *seen;
        }
        say(seen.error());
        if (!wait_for(stop, kLogEvery)) return {};
    }
    if (wanted() == Wanted::running) return start(stop);
    return stopped_before_start();
}

std::int64_t AttemptRunner::wait_for_lease(std::stop_token stop) {
    // After a restart, or when the inputs took long, nobody may count on the attempt any more.
    std::unique_lock lock(mutex_);
    const bool is_known = changed_.wait(lock, stop, [&] {
        return wanted_ != Wanted::running || lease_deadline_ns_ > boottime_ns();
    });
    return is_known && wanted_ == Wanted::running ? lease_deadline_ns_ : 0;
}

Observation AttemptRunner::start(std::stop_token stop) {
    if (const auto done = ensure_counter(); !done) return not_started(done.error().message());
    auto spec = collect_inputs();
    if (!spec) {
        if (wanted() != Wanted::running) return stopped_before_start();
        return not_started(spec.error().message());
    }
    if (const auto done = tools_.driver.prepare(*spec); !done)
        return not_started(done.error().message());
    const auto handle = start_by_driver(*spec, stop);
    if (!handle && handle.error().number() != kEngineUnreachable.number)
        return not_started(handle.error().message());
    if (!handle && !is_tried_) return stopped_before_start();
    {
        const std::lock_guard lock(mutex_);
        if (handle) handle_ = *handle;
        phase_ = Phase::queued;
    }
    // A poll may have been answered while the task was being started.
    renew_lease();
    // The engine may have it, though nobody knows: whoever does not want it any more has it
    // stopped.
    Observation begun;
    begun.state = Observation::State::queued;
    return begun;
}

Result<Handle> AttemptRunner::start_by_driver(const AttemptSpec& spec, std::stop_token stop) {
    Result<Handle> handle = reject(kEngineUnreachable);
    while (true) {
        const std::int64_t deadline_ns = wait_for_lease(stop);
        if (deadline_ns == 0) return handle;
        is_tried_ = true;
        handle = tools_.driver.start(spec, deadline_ns);
        if (handle || handle.error().number() != kEngineUnreachable.number) return handle;
        say(handle.error());
        if (!wait_for(stop, kLogEvery)) return handle;
    }
}

void AttemptRunner::say(const Error& trouble) {
    // Once, not at every look.
    if (trouble.message() == last_trouble_) return;
    last_trouble_ = trouble.message();
    spdlog::warn("{}: {}", attempt(), last_trouble_);
}

Result<AttemptSpec> AttemptRunner::collect_inputs() {
    const auto& assignment = record_.assignment;
    AttemptSpec spec;
    spec.attempt = assignment.attempt();
    spec.number = assignment.attempt_number();
    spec.index = assignment.index();
    spec.workload = assignment.spec();
    spec.cores = record_.cores;
    spec.cpu_ids = record_.cpu_ids;
    spec.memory_bytes = assignment.spec().memory_bytes();
    spec.folder = folder_;
    for (const auto& file : assignment.spec().files()) {
        const auto path = tools_.cache.fetch(file.digest(), starting_.get_token());
        if (!path) return reject(kInputMissing, "files", file.path() + ": " + path.error().message);
        spec.inputs.push_back({file.path(), *path, file.executable()});
    }
    return spec;
}

Result<void> AttemptRunner::ensure_counter() {
    const auto& spec = record_.assignment.spec();
    if (counter_ || !spec.has_result_unit()) return {};
    TRY_ASSIGN(counter_, ResultCounter::create(spec.result_unit(), tools_.driver, folder_));
    return {};
}

void AttemptRunner::count_results(Look look, std::int64_t wall_ns) {
    if (!counter_) {
        // It was counted by an agent before, and cannot be now.
        const std::lock_guard lock(mutex_);
        results_.is_incomplete = record_.assignment.spec().has_result_unit();
        return;
    }
    look == Look::last ? counter_->look_last(handle_, wall_ns) : counter_->look(handle_, wall_ns);
    const std::lock_guard lock(mutex_);
    results_ = counter_->count();
}

void AttemptRunner::begin_running(std::stop_token stop) {
    set_phase(Phase::running);
    spdlog::info("{}: task {} of {} runs{}", attempt(), record_.assignment.index(),
                 record_.assignment.workload(),
                 record_.cpu_ids.empty()
                     ? std::string()
                     : fmt::format(" on cores {}", fmt::join(record_.cpu_ids, ",")));
    report_running(stop);
}

void AttemptRunner::report_running(std::stop_token stop) {
    v1::ReportAttemptRequest report;
    report.set_attempt(attempt());
    report.set_state(v1::ATTEMPT_RUNNING);
    const auto answer = until_answered(stop, [&] {
        return tools_.exchange.call<v1::ReportAttemptResponse>(
            "TaskService/ReportAttempt", report,
            {.idempotency_key = attempt() + '-' + v1::AttemptState_Name(report.state())});
    });
    // After a restart the exchange may know already; whether it still wants the attempt, the work
    // set says.
    if (!answer && !is_passing(answer.error()))
        spdlog::warn("{}: {}", attempt(), answer.error().message);
    const std::lock_guard lock(mutex_);
    is_reported_running_ = true;
}

Observation AttemptRunner::follow(std::stop_token stop) {
    auto next_logs = std::chrono::steady_clock::now();
    bool is_stop_sent = false;
    while (true) {
        const auto seen = tools_.driver.observe(handle_);
        if (seen && seen->state == Observation::State::ended) {
            if (!is_running() && has_run(*seen)) begin_running(stop);
            return *seen;
        }
        if (!seen) say(seen.error());
        if (seen && seen->state == Observation::State::absent)
            return wanted() == Wanted::running ? not_started("the engine knows nothing of it")
                                               : stopped_before_start();
        if (seen && seen->state == Observation::State::running) {
            if (!is_running()) begin_running(stop);
            count_results(Look::meanwhile, seen->usage.wall_ns);
        }
        if (std::chrono::steady_clock::now() >= next_logs) {
            push_logs();
            next_logs = std::chrono::steady_clock::now() + kLogEvery;
        }
        std::unique_lock lock(mutex_);
        if (seen) usage_ = seen->usage;
        if (wanted_ != Wanted::running && !is_stop_sent)
            is_stop_sent = tools_.driver.stop(handle_).has_value();
        changed_.wait_for(lock, stop, kLookEvery,
                          [&] { return wanted_ != Wanted::running && !is_stop_sent; });
        if (stop.stop_requested()) return {};
    }
}

void AttemptRunner::push_logs() {
    while (true) {
        const auto piece = tools_.driver.logs(handle_, log_offset_, kLogPieceMax);
        if (!piece || piece->text.empty()) return;
        v1::AppendLogRequest request;
        request.set_attempt(attempt());
        request.set_offset(log_offset_);
        request.set_text(piece->text);
        const auto answer = tools_.exchange.call<v1::AppendLogResponse>(
            "TaskService/AppendLog", request,
            {.idempotency_key = {}, .timeout = std::chrono::seconds(10)});
        // It may have lost its copy: begin again.
        if (!answer && answer.error().reason == "LOG_GAP") log_offset_ = 0;
        // After a restart the exchange is ahead of us, and says where it is.
        if (!answer || answer->next_offset() <= log_offset_) return;
        log_offset_ = answer->next_offset();
    }
}

}  // namespace penstock::agent

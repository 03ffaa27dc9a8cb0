#include "agent/workforce.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "agent/clock.h"
#include "base/try.h"
#include "files/folder.h"

namespace penstock::agent {

Workforce::Workforce(RunnerTools tools, std::string folder, Capacity capacity)
    : tools_(tools), folder_(std::move(folder)), capacity_(std::move(capacity)) {}

Result<void> Workforce::recover() {
    TRY(files::ensure_folder(folder_));
    const std::lock_guard lock(mutex_);
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, code)) {
        const std::string id = entry.path().filename();
        if (!is_attempt_id(id)) continue;
        auto record = load_attempt(entry.path());
        if (!record) {
            // The agent died before it had begun; the exchange will say if it still wants it.
            spdlog::warn("{}: {}", id, record.error().message());
            TRY(tools_.driver.recover(entry.path()));
            TRY(files::remove_folder(entry.path()));
            continue;
        }
        if (!record->is_settled) spdlog::info("{}: taken up again", id);
        add_runner(std::move(*record));
    }
    return {};
}

void Workforce::apply(const v1::PullWorkResponse& wanted, std::int64_t lease_deadline_ns) {
    const std::lock_guard lock(mutex_);
    wanted_.clear();
    for (const auto& assignment : wanted.assignments())
        if (is_attempt_id(assignment.attempt())) wanted_[assignment.attempt()] = assignment;
    lease_deadline_ns_ = lease_deadline_ns;
    for (auto& [id, runner] : runners_) {
        const auto found = wanted_.find(id);
        if (found == wanted_.end())
            runner->drop();
        else if (found->second.stop())
            runner->ask_to_stop();
        else
            runner->set_lease(lease_deadline_ns);
    }
    reconcile();
}

void Workforce::reconcile() {
    std::erase_if(runners_, [&](const auto& entry) {
        // As long as the exchange lists it, a settled attempt is remembered, so that an answer that
        // crossed its report cannot start it again.
        if (!entry.second->is_settled() || wanted_.contains(entry.first)) return false;
        if (const auto removed = files::remove_folder(folder_of(entry.first)); !removed)
            spdlog::warn("{}: {}", entry.first, removed.error().message());
        return true;
    });
    for (const auto& [id, assignment] : wanted_)
        if (!runners_.contains(id)) start_attempt(assignment);
}

void Workforce::start_attempt(const v1::Assignment& assignment) {
    AttemptRecord record{.assignment = assignment};
    const auto& spec = assignment.spec();
    const bool can_ever_fit = spec.cpus() >= 1 && spec.cpus() <= capacity_.cores &&
                              spec.memory_bytes() <= capacity_.memory_bytes;
    // One that is only to be stopped, or can never run here, needs no cores to be reported.
    if (!assignment.stop() && can_ever_fit) {
        if (lease_deadline_ns_ <= boottime_ns()) return;
        if (free_cores() < spec.cpus() || free_memory() < spec.memory_bytes()) return;
        record.cores = spec.cpus();
        if (!capacity_.cpu_ids.empty()) {
            record.cpu_ids = free_cpu_ids();
            record.cpu_ids.resize(spec.cpus());
        }
    }
    const std::string folder = folder_of(assignment.attempt());
    if (const auto kept = save_attempt(folder, record); !kept) {
        spdlog::warn("{}: {}", assignment.attempt(), kept.error().message());
        return;
    }
    add_runner(std::move(record));
}

void Workforce::add_runner(AttemptRecord record) {
    const std::string id = record.assignment.attempt();
    runners_[id] = std::make_unique<AttemptRunner>(
        tools_, folder_of(id), std::move(record), lease_deadline_ns_, [this] {
            const std::lock_guard settled(settled_mutex_);
            has_settled_ = true;
            settled_changed_.notify_all();
        });
}

void Workforce::tend(std::stop_token stop, std::chrono::milliseconds time) {
    {
        std::unique_lock lock(settled_mutex_);
        settled_changed_.wait_for(lock, stop, time, [&] { return has_settled_; });
        if (!has_settled_) return;
        has_settled_ = false;
    }
    const std::lock_guard lock(mutex_);
    reconcile();
}

std::uint32_t Workforce::free_cores() const {
    std::uint32_t cores = capacity_.cores;
    for (const auto& [id, runner] : runners_)
        if (!runner->is_settled()) cores -= std::min(cores, runner->record().cores);
    return cores;
}

std::vector<std::uint32_t> Workforce::free_cpu_ids() const {
    auto cores = capacity_.cpu_ids;
    for (const auto& [id, runner] : runners_) {
        if (runner->is_settled()) continue;
        for (const auto used : runner->record().cpu_ids) std::erase(cores, used);
    }
    return cores;
}

std::uint64_t Workforce::free_memory() const {
    std::uint64_t memory = capacity_.memory_bytes;
    for (const auto& [id, runner] : runners_)
        if (!runner->is_settled() && runner->record().cores > 0)
            memory -= std::min(memory, runner->record().assignment.spec().memory_bytes());
    return memory;
}

std::vector<std::string> Workforce::running() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> ids;
    for (const auto& [id, runner] : runners_)
        if (runner->is_running()) ids.push_back(id);
    return ids;
}

std::vector<v1::UsageRecord> Workforce::usage() const {
    const std::lock_guard lock(mutex_);
    std::vector<v1::UsageRecord> records;
    for (const auto& [id, runner] : runners_)
        if (auto record = runner->usage()) records.push_back(std::move(*record));
    return records;
}

bool Workforce::is_idle() const {
    const std::lock_guard lock(mutex_);
    return std::all_of(runners_.begin(), runners_.end(),
                       [](const auto& entry) { return entry.second->is_settled(); });
}

}  // namespace penstock::agent

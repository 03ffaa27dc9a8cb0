#include "shell/telemetry/sampler.h"

#include <pthread.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "log/line.h"

namespace penstock::shell {
namespace {

using Steady = std::chrono::steady_clock;

/// An overview is not taken more often than so many times its cost: it stops everybody.
constexpr std::int64_t kCostShare = 1'000;

std::int64_t ns_between(Steady::time_point start, Steady::time_point end) {
    return (end - start) / std::chrono::nanoseconds(1);
}

Duration due_after(Duration cost) {
    return Duration{cost.ns * kCostShare};
}

std::optional<std::uint64_t> free_bytes(const std::filesystem::path& folder) {
    struct statvfs status{};
    if (::statvfs(folder.c_str(), &status) != 0) return std::nullopt;
    return std::uint64_t{status.f_bavail} * status.f_frsize;
}

std::uint64_t open_descriptors() {
    std::error_code failed;
    std::uint64_t count = 0;
    for (std::filesystem::directory_iterator file("/proc/self/fd", failed), end;
         !failed && file != end; file.increment(failed))
        ++count;
    return count;
}

void tell_of_fault(const char* event, std::string_view before, std::string_view now) {
    if (before != now && !now.empty()) log::Line(log::Level::error, event).add("reason", now);
}

}  // namespace

/// The last overview, and the one that is being taken.
struct Sampler::Overviews {
    exchange::Overseer overseer;  ///< Of the inspection that is under way.

    std::mutex mutex;  ///< Guards what follows.
    bool under_way = false;
    std::optional<exchange::Overview> seen;  ///< By the sequencer, and maybe not durable yet.
    Duration cost;
    std::optional<exchange::Overview> last;
    Steady::time_point last_at = Steady::now();
};

Sampler::Sampler(Options options, Journal& journal, Sequencer& sequencer)
    : options_(std::move(options)),
      journal_(journal),
      sequencer_(sequencer),
      overviews_(std::make_shared<Overviews>()) {
    thread_ = std::thread([this] { run(); });
}

void Sampler::stop() {
    if (!thread_.joinable()) return;
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        wake_.notify_all();
    }
    thread_.join();
}

void Sampler::run() {
    ::pthread_setname_np(::pthread_self(), "sampler");
    for (;;) {
        look();
        std::unique_lock lock(mutex_);
        const std::chrono::nanoseconds interval(options_.interval.ns);
        if (wake_.wait_for(lock, interval, [&] { return stopping_; })) return;
    }
}

void Sampler::look() {
    Sample seen;
    seen.disk_free_bytes = free_bytes(options_.folder);
    seen.descriptors_open = open_descriptors();
    if (options_.feeds) seen.feeds = options_.feeds();
    const SequencerStatus status = sequencer_.status();
    // Of a server that follows the journal says nothing: it does not write.
    if (status.epoch != 0)
        if (const auto ready = journal_.ready(); !ready)
            seen.journal_trouble = ready.error().reason();
    ask_for_overview();
    const bool disk_low = !seen.disk_free_bytes || *seen.disk_free_bytes < options_.disk_free_min;
    tell(status, disk_low, seen.feeds);
    const std::scoped_lock lock(mutex_);
    looked_up_ = std::move(seen);
}

void Sampler::ask_for_overview() {
    {
        const std::scoped_lock lock(overviews_->mutex);
        const Duration since{ns_between(overviews_->last_at, Steady::now())};
        const bool is_early = overviews_->last && since < due_after(overviews_->cost);
        if (overviews_->under_way || is_early) return;
        overviews_->under_way = true;
    }
    sequencer_.inspect(
        [held = overviews_](const Core& core, Instant) {
            const auto began = Steady::now();
            exchange::Overview overview = held->overseer.look(core.exchange());
            const std::scoped_lock lock(held->mutex);
            held->seen = std::move(overview);
            held->cost = Duration{ns_between(began, Steady::now())};
        },
        [held = overviews_](const Outcome& outcome) {
            const std::scoped_lock lock(held->mutex);
            held->under_way = false;
            if (!outcome.reply) {
                held->overseer = {};  // It may have seen what was lost.
                return;
            }
            held->last = std::exchange(held->seen, std::nullopt);
            held->last_at = Steady::now();
        });
}

void Sampler::tell(const SequencerStatus& status, bool disk_low, const FeedHealth& feeds) {
    using log::Level;
    using log::Line;
    const bool leads = status.epoch != 0;
    if (told_.first || leads != told_.leads) {
        Line line(Level::info, leads ? "leads" : "follows");
        if (leads) line.add("epoch", status.epoch);  // Who follows has none.
        line.add("sequence", status.last_sequence);
    }
    if (status.read_only != told_.read_only)
        Line(status.read_only ? Level::error : Level::info,
             status.read_only ? "read_only_begins" : "read_only_ends")
            .add("sequence", status.last_sequence);
    if (status.clock_held != told_.clock_held)
        Line(status.clock_held ? Level::error : Level::info,
             status.clock_held ? "clock_held" : "clock_released");
    if (disk_low != told_.disk_low)
        Line(disk_low ? Level::error : Level::info, disk_low ? "disk_low" : "disk_free_again");
    tell_of_fault("tables_fault", told_.feeds.tables_fault, feeds.tables_fault);
    tell_of_fault("grants_fault", told_.feeds.grants_fault, feeds.grants_fault);
    tell_of_fault("evidence_fault", told_.feeds.evidence_fault, feeds.evidence_fault);
    told_ = {.leads = leads,
             .read_only = status.read_only,
             .clock_held = status.clock_held,
             .disk_low = disk_low,
             .first = false,
             .feeds = feeds};
}

Sample Sampler::sample() const {
    Sample sample;
    {
        const std::scoped_lock lock(mutex_);
        sample = looked_up_;
    }
    const std::scoped_lock lock(overviews_->mutex);
    sample.overview = overviews_->last;
    sample.overview_cost = overviews_->cost;
    sample.overview_due = std::max(options_.interval, due_after(overviews_->cost));
    sample.overview_age = Duration{ns_between(overviews_->last_at, Steady::now())};
    return sample;
}

}  // namespace penstock::shell

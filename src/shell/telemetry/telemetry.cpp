#include "shell/telemetry/telemetry.h"

#include <prometheus/text_serializer.h>

#include <iterator>
#include <utility>

#include "log/line.h"
#include "shell/telemetry/meters.h"
#include "shell/telemetry/request_log.h"
#include "shell/telemetry/vital_metrics.h"

namespace penstock::shell {
namespace {

double in_seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

struct Telemetry::Parts {
    explicit Parts(const TelemetryOptions& options) : requests(options.slow_after) {}
    Meters meters;
    RequestLog requests;
};

Telemetry::Telemetry(const TelemetryOptions& options) : parts_(std::make_unique<Parts>(options)) {}
Telemetry::~Telemetry() = default;

void Telemetry::on_exchange(const transport::HttpExchange& exchange) {
    const std::string_view method = exchange.route.empty() ? kNoMethod : exchange.route;
    parts_->meters.requests.count(method, exchange.status);
    const bool has_come = exchange.duration.count() > 0;
    if (has_come && !exchange.is_stream && !is_held(method))
        parts_->meters.requests.time(method, in_seconds(exchange.duration));
    parts_->requests.write(exchange);
}

void Telemetry::on_round(const RoundFigures& figures) {
    Meters& meters = parts_->meters;
    meters.done.Increment(static_cast<double>(figures.commands));
    meters.rejected.Increment(static_cast<double>(figures.rejected));
    meters.repeated.Increment(static_cast<double>(figures.repeated));
    meters.questions.Increment(static_cast<double>(figures.questions));
    meters.queue_seconds.Observe(in_seconds(figures.waited));
    meters.apply_seconds.Observe(in_seconds(figures.applying));
    if (figures.commands > 0) meters.batch_commands.Observe(static_cast<double>(figures.commands));
}

void Telemetry::on_append(const AppendFigures& figures, const Result<void>& done) {
    Meters& meters = parts_->meters;
    meters.append_seconds.Observe(in_seconds(figures.took));
    if (done) {
        meters.batches.Increment();
        meters.journal_bytes.Increment(static_cast<double>(figures.bytes));
        return;
    }
    meters.append_failures.count(done.error().reason(), 1);
    log::Line(log::Level::error, "journal_append_failed")
        .add("reason", done.error().reason())
        .add("commands", figures.commands)
        .add("detail", done.error().detail());
}

void Telemetry::on_replies(std::size_t count, std::chrono::nanoseconds took) {
    parts_->meters.replies.Increment(static_cast<double>(count));
    parts_->meters.reply_seconds.Observe(in_seconds(took));
}

void Telemetry::on_refusals(const Error& error, std::size_t count) {
    parts_->meters.refusals.count(error.reason(), static_cast<double>(count));
}

void Telemetry::on_snapshot(const SnapshotFigures& figures) {
    Meters& meters = parts_->meters;
    meters.snapshots.count(figures.saved ? "saved" : "failed", 1);
    meters.snapshot_seconds.Observe(in_seconds(figures.took));
    meters.snapshot_pause_seconds.Observe(in_seconds(figures.pause));
    log::Line(figures.saved ? log::Level::info : log::Level::warning,
              figures.saved ? "snapshot_saved" : "snapshot_failed")
        .add("pause_us", figures.pause / std::chrono::microseconds(1))
        .add("took_us", figures.took / std::chrono::microseconds(1));
}

std::string Telemetry::text(const Vitals& vitals) const {
    std::vector<prometheus::MetricFamily> families = vital_metrics(vitals);
    std::vector<prometheus::MetricFamily> counted = parts_->meters.registry.Collect();
    std::move(counted.begin(), counted.end(), std::back_inserter(families));
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace penstock::shell

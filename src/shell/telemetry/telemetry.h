#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "shell/sequencer/meter.h"
#include "shell/telemetry/vitals.h"
#include "transport/http/server.h"

namespace penstock::shell {

struct TelemetryOptions {
    std::chrono::milliseconds slow_after{1'000};  ///< Requests that take longer are warned of.
};

/// What a server tells its operator: a log line for each request and each notable event, and
/// metrics in the text form of Prometheus. Thread-safe.
class Telemetry final : public transport::HttpObserver, public SequencerMeter {
  public:
    explicit Telemetry(const TelemetryOptions& options);
    ~Telemetry() override;

    void on_exchange(const transport::HttpExchange& exchange) override;

    void on_round(const RoundFigures& figures) override;
    void on_append(const AppendFigures& figures, const Result<void>& done) override;
    void on_replies(std::size_t count, std::chrono::nanoseconds took) override;
    void on_refusals(const Error& error, std::size_t count) override;
    void on_snapshot(const SnapshotFigures& figures) override;

    /// All metrics, in text format 0.0.4.
    std::string text(const Vitals& vitals) const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

inline constexpr const char* kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace penstock::shell

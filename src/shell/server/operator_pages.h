#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "shell/telemetry/telemetry.h"
#include "transport/http/server.h"

namespace penstock::shell {

/// /healthz, /readyz and /metrics: what the operator's machines ask, all the time.
///
/// Metrics tell of business, and so need a token, from whatever address: a proxy on this machine
/// makes everybody local. The other two say little, and are for anybody.
class OperatorPages {
  public:
    using Look = std::function<Vitals()>;

    /// @param token_file  Made, readable by its owner alone, when it is not there.
    /// @param telemetry   Outlives it.
    /// @param look        Quick; thread-safe.
    /// @retval kMetricsTokenUnusable, kFileFault
    static Result<std::unique_ptr<OperatorPages>> open(const std::filesystem::path& token_file,
                                                       const Telemetry& telemetry, Look look);

    static bool owns(std::string_view path);
    void handle(const transport::HttpRequest& request, transport::Responder responder) const;

  private:
    OperatorPages(std::string token, const Telemetry& telemetry, Look look)
        : token_(std::move(token)), telemetry_(telemetry), look_(std::move(look)) {}

    transport::HttpResponse readiness() const;
    bool may_read_metrics(std::string_view authorization) const;
    transport::HttpResponse metrics() const;

    const std::string token_;
    const Telemetry& telemetry_;
    const Look look_;
};

}  // namespace penstock::shell

#include "advise/estimate/goodput.h"

#include <algorithm>
#include <cmath>

namespace penstock::estimate {

double share_at(double interval_seconds, double checkpoint_seconds, double restart_seconds,
                double seconds_between_failures) {
    const double mean = seconds_between_failures;
    const double attempts = std::expm1((interval_seconds + checkpoint_seconds) / mean);
    return interval_seconds / (mean * std::exp(restart_seconds / mean) * attempts);
}

Goodput goodput(double devices, double devices_per_node, double checkpoint_bytes,
                const FailureModel& failures) {
    constexpr double kSecondsPerHour = 3600;
    Goodput out;
    out.hours_between_failures = failures.device_hours_between_failures / devices;
    out.checkpoint_bytes = checkpoint_bytes;
    const double nodes = std::ceil(devices / devices_per_node);
    out.checkpoint_seconds =
        std::max(failures.checkpoint_seconds_least,
                 checkpoint_bytes / (nodes * failures.storage_bytes_per_s_per_node));
    const double mean = out.hours_between_failures * kSecondsPerHour;
    const double cost = out.checkpoint_seconds;
    // Beyond twice the mean time between failures a checkpoint is dearer than all that it can save.
    const double ratio = cost / (2 * mean);
    out.interval_seconds =
        ratio < 1 ? std::sqrt(2 * cost * mean) * (1 + std::sqrt(ratio) / 3 + ratio / 9) - cost
                  : mean;
    out.share = share_at(out.interval_seconds, cost, failures.restart_seconds, mean);
    return out;
}

}  // namespace penstock::estimate

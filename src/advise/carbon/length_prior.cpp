#include "advise/carbon/length_prior.h"

#include <algorithm>
#include <cmath>

namespace penstock::carbon {

namespace {

/// Below it the exponential is a straight line.
constexpr double kFlat = 1e-6;

/// The survival of the exponential of `rate` cut off at `range`, integrated from 0.
double truncated_within(double rate, double range, double seconds) {
    if (std::fabs(rate * range) < kFlat) return seconds - seconds * seconds / (2 * range);
    const double last = std::exp(-rate * range);
    return ((1 - std::exp(-rate * seconds)) / rate - last * seconds) / (1 - last);
}

double rate_of_mean(double range, double mean) {
    double low = -50 / range;
    double high = 50 / range;
    for (int step = 0; step < 100; ++step) {
        const double rate = (low + high) / 2;
        (truncated_within(rate, range, range) > mean ? low : high) = rate;
    }
    return (low + high) / 2;
}

}  // namespace

LengthPrior::LengthPrior(const Queue& queue)
    : shortest_(static_cast<double>(queue.shortest)),
      mean_beyond_(std::max(1.0, static_cast<double>(queue.mean_length - queue.shortest))) {
    if (queue.longest <= queue.shortest) return;
    range_ = static_cast<double>(queue.longest - queue.shortest);
    mean_beyond_ = std::clamp(mean_beyond_, range_ / 40, range_ * 39 / 40);
    rate_ = rate_of_mean(range_, mean_beyond_);
}

double LengthPrior::survival(double seconds) const {
    const double beyond = seconds - shortest_;
    if (beyond <= 0) return 1;
    if (range_ == 0) {
        const double shrink = mean_beyond_ / (mean_beyond_ + beyond);
        return shrink * shrink;
    }
    if (beyond >= range_) return 0;
    if (std::fabs(rate_ * range_) < kFlat) return 1 - beyond / range_;
    const double last = std::exp(-rate_ * range_);
    return (std::exp(-rate_ * beyond) - last) / (1 - last);
}

double LengthPrior::expected_within(double seconds) const {
    const double beyond = seconds - shortest_;
    if (beyond <= 0) return std::max(0.0, seconds);
    if (range_ == 0) return shortest_ + mean_beyond_ * beyond / (mean_beyond_ + beyond);
    return shortest_ + truncated_within(rate_, range_, std::min(beyond, range_));
}

}  // namespace penstock::carbon

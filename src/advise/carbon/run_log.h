#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "advise/carbon/series.h"

namespace penstock::carbon {

/// A job on its way: when it ran so far, and what is left of it.
class RunLog {
  public:
    RunLog(std::int64_t arrival, std::int64_t length) : now_(arrival), left_(length) {}

    std::int64_t now() const { return now_; }
    bool done() const { return left_ == 0; }
    void wait(std::int64_t seconds) { now_ += seconds; }
    /// Runs for so long, or until it is done.
    void run(std::int64_t seconds) {
        const std::int64_t taken = std::min(seconds, left_);
        if (taken <= 0) return;
        if (!segments_.empty() && segments_.back().end == now_) {
            segments_.back().end += taken;
        } else {
            segments_.push_back({now_, now_ + taken});
        }
        now_ += taken;
        left_ -= taken;
    }
    void run_to_end() { run(left_); }
    std::vector<Segment> segments() && { return std::move(segments_); }

  private:
    std::int64_t now_;
    std::int64_t left_;
    std::vector<Segment> segments_;
};

}  // namespace penstock::carbon

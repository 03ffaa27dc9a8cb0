#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/client/progress.h"
#include "app/client/trial_pools.h"

namespace penstock::client {

/// Shows how the trials come along: on a terminal redrawn in place, in a log a line for each
/// change.
class TrialBoard {
  public:
    explicit TrialBoard(Progress::Surface surface) : surface_(surface) {}

    void show(const std::vector<TrialPool>& pools);

  private:
    struct Line {
        std::string text;
        std::string counts;
        std::chrono::steady_clock::time_point printed;
    };
    Progress::Surface surface_;
    std::vector<Line> lines_;
    std::size_t drawn_ = 0;
};

}  // namespace penstock::client

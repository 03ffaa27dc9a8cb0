#include "app/client/trial_board.h"

#include <fmt/core.h>

#include <cstdio>

namespace penstock::client {

namespace {

/// Results change often; a log takes a line for them no more than so often.
constexpr std::chrono::seconds kLogEvery{5};

}  // namespace

void TrialBoard::show(const std::vector<TrialPool>& pools) {
    if (surface_ == Progress::Surface::silent) return;
    if (surface_ == Progress::Surface::terminal && drawn_ > 0) fmt::print("\x1b[{}A\x1b[J", drawn_);
    const auto now = std::chrono::steady_clock::now();
    lines_.resize(pools.size());
    for (std::size_t i = 0; i < pools.size(); ++i) {
        const std::string line = trial_line(pools[i]);
        const std::string counts = line.substr(0, line.rfind(';'));
        Line& last = lines_[i];
        const bool is_due =
            counts != last.counts || (line != last.text && now - last.printed >= kLogEvery);
        if (surface_ == Progress::Surface::lines && !is_due) continue;
        fmt::print("{}\n", line);
        last = {line, counts, now};
    }
    drawn_ = pools.size();
    std::fflush(stdout);
}

}  // namespace penstock::client

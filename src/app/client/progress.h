#pragma once

#include <chrono>
#include <string>

#include "app/client/session.h"
#include "penstock/v1/task.pb.h"

namespace penstock::client {

/// Shows how a workload comes along: on a terminal a bar with a line for each supplier, redrawn in
/// place; elsewhere one line for each change.
class Progress {
  public:
    enum class Surface { terminal, lines, silent };
    /// @param surface  See surface_of().
    explicit Progress(Surface surface) : surface_(surface) {}

    void show(const v1::GetWorkloadResponse& state);
    /// Says something between two states, for instance that the server is away.
    void note(const std::string& text);

  private:
    Surface surface_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::size_t drawn_lines_ = 0;
    std::string last_;
};

/// A terminal when standard output is one, lines otherwise; silent for machines.
Progress::Surface surface_of(Output output);

/// One line of the state, without the time.
std::string progress_line(const v1::GetWorkloadResponse& state);
/// The bar and a line for each supplier.
/// @param columns  Width of the bar.
std::string progress_bars(const v1::GetWorkloadResponse& state, std::size_t columns);

/// Follows a workload until it has ended, over restarts of the server.
/// @return Its last state.
RemoteResult<v1::GetWorkloadResponse> follow(Session& session, const std::string& workload,
                                             Progress& progress);

}  // namespace penstock::client

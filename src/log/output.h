#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <memory>

#include "log/line.h"

namespace penstock::log {

struct OutputOptions {
    Format format = Format::text;
    Level level = Level::info;       ///< Lines below it are not written.
    std::size_t lines_max = 16'384;  ///< Waiting to be written; beyond, the oldest go.
    std::ostream* into = nullptr;    ///< Outlives the output; null: standard error.
    /// How long the end waits for whoever reads standard error; what is not taken then is dropped.
    std::chrono::milliseconds end_patience{2'000};
};

/// Takes the lines of the whole program, those of spdlog's default logger, too. One at a time.
/// Its thread takes no signals that are sent to the process, whenever they come to be blocked.
class Output {
  public:
    explicit Output(const OutputOptions& options);
    /// Writes what waits, as far as it is taken in time.
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Lines that were dropped since the program started: too many waited, or they were not taken.
std::uint64_t lines_dropped();

}  // namespace penstock::log

#pragma once

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
};

/// Takes the lines of the whole program, those of spdlog's default logger, too. One at a time.
class Output {
  public:
    explicit Output(const OutputOptions& options);
    /// Writes what waits.
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Lines that were dropped because too many waited, since the program started.
std::uint64_t lines_dropped();

}  // namespace penstock::log

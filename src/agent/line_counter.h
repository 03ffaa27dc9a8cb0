#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "format/result_pattern.h"

namespace penstock::agent {

/// Counts results in a log that is read piece by piece, however it is cut into pieces.
///
/// A line ends with a line feed or a carriage return (progress bars write those), and an empty one
/// never counts. Of a line only the first 4,096 bytes are looked at. Any bytes may come.
class LineCounter {
  public:
    explicit LineCounter(format::ResultPattern pattern) : pattern_(std::move(pattern)) {}

    void take(std::string_view piece);
    /// The log has ended: what is left without a line break is a line, too.
    void end();

    /// Lines that held the pattern, or, where it has a group, the most that the group has read.
    std::uint64_t count() const { return count_; }

  private:
    void append(std::string_view text);

    format::ResultPattern pattern_;
    std::string line_;  ///< The beginning of the line that has not ended.
    std::uint64_t count_ = 0;
};

}  // namespace penstock::agent

#pragma once

#include <cstdint>
#include <string>

#include "files/descriptor.h"

namespace penstock::agent {

/// What a task writes, in a file of limited size. What comes after the limit is read, so that the
/// task does not stall, and dropped, with one line that says so.
class OutputLog {
  public:
    OutputLog(const std::string& path, std::uint64_t size_max);

    /// Moves all that can be read now from a descriptor that does not block into the file.
    /// @return Whether more may come: false once all writers have closed it.
    bool take_from(int descriptor);

    /// The last of what was written, up to 500 bytes, without the final line break.
    std::string tail() const;

  private:
    void append(std::string_view text);

    files::Descriptor file_;
    std::uint64_t size_max_;
    std::uint64_t size_ = 0;
    bool is_full_ = false;
    std::string tail_;
};

}  // namespace penstock::agent

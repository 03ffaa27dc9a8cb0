#pragma once

#include <string_view>

#include "log/line.h"

namespace penstock::log {

/// From lines to the one output there is, if there is one. Of this folder alone.
class Channel {
  public:
    static bool is_on(Level level);
    static Format format();
    /// @param text  As Line makes it.
    static void write(Level level, std::string_view text);
};

}  // namespace penstock::log

#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::files {

// 14011 and 15001 were this fault when server and agent each had their own.
inline constexpr Rejection kFileFault{
    18001, Code::unavailable, "FILE_FAULT",
    "A file could not be read or written; see the detail, and check its folder, owner and free "
    "space."};

/// "cannot open /x/y: No such file or directory", from errno.
std::string fault_text(std::string_view doing, std::string_view path);

/// kFileFault with that detail.
std::unexpected<Error> fault(std::string_view doing, std::string_view path);

}  // namespace penstock::files

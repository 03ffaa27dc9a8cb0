#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::shell {

inline constexpr Rejection kFileFault{
    14011, Code::unavailable, "FILE_FAULT",
    "A file of the server could not be read or written; check its folder, owner and free space."};

/// Replaces a file as a whole: readers see the old content or the new, also after a power cut.
/// @param pieces  Written one after another.
/// @param mode    Permission bits of the new file.
/// @param before_rename  Called when the new content is on the disk, beside its place.
/// @retval kFileFault  The old content is still there.
Result<void> write_durably(const std::filesystem::path& path,
                           std::initializer_list<std::string_view> pieces, mode_t mode = 0600,
                           const std::function<void()>& before_rename = {});

/// The whole content.
/// @param bytes_max    More than this is refused.
/// @retval kFileFault  Not there, not readable, or too large.
Result<std::string> read_whole(const std::filesystem::path& path, std::uint64_t bytes_max);

}  // namespace penstock::shell

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::agent {

/// A file that a task left to be delivered.
struct OutputFile {
    std::string path;  ///< Relative to the working folder, '/' between parts, UTF-8.
    std::string file;  ///< Absolute.
    std::uint64_t size_bytes = 0;
};

/// Most that an agent delivers of one task.
struct OutputLimits {
    std::size_t files_max = 256;          ///< As the exchange takes.
    std::uint64_t size_max = 8ULL << 30;  ///< Of all together.
    std::size_t entries_max = 200'000;    ///< That are looked at.
};

/// The regular files below `folder` that match a pattern (glob.h), by path. Links are neither
/// followed nor delivered, so that nothing outside the folder is; nor are files whose names are not
/// plain text.
///
/// The folder must not change meanwhile: its task has ended.
/// @retval kOutputsTooLarge  A limit is exceeded.
/// @retval kFileFault        The folder cannot be read.
Result<std::vector<OutputFile>> find_outputs(const std::string& folder,
                                             const std::vector<std::string>& patterns,
                                             const OutputLimits& limits = {});

}  // namespace penstock::agent

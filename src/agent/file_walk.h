#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"

namespace penstock::agent {

/// How much of a folder is looked at.
struct WalkLimits {
    std::size_t entries_max = 200'000;
    /// Whether to look into a folder; empty: into all, 64 levels deep.
    std::function<bool(const std::string& path)> enters = {};
};

/// Called with a file's path, relative to the folder and with '/' between parts, and its size.
using FileVisitor = std::function<Result<void>(const std::string& path, std::uint64_t size_bytes)>;

/// Visits the regular files below a folder, in no order. Links are neither followed nor visited, so
/// that nothing outside the folder is; nor are files whose names are not plain text.
///
/// The folder may change meanwhile: then what comes and goes is visited or not.
/// @retval kOutputsTooLarge  There are more than `entries_max` entries; so many were looked at.
/// @retval kFileFault        The folder cannot be read.
/// @return Else the first fault of the visitor, which ends the walk.
Result<void> walk_files(const std::string& folder, const WalkLimits& limits,
                        const FileVisitor& visit);

}  // namespace penstock::agent

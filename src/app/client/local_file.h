#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::client {

/// @retval kLocalFile
Result<std::string> read_file(const std::filesystem::path& path);

/// Puts a file in place as a whole, waiting for the disk; its folder is made when it is missing.
/// @retval kLocalFile
Result<void> write_file(const std::filesystem::path& path, std::string_view content);

/// SHA-256 of a file, as 64 hexadecimal digits, without holding it in memory.
/// @retval kLocalFile
Result<std::string> digest_of_file(const std::filesystem::path& path);

}  // namespace penstock::client

#pragma once

#include <cstdint>
#include <filesystem>

#include "app/doctor/report.h"

namespace penstock::doctor {

/// Whether others may read what must be secret, or write anything; and whether all is one user's.
void check_permissions(const std::filesystem::path& folder, Report& report);

/// Whether there is room where a folder lies.
/// @param bytes_min  Below this nothing works.
void check_free_space(const std::filesystem::path& folder, std::uint64_t bytes_min, Report& report);

}  // namespace penstock::doctor

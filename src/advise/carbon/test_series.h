#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "advise/carbon/series.h"

namespace penstock::carbon {

/// A week and more of days that are alike but not the same: cheap at noon, a different level each
/// day, and some noise; by a seed.
inline HourlySeries uneven_days(std::int64_t hours, std::uint32_t seed) {
    std::vector<std::int64_t> values;
    std::uint32_t state = seed * 2'654'435'761U + 1;
    std::int64_t level = 0;
    for (std::int64_t hour = 0; hour < hours; ++hour) {
        state = state * 1'664'525U + 1'013'904'223U;
        if (hour % 24 == 0) level = static_cast<std::int64_t>(state >> 16) % 120'000;
        const std::int64_t noon = std::abs(hour % 24 - 12);
        values.push_back(60'000 + level + noon * 15'000 +
                         static_cast<std::int64_t>(state >> 18) % 30'000);
    }
    return HourlySeries(std::move(values));
}

/// A file of carbon/ under PENSTOCK_DATA, or in shared/data beside a folder above this one; none
/// when it is not on this machine.
inline std::optional<std::string> carbon_data(const std::string& name) {
    const auto read = [&](const std::filesystem::path& data) -> std::optional<std::string> {
        std::ifstream file(data / "carbon" / name);
        if (!file) return std::nullopt;
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    if (const char* named = std::getenv("PENSTOCK_DATA")) return read(named);
    for (auto folder = std::filesystem::current_path(); folder != folder.parent_path();
         folder = folder.parent_path()) {
        if (auto found = read(folder / "shared" / "data")) return found;
    }
    return std::nullopt;
}

}  // namespace penstock::carbon

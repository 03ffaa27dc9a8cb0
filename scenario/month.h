#pragma once

#include <cstdint>
#include <filesystem>

namespace penstock::scenario {

struct MonthOptions {
    std::uint64_t seed = 1;
    std::size_t parties = 200;          ///< The operator included; a fifth of the others supplies.
    std::size_t contracts = 2'000;      ///< A tenth of them by the core, with tasks.
    std::filesystem::path folder;       ///< Where tables, exports and samples are written.
    std::filesystem::path focus_rules;  ///< The official FOCUS files.
};

/// February 2028, which has a leap day, of a city's exchange, and what comes of it until all is
/// paid. Prints its progress, and what was found wrong.
/// @return Whether everything holds.
bool play_month(const MonthOptions& options);

}  // namespace penstock::scenario

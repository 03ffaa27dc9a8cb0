#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "app/client/session.h"

namespace penstock::client {

/// An interval as people give it: days, or instants.
struct PeriodInput {
    std::string from;
    std::string until;
    std::int32_t utc_offset_minutes = 480;  ///< Where days begin.
};

/// 0 where none was given.
struct Period {
    std::int64_t from_ns = 0;
    std::int64_t until_ns = 0;
};

/// Adds --from and --until.
/// @return --from, which may be required.
CLI::Option* add_period_options(CLI::App& command, PeriodInput& input);
/// Adds --utc-offset.
void add_offset_option(CLI::App& command, PeriodInput& input);

/// @retval kUsage  One of them is no time.
RemoteResult<Period> read_period(const PeriodInput& input, std::int32_t utc_offset_minutes);

}  // namespace penstock::client

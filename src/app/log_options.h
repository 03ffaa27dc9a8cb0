#pragma once

#include <CLI/CLI.hpp>

#include "log/output.h"

namespace penstock::app {

/// Adds --log-format and --log-level.
/// @param options  Outlives the parsing.
void add_log_options(CLI::App& verb, log::OutputOptions& options);

}  // namespace penstock::app

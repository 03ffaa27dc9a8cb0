#pragma once

#include <CLI/CLI.hpp>

namespace penstock::app {

/// Adds `penstock focus check`.
void add_focus_verb(CLI::App& app);

}  // namespace penstock::app

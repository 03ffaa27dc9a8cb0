#pragma once

#include <CLI/CLI.hpp>

namespace penstock::app {

/// Adds `penstock agent`, and the programs that it runs of itself: `shim` and `measure`.
void add_agent_verbs(CLI::App& app);

}  // namespace penstock::app

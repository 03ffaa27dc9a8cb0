#pragma once

#include <CLI/CLI.hpp>

namespace penstock::app {

/// `penstock delay`: how long packets take between places. Needs no server.
void add_delay_verb(CLI::App& app);

}  // namespace penstock::app

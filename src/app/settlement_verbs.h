#pragma once

#include <CLI/CLI.hpp>

namespace penstock::app {

/// Adds `penstock settlement bill` and `penstock settlement statement`, which need no server.
void add_settlement_verbs(CLI::App& app);

}  // namespace penstock::app

#pragma once

#include <CLI/CLI.hpp>

namespace penstock::app {

/// Adds `penstock server`, which runs an exchange until SIGTERM or SIGINT, and `penstock rebuild`.
void add_server_verbs(CLI::App& app);

}  // namespace penstock::app

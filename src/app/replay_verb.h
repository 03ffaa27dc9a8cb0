#pragma once

#include <CLI/CLI.hpp>

namespace penstock::app {

/// `penstock replay`: published experiments again, on their data. Needs no server.
void add_replay_verb(CLI::App& app);

}  // namespace penstock::app

#pragma once

#include <CLI/CLI.hpp>

namespace penstock::app {

/// backup, restore
void add_backup_verbs(CLI::App& app);

}  // namespace penstock::app

#pragma once

#include <CLI/CLI.hpp>

namespace penstock::app {

/// Adds `penstock estimate training`, `finetune`, `inference` and `check` (docs/estimator.md). They
/// need no server.
void add_estimate_verbs(CLI::App& app);

}  // namespace penstock::app

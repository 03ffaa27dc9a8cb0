#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <vector>

namespace penstock::app {

/// Adds --seal-key to a verb. Where it is not given, PENSTOCK_SEAL_KEY names the files (with colons
/// between them), or else the systemd credential `seal-key` is taken if there is one.
void add_seal_key_option(CLI::App& verb, std::vector<std::filesystem::path>& seal_keys);

/// Adds `penstock make-seal-key`, `rotate-key` and `operator-key`.
void add_secret_verbs(CLI::App& app);

}  // namespace penstock::app

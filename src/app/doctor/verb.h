#pragma once

#include <CLI/CLI.hpp>

namespace penstock::doctor {

/// Adds `penstock doctor`.
void add_doctor_verb(CLI::App& app);

}  // namespace penstock::doctor

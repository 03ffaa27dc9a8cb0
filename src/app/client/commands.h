#pragma once

#include <CLI/CLI.hpp>

#include "app/client/plan_intent.h"

namespace penstock::client {

/// Adds every verb that talks to a server, and `verify` and `bank check`, which need none.
///
/// A verb runs while the command line is parsed. On failure it prints its error and throws
/// CLI::RuntimeError with the exit code: 1 when something was refused, failed or is not true, 2 for
/// a wrong command line. exit_code() turns CLI11's own errors into 2 too.
/// @param plan_intent  What `plan` does with a sentence; without it, it takes task files alone.
void add_client_commands(CLI::App& app, PlanIntent plan_intent = {});

/// What the program ends with after `app.parse` threw: prints help or the usage error if needed.
int exit_code(const CLI::App& app, const CLI::ParseError& error);

}  // namespace penstock::client

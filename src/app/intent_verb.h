#pragma once

#include <CLI/CLI.hpp>

namespace penstock::app {

/// `penstock intent`: reads sentences, checks intents, imports files of others. Needs no server.
void add_intent_verb(CLI::App& app);

}  // namespace penstock::app

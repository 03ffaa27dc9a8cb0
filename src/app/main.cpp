// penstock: an exchange for compute. Server, agent and client in one program.
#include <CLI/CLI.hpp>
#include <string>

#include "agent_verb.h"
#include "app/client/commands.h"
#include "app/doctor/verb.h"
#include "app/estimate/verb.h"
#include "app/recommend/plan_intent.h"
#include "backup_verb.h"
#include "base/version.h"
#include "delay_verb.h"
#include "focus_verb.h"
#include "intent_verb.h"
#include "replay_verb.h"
#include "secret_verbs.h"
#include "server_verb.h"
#include "settlement_verbs.h"

int main(int count, char** arguments) {
    CLI::App app{
        "penstock: an exchange for compute\n"
        "The guides, docs/, lie in the source, or in /usr/share/doc/penstock.",
        "penstock"};
    app.set_version_flag("--version", std::string("penstock ") + penstock::kVersion);
    app.require_subcommand(1);
    penstock::app::add_server_verbs(app);
    penstock::app::add_secret_verbs(app);
    penstock::app::add_backup_verbs(app);
    penstock::app::add_agent_verbs(app);
    penstock::app::add_estimate_verbs(app);
    penstock::app::add_focus_verb(app);
    penstock::app::add_intent_verb(app);
    penstock::app::add_settlement_verbs(app);
    penstock::app::add_delay_verb(app);
    penstock::app::add_replay_verb(app);
    penstock::doctor::add_doctor_verb(app);
    penstock::client::add_client_commands(app, penstock::app::plan_intent);
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        return penstock::client::exit_code(app, error);
    }
    return 0;
}

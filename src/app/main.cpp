// penstock: an exchange for compute. Server, agent and client in one program.
#include <CLI/CLI.hpp>

#include "agent_verb.h"
#include "app/client/commands.h"
#include "secret_verbs.h"
#include "server_verb.h"

int main(int count, char** arguments) {
    CLI::App app{"penstock: an exchange for compute", "penstock"};
    app.set_version_flag("--version", "penstock 0.1.0");
    app.require_subcommand(1);
    penstock::app::add_server_verbs(app);
    penstock::app::add_secret_verbs(app);
    penstock::app::add_agent_verbs(app);
    penstock::client::add_client_commands(app);
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        return penstock::client::exit_code(app, error);
    }
    return 0;
}

#include "app/client/commands.h"

#include "app/client/verbs.h"

namespace penstock::client {

void add_client_commands(CLI::App& app) {
    add_party_verbs(app);
    add_money_verbs(app);
    add_catalog_verbs(app);
    add_plan_verb(app);
    add_apply_verb(app);
    add_workload_verbs(app);
    add_contract_verbs(app);
    add_evidence_verbs(app);
    add_call_verb(app);
}

int exit_code(const CLI::App& app, const CLI::ParseError& error) {
    const int code = app.exit(error);
    const bool ours = error.get_name() == "RuntimeError";
    return code == 0 || ours ? code : 2;
}

}  // namespace penstock::client

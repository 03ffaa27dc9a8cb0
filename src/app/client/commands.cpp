#include "app/client/commands.h"

#include <fmt/core.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "app/client/verbs.h"
#include "base/edit_distance.h"

namespace penstock::client {

void add_client_commands(CLI::App& app, PlanIntent plan_intent) {
    add_party_verbs(app);
    add_user_verbs(app);
    add_key_verbs(app);
    add_money_verbs(app);
    add_account_verbs(app);
    add_catalog_verbs(app);
    add_price_verbs(app);
    add_terms_verbs(app);
    add_plan_verb(app, std::move(plan_intent));
    add_trial_verb(app);
    add_apply_verb(app);
    add_workload_verbs(app);
    add_contract_verbs(app);
    add_contract_verb(app);
    add_evidence_verbs(app);
    add_audit_verb(app);
    add_bank_verbs(app);
    add_withdrawal_verbs(app);
    add_guarantee_verbs(app);
    add_settlement_verbs(app);
    add_dispute_verbs(app);
    add_usage_verbs(app);
    add_call_verb(app);
}

namespace {

/// Says that there is no such verb, and which one may be meant.
void tell_unknown_verb(const CLI::App& app, const std::string& given) {
    constexpr std::size_t likely_max = 2;
    std::string likely;
    std::size_t least = likely_max + 1;
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        const std::size_t far = edit_distance(given, verb->get_name());
        if (verb->get_group().empty() || far >= least) continue;
        likely = verb->get_name();
        least = far;
    }
    fmt::print(stderr, "penstock: there is no verb '{}'; {}\n", given,
               likely.empty() ? "--help lists them" : "did you mean " + likely + "?");
}

}  // namespace

int exit_code(const CLI::App& app, const CLI::ParseError& error) {
    const auto& verbs = app.get_subcommands();
    const auto rest = app.remaining();
    if (error.get_exit_code() != 0 && verbs.empty() && !rest.empty() && rest[0][0] != '-') {
        tell_unknown_verb(app, rest[0]);
        return 2;
    }
    const int code = app.exit(error);
    const bool ours = error.get_name() == "RuntimeError";
    return code == 0 || ours ? code : 2;
}

}  // namespace penstock::client

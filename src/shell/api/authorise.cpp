#include "shell/api/authorise.h"

#include "base/try.h"
#include "core/exchange/authorise.h"
#include "core/exchange/error.h"
#include "core/exchange/state.h"
#include "core/party/permission.h"

namespace penstock::shell {

Result<party::Caller> authorise(const exchange::Exchange& exchange, const exchange::Actor& actor,
                                Instant now, const transport::Method& method,
                                const google::protobuf::Message& request, Ownership ownership) {
    const exchange::State& state = exchange.state();
    if (!state.settings.is_open()) return reject(exchange::kNotOpen);
    TRY_ASSIGN(const party::Caller caller, exchange::identify(state, actor, now));
    TRY(state.directory.check_permission(caller, static_cast<party::Permission>(method.permission),
                                         party::Effect::finish));
    if (method.owner_field != nullptr && ownership == Ownership::checked)
        TRY(exchange::check_owner(state, caller, request, *method.owner_field,
                                  exchange::Access::read));
    return caller;
}

bool is_operator(const exchange::Exchange& exchange, const party::Caller& caller) {
    return caller.kind == party::Caller::Kind::member &&
           caller.party == exchange.state().settings.exchange_operator;
}

}  // namespace penstock::shell

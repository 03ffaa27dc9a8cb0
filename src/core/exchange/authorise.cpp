#include "core/exchange/authorise.h"

#include <optional>
#include <string>

#include "base/assert.h"
#include "base/try.h"
#include "core/contract/error.h"
#include "core/exchange/error.h"
#include "core/exchange/ids.h"

namespace penstock::exchange {
namespace {

struct Owner {
    PartyId party;
    AgentId agent;            ///< 0 when the resource is not one agent's alone.
    bool is_retired = false;  ///< Was there once; who owned it is no longer known here.
};
using Found = Result<std::optional<Owner>>;

Found owner_of_attempt(const State& state, std::string_view text) {
    TRY_ASSIGN(const AttemptId id, read_id<AttemptId>(text, "attempt"));
    if (const auto* attempt = state.tasks.find_attempt(id))
        return Owner{state.directory.agent(attempt->agent).party, attempt->agent};
    if (state.tasks.attempts().was_issued(id)) return Owner{{}, {}, true};
    return std::nullopt;
}

Found owner_of_place(const State& state, std::string_view field, std::string_view text) {
    if (field == "agent") {
        TRY_ASSIGN(const AgentId id, read_id<AgentId>(text, "agent"));
        const auto* agent = state.directory.find_agent(id);
        if (agent == nullptr) return std::nullopt;
        return Owner{agent->party, id};
    }
    if (field == "pool") {
        TRY_ASSIGN(const PoolId id, read_id<PoolId>(text, "pool"));
        const auto* pool = state.catalog.find_pool(id);
        if (pool == nullptr) return std::nullopt;
        return Owner{pool->party, pool->agent};
    }
    TRY_ASSIGN(const ProductId id, read_id<ProductId>(text, "product"));
    const auto* product = state.catalog.find_product(id);
    if (product == nullptr) return std::nullopt;
    return Owner{product->party, state.catalog.pool(product->pool).agent};
}

Found owner_of_work(const State& state, std::string_view field, std::string_view text) {
    if (field == "order") {
        TRY_ASSIGN(const OrderId id, read_id<OrderId>(text, "order"));
        if (const auto* order = state.contracts.find_order(id)) return Owner{order->buyer, {}};
        if (state.contracts.orders().was_issued(id)) return Owner{{}, {}, true};
        return std::nullopt;
    }
    if (field == "contract") {
        TRY_ASSIGN(const ContractId id, read_id<ContractId>(text, "contract"));
        if (const auto* contract = state.contracts.find(id))
            return Owner{contract->terms.buyer, {}};
        if (state.contracts.contracts().was_issued(id)) return Owner{{}, {}, true};
        return std::nullopt;
    }
    WorkloadId workload_id;
    if (field == "task") {
        TRY_ASSIGN(const TaskId id, read_id<TaskId>(text, "task"));
        const auto* task = state.tasks.find_task(id);
        if (task == nullptr && state.tasks.tasks().was_issued(id)) return Owner{{}, {}, true};
        if (task == nullptr) return std::nullopt;
        workload_id = task->workload;
    } else {
        TRY_ASSIGN(workload_id, read_id<WorkloadId>(text, "workload"));
    }
    if (const auto* workload = state.tasks.find_workload(workload_id))
        return Owner{workload->buyer, {}};
    if (state.tasks.workloads().was_issued(workload_id)) return Owner{{}, {}, true};
    return std::nullopt;
}

Found owner_of(const State& state, std::string_view field, std::string_view text) {
    if (field == "attempt") return owner_of_attempt(state, text);
    if (field == "agent" || field == "pool" || field == "product")
        return owner_of_place(state, field, text);
    if (field == "order" || field == "contract" || field == "workload" || field == "task")
        return owner_of_work(state, field, text);
    if (field == "party") {
        TRY_ASSIGN(const PartyId id, read_id<PartyId>(text, "party"));
        if (state.directory.find_party(id) == nullptr) return std::nullopt;
        return Owner{id, {}};
    }
    if (field == "user") {
        TRY_ASSIGN(const UserId id, read_id<UserId>(text, "user"));
        const auto* user = state.people.find_user(id);
        if (user == nullptr) return std::nullopt;
        return Owner{user->party, {}};
    }
    if (field == "session") {
        TRY_ASSIGN(const SessionId id, read_id<SessionId>(text, "session"));
        const auto* session = state.people.find_session(id);
        if (session == nullptr) return std::nullopt;
        return Owner{state.people.user(session->user).party, {}};
    }
    if (field == "change_order") {
        TRY_ASSIGN(const ChangeOrderId id, read_id<ChangeOrderId>(text, "change_order"));
        if (const auto* change = state.change_orders.find(id))
            return Owner{state.contracts.at(change->contract).terms.buyer, {}};
        if (state.change_orders.was_issued(id)) return Owner{{}, {}, true};
        return std::nullopt;
    }
    if (field == "bill") {
        TRY_ASSIGN(const BillId id, read_id<BillId>(text, "bill"));
        if (const auto* bill = state.bills.find(id)) return Owner{bill->buyer, {}};
        if (state.bills.was_issued(id)) return Owner{{}, {}, true};
        return std::nullopt;
    }
    if (field == "dispute") {
        TRY_ASSIGN(const DisputeId id, read_id<DisputeId>(text, "dispute"));
        if (const auto* dispute = state.bills.find_dispute(id)) return Owner{dispute->buyer, {}};
        if (state.bills.was_opened(id)) return Owner{{}, {}, true};
        return std::nullopt;
    }
    if (field == "withdrawal") {
        TRY_ASSIGN(const WithdrawalId id, read_id<WithdrawalId>(text, "withdrawal"));
        const auto* withdrawal = state.withdrawals.find(id);
        if (withdrawal == nullptr) return std::nullopt;
        return Owner{withdrawal->party, {}};
    }
    if (field == "account") {
        TRY_ASSIGN(const AccountId id, read_id<AccountId>(text, "account"));
        const auto* account = state.ledger.find(id);
        if (account == nullptr) return std::nullopt;
        return Owner{account->party, {}};
    }
    PENSTOCK_ASSERT(field == "key");
    TRY_ASSIGN(const KeyId id, read_id<KeyId>(text, "key"));
    const auto* key = state.directory.find_key(id);
    if (key == nullptr) return std::nullopt;
    return Owner{key->party, {}};
}

}  // namespace

Result<party::Caller> identify(const State& state, const Actor& actor, Instant now) {
    switch (actor.kind) {
        case Actor::Kind::anonymous:
            return party::Caller{};
        case Actor::Kind::key:
            return state.directory.identify_key(KeyId{actor.id}, now);
        case Actor::Kind::agent:
            return state.directory.identify_agent(AgentId{actor.id});
        case Actor::Kind::system:
            return party::Caller{.kind = party::Caller::Kind::system};
        case Actor::Kind::session:
            return state.people.identify(SessionId{actor.id}, now);
    }
    PENSTOCK_ASSERT(false && "an actor of no kind");
}

Result<void> check_owner(const State& state, const party::Caller& caller,
                         const google::protobuf::Message& request,
                         const google::protobuf::FieldDescriptor& field, Access access) {
    if (caller.kind == party::Caller::Kind::system) return {};
    const std::string text = request.GetReflection()->GetString(request, &field);
    TRY_ASSIGN(const auto owner, owner_of(state, field.name(), text));
    if (owner && owner->is_retired) return {};
    const bool is_operator = caller.kind == party::Caller::Kind::member &&
                             caller.party == state.settings.exchange_operator;
    if (is_operator && owner && access == Access::read) return {};
    const bool same_agent = caller.kind != party::Caller::Kind::agent || !owner || !owner->agent ||
                            owner->agent == caller.agent;
    if (!owner || owner->party != caller.party || !same_agent)
        return reject(kNotYours, field.name());
    return {};
}

Result<ContractId> read_supplied_contract(const State& state, const party::Caller& caller,
                                          const std::string& text) {
    TRY_ASSIGN(const ContractId id, read_id<ContractId>(text, "contract"));
    TRY_ASSIGN(const contract::Contract* contract, state.contracts.require(id));
    const bool is_agent = caller.kind == party::Caller::Kind::agent;
    if (contract->terms.supplier != caller.party ||
        (is_agent && contract->terms.agent != caller.agent))
        return reject(contract::kNotTheSupplier, "contract");
    return id;
}

}  // namespace penstock::exchange

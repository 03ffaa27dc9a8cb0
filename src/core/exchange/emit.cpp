#include "core/exchange/emit.h"

#include <string>

#include "core/exchange/amounts.h"
#include "core/exchange/describe.h"

namespace penstock::exchange {

void emit_party(Context& context, PartyId id) {
    describe(context.state, id, context.events.fresh().mutable_party_changed());
    context.events.emit();
}

void emit_key(Context& context, KeyId id) {
    describe(context.state, id, context.events.fresh().mutable_key_changed());
    context.events.emit();
}

void emit_agent(Context& context, AgentId id) {
    describe(context.state, id, context.events.fresh().mutable_agent_changed());
    context.events.emit();
}

void emit_pool(Context& context, PoolId id) {
    describe(context.state, id, context.now, context.events.fresh().mutable_pool_changed());
    context.events.emit();
}

void emit_product(Context& context, ProductId id) {
    describe(context.state, id, context.now, context.events.fresh().mutable_product_changed());
    context.events.emit();
}

void emit_top_up(Context& context, TopUpId id, std::string_view bank_reference) {
    const ledger::TopUp& top_up = *context.state.ledger.find_top_up(id);
    v1::TopUp* out = context.events.fresh().mutable_top_up_changed();
    out->set_id(id.text());
    out->set_party(top_up.party.text());
    write_money(top_up.amount, top_up.currency, out->mutable_amount());
    out->set_reference(ledger::top_up_reference(id));
    out->set_confirmed(top_up.confirmed);
    out->set_bank_reference(std::string(bank_reference));
    context.events.emit();
}

void emit_contract(Context& context, ContractId id) {
    describe(context.state, id, context.events.fresh().mutable_contract_changed());
    context.events.emit();
}

void emit_workload(Context& context, WorkloadId id) {
    describe(context.state, id, context.events.fresh().mutable_workload_changed());
    context.events.emit();
}

void emit_transfer(Context& context, const Posted& posted, std::string_view purpose,
                   std::string_view subject) {
    v1::Transfer* out = context.events.fresh().mutable_transfer_posted();
    out->set_id(posted.id.text());
    out->set_debit_account(posted.debit.text());
    out->set_credit_account(posted.credit.text());
    write_money(posted.amount, context.state.ledger.account(posted.debit).currency,
                out->mutable_amount());
    out->set_purpose(std::string(purpose));
    out->set_subject(std::string(subject));
    out->set_at_ns(context.now.ns);
    context.events.emit();
}

void emit_attempt(Context& context, AttemptId id, const task::Attempt& attempt,
                  std::string_view note) {
    const task::Task& task = context.state.tasks.task(attempt.task);
    const contract::Contract& contract = context.state.contracts.at(attempt.contract);
    v1::AttemptChanged* out = context.events.fresh().mutable_attempt_changed();
    out->set_attempt(id.text());
    out->set_attempt_number(attempt.number);
    out->set_task(attempt.task.text());
    out->set_task_index(task.index);
    out->set_workload(task.workload.text());
    out->set_contract(attempt.contract.text());
    out->set_order(contract.order.text());
    out->set_agent(attempt.agent.text());
    out->set_pool(contract.terms.pool.text());
    out->set_state(static_cast<v1::AttemptState>(attempt.state));
    out->set_task_state(static_cast<v1::TaskState>(task.state));
    out->set_note(std::string(note));
    if (task::is_final(attempt.state)) out->set_exit_code(task.exit_code);
    if (attempt.state == task::AttemptState::succeeded) {
        for (const task::Output& output : task.outputs) {
            v1::Artifact* artifact = out->add_outputs();
            artifact->set_path(output.path);
            artifact->set_digest(output.digest);
            artifact->set_size_bytes(output.size_bytes);
        }
    }
    context.events.emit();
}

}  // namespace penstock::exchange

#include "core/exchange/describe.h"

#include "base/identifier.h"
#include "core/exchange/amounts.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/change.h"
#include "core/exchange/result_band.h"
#include "core/exchange/rolling_escrow.h"

namespace penstock::exchange {
namespace {

template <std::size_t n>
std::string as_bytes(const std::array<std::uint8_t, n>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), n};
}

void describe_profile(const catalog::Pool& pool, PoolId id, v1::ProfileStatement* out) {
    const catalog::Profile& profile = *pool.profile;
    out->set_pool(id.text());
    out->set_agent(pool.agent.text());
    out->set_challenge(as_bytes(profile.challenge));
    out->set_measured_at_ns(profile.measured_at.ns);
    out->set_cores(profile.cores);
    out->set_memory_bytes(profile.memory_bytes);
    out->set_topology(profile.topology);
    out->set_cpu_model(profile.cpu_model);
    for (const std::uint32_t cpu : profile.cpu_ids) out->add_cpu_ids(cpu);
    for (const catalog::Measurement& measurement : profile.measurements) {
        v1::Measurement* item = out->add_measurements();
        item->set_name(measurement.name);
        item->set_unit(measurement.unit);
        item->set_value_milli(measurement.value_milli);
        item->set_spread_milli(measurement.spread_milli);
        item->set_repetitions(measurement.repetitions);
        item->set_method(measurement.method);
        item->set_software(measurement.software);
    }
}

std::string identifier(const State& state, IdentifierKind kind, std::uint64_t number) {
    return identifier_text({state.settings.identifier_issuer, kind, number});
}

}  // namespace

std::string identifier_of(const State& state, SiteId id) {
    return identifier(state, IdentifierKind::site, id.value);
}
std::string identifier_of(const State& state, PoolId id) {
    return identifier(state, IdentifierKind::pool, id.value);
}
std::string identifier_of(const State& state, ProductId id) {
    return identifier(state, IdentifierKind::resource, id.value);
}

void describe(const State& state, PartyId id, v1::Party* out) {
    const party::Party& party = state.directory.party(id);
    out->set_id(id.text());
    out->set_name(party.name);
    for (const auto role :
         {party::Role::buyer, party::Role::supplier, party::Role::exchange_operator}) {
        if (party.roles.contains(role)) out->add_roles(static_cast<v1::Role>(role));
    }
    out->set_state(static_cast<v1::PartyState>(party.state));
    out->set_registered_at_ns(party.registered_at.ns);
    out->set_decided_at_ns(party.decided_at.ns);
    out->set_decision_note(party.note);
}

void describe(const State& state, KeyId id, v1::ApiKey* out) {
    const party::ApiKey& key = state.directory.key(id);
    out->set_id(id.text());
    out->set_party(key.party.text());
    out->set_label(key.label);
    out->set_created_at_ns(key.created_at.ns);
    out->set_revoked(key.revoked);
    if (key.scopes != party::Permissions::all()) {
        for (const party::PermissionRow& row : party::kPermissions) {
            if (key.scopes.contains(row.permission))
                out->add_scopes(static_cast<v1::Permission>(row.permission));
        }
    }
    if (key.expires_at < kLastInstant) out->set_expires_at_ns(key.expires_at.ns);
    for (const std::string& network : key.networks) out->add_networks(network);
    out->set_last_used_at_ns(key.last_used_at.ns);
}

void describe(const State& state, UserId id, v1::User* out) {
    const party::User& user = state.people.user(id);
    out->set_id(id.text());
    out->set_party(user.party.text());
    for (int role = v1::UserRole_MIN + 1; role <= v1::UserRole_MAX; ++role) {
        if (user.roles.contains(static_cast<party::UserRole>(role)))
            out->add_roles(static_cast<v1::UserRole>(role));
    }
    out->set_state(static_cast<v1::UserState>(user.state));
    out->set_second_factor(user.has_second_factor());
    out->set_created_at_ns(user.created_at.ns);
    out->set_locked_until_ns(user.failures.locked_until.ns);
    out->set_profile(as_bytes(user.profile));
}

void describe(const State& state, SessionId id, v1::Session* out) {
    const party::Session& session = state.people.session(id);
    out->set_id(id.text());
    out->set_user(session.user.text());
    out->set_party(state.people.user(session.user).party.text());
    out->set_means(static_cast<v1::SignInMeans>(session.means));
    out->set_created_at_ns(session.created_at.ns);
    out->set_expires_at_ns(session.expires_at.ns);
    out->set_last_used_at_ns(session.last_used_at.ns);
    out->set_idle_seconds(static_cast<std::uint32_t>(session.idle.ns / seconds(1).ns));
    out->set_second_factor(session.second_factor);
}

void describe(const State& state, AgentId id, v1::Agent* out) {
    const party::Agent& agent = state.directory.agent(id);
    out->set_id(id.text());
    out->set_party(agent.party.text());
    out->set_pool(agent.pool.text());
    out->set_site(agent.site.text());
    out->set_public_key(as_bytes(agent.public_key));
    out->set_key_epoch(agent.key_epoch);
    out->set_live(agent.live);
    out->set_revoked(agent.revoked);
}

void describe(const State& state, PoolId id, Instant now, v1::Pool* out) {
    const catalog::Pool& pool = state.catalog.pool(id);
    out->set_id(id.text());
    out->set_party(pool.party.text());
    out->set_site(pool.site.text());
    out->set_site_name(state.catalog.site(pool.site).name);
    out->set_place(state.catalog.site(pool.site).place);
    if (pool.agent) out->set_agent(pool.agent.text());
    out->set_name(pool.name);
    out->set_identifier(identifier_of(state, id));
    if (pool.verified_profile(now) != nullptr) {
        describe_profile(pool, id, out->mutable_profile());
        out->set_profile_expires_at_ns(pool.profile_expires_at.ns);
    }
}

void describe(const State& state, ProductId id, Instant now, v1::Product* out) {
    const catalog::Product& product = state.catalog.product(id);
    out->set_id(id.text());
    out->set_party(product.party.text());
    out->set_pool(product.pool.text());
    out->set_name(product.name);
    write_money(product.price_per_core_hour, product.currency, out->mutable_price_per_core_hour());
    out->set_price_version(product.price_version);
    out->set_price_plan_version(product.plan_version);
    if (const auto terms = state.sale_terms.find(id); terms != state.sale_terms.end())
        out->set_sale_terms_version(terms->second.newest());
    out->set_cores(product.cores);
    out->set_listed(product.listed);
    out->set_identifier(identifier_of(state, id));
    out->set_supplier_name(state.directory.party(product.party).name);
    const auto free = state.capacity.free_at(id, now);
    out->set_cores_free_now(free > 0 ? static_cast<std::uint32_t>(free) : 0);
    const catalog::Pool& pool = state.catalog.pool(product.pool);
    out->set_place(state.catalog.site(pool.site).place);
    if (const auto* profile = pool.verified_profile(now)) {
        out->set_memory_per_core_bytes(catalog::memory_per_core_bytes(*profile));
        out->set_gemm_fp64_mflops_per_core(catalog::gemm_fp64_mflops_per_core(*profile));
    }
}

bool is_on_sale(const State& state, ProductId id, Instant now) {
    const catalog::Product& product = state.catalog.product(id);
    const catalog::Pool& pool = state.catalog.pool(product.pool);
    const party::Agent* agent = state.directory.find_agent(pool.agent);
    const bool is_live = agent != nullptr && agent->live && !agent->revoked;
    return product.listed && pool.verified_profile(now) != nullptr && is_live;
}

void describe(const State& state, AccountId id, v1::Account* out) {
    const ledger::Account& account = state.ledger.account(id);
    out->set_id(id.text());
    out->set_kind(static_cast<v1::AccountKind>(account.kind));
    if (account.party) out->set_party(account.party.text());
    out->set_currency(std::string(account.currency.text()));
    out->set_debits_pending(account.debits_pending.micros);
    out->set_debits_posted(account.debits_posted.micros);
    out->set_credits_pending(account.credits_pending.micros);
    out->set_credits_posted(account.credits_posted.micros);
}

void describe(const State& state, ContractId id, v1::Contract* out) {
    const contract::Contract& contract = state.contracts.at(id);
    const contract::Terms& terms = contract.terms;
    const auto money = [&](Money amount, v1::Money* to) {
        write_money(amount, terms.currency, to);
    };
    out->set_id(id.text());
    out->set_order(contract.order.text());
    out->set_buyer(terms.buyer.text());
    out->set_supplier(terms.supplier.text());
    out->set_product(terms.product.text());
    out->set_pool(terms.pool.text());
    out->set_cores(terms.cores);
    out->mutable_term()->set_start_ns(terms.term.start.ns);
    out->mutable_term()->set_end_ns(terms.term.end.ns);
    money(terms.price_per_core_hour, out->mutable_price_per_core_hour());
    out->set_price_version(terms.price_version);
    out->set_fee_basis_points(terms.fee_basis_points);
    out->set_state(static_cast<v1::ContractState>(contract.state));
    out->set_close_reason(static_cast<v1::CloseReason>(contract.close_reason));
    money(contract.escrow, out->mutable_escrow());
    money(contract.accrued, out->mutable_accrued());
    money(contract.charged, out->mutable_charged());
    money(contract.paid_to_supplier, out->mutable_paid_to_supplier());
    money(contract.operator_fee, out->mutable_operator_fee());
    money(contract.refunded, out->mutable_refunded());
    if (terms.plan_version != 0) out->set_price_plan_version(terms.plan_version);
    if (terms.band.is_set()) describe(state, terms, out->mutable_result_band());
    if (has_delivered(state, contract)) describe(state, contract, out->mutable_delivered());
    if (!terms.is_by_plan()) return;
    const auto components = plan_of(state, terms).components();
    for (std::size_t i = 0; i < components.size(); ++i) {
        if (terms.quantities[i] == 0) continue;
        v1::PlanQuantity& bought = *out->mutable_by_plan()->add_quantities();
        bought.set_component(components[i].name);
        bought.set_quantity(terms.quantities[i]);
    }
    v1::PlanPurchase& by_plan = *out->mutable_by_plan();
    by_plan.set_accept_until_ns(contract.accept_until.ns);
    by_plan.set_sale_terms_version(terms.sale_terms_version);
    by_plan.set_post_paid(terms.post_paid);
    describe_changes(state, contract, &by_plan);
    if (const auto window = state.escrow_windows.find(id); window != state.escrow_windows.end()) {
        by_plan.set_covered_until_ns(window->second.covered_until.ns);
        by_plan.set_suspended_since_ns(window->second.suspended_since.ns);
        by_plan.set_suspended_until_ns(suspended_until(state, id).ns);
    }
    if (contract.charged_time == Interval{}) return;
    v1::Interval& time = *by_plan.mutable_charged_time();
    time.set_start_ns(contract.charged_time.start.ns);
    time.set_end_ns(contract.charged_time.end.ns);
}

void describe(const State& state, WorkloadId id, v1::Workload* out) {
    const task::Workload& workload = state.tasks.workload(id);
    out->set_id(id.text());
    out->set_order(workload.order.text());
    out->set_name(workload.name);
    out->set_tasks(workload.task_count);
    out->set_waiting(static_cast<std::uint32_t>(workload.waiting.size()));
    out->set_running(workload.active);
    out->set_succeeded(workload.succeeded);
    out->set_failed(workload.failed);
    out->set_cancelled(workload.cancelled);
    out->set_reassigned(workload.reassigned);
    out->set_ended(workload.is_ended);
    if (workload.result_unit.empty()) return;
    out->set_result_unit(workload.result_unit);
    out->set_quoted_per(workload.quoted_per);
}

void describe(const State& state, TaskId id, v1::Task* out) {
    const task::Task& task = state.tasks.task(id);
    out->set_id(id.text());
    out->set_workload(task.workload.text());
    out->set_index(task.index);
    out->set_state(static_cast<v1::TaskState>(task.state));
    out->set_attempts(task.attempts);
    out->set_lost_attempts(task.losses);
    out->set_exit_code(task.exit_code);
    out->set_note(task.note);
    const task::Attempt* attempt = state.tasks.find_attempt(task.last_attempt);
    out->set_results(attempt == nullptr ? task.results : attempt->metered.results);
    for (const task::Output& output : task.outputs) {
        v1::Artifact* artifact = out->add_outputs();
        artifact->set_path(output.path);
        artifact->set_digest(output.digest);
        artifact->set_size_bytes(output.size_bytes);
    }
    const contract::Contract* contract = state.contracts.find(task.last_contract);
    if (contract == nullptr) return;
    out->set_pool(contract->terms.pool.text());
    out->set_supplier_name(state.directory.party(contract->terms.supplier).name);
}

}  // namespace penstock::exchange

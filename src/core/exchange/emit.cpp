#include "core/exchange/emit.h"

#include "core/exchange/arrears.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/change.h"
#include "core/exchange/describe.h"
#include "core/exchange/result_band.h"
#include "core/exchange/rolling_escrow.h"

namespace penstock::exchange {

void emit_party(Context& context, PartyId id) {
    v1::Party body;
    describe(context.state, id, &body);
    context.events.emit_message(v1::Event::kPartyChanged, body);
}

void emit_key(Context& context, KeyId id) {
    v1::ApiKey body;
    describe(context.state, id, &body);
    context.events.emit_message(v1::Event::kKeyChanged, body);
}

void emit_user(Context& context, UserId id) {
    v1::User body;
    describe(context.state, id, &body);
    if (body.locked_until_ns() <= context.now.ns) body.clear_locked_until_ns();
    context.events.emit_message(v1::Event::kUserChanged, body);
}

void emit_session(Context& context, SessionId id) {
    v1::Session body;
    describe(context.state, id, &body);
    context.events.emit_message(v1::Event::kSessionChanged, body);
}

void emit_session_ended(Context& context, SessionId id, UserId user) {
    v1::Session body;
    body.set_id(id.text());
    body.set_user(user.text());
    body.set_party(context.state.people.user(user).party.text());
    body.set_ended(true);
    context.events.emit_message(v1::Event::kSessionChanged, body);
}

void emit_sign_in_failed(Context& context, UserId user, bool known_device) {
    v1::SignInFailed body;
    body.set_user(user.text());
    const Instant until = context.state.people.user(user).failures.locked_until;
    if (until > context.now) body.set_locked_until_ns(until.ns);
    body.set_known_device(known_device);
    context.events.emit_message(v1::Event::kSignInFailed, body);
}

void emit_agent(Context& context, AgentId id) {
    v1::Agent body;
    describe(context.state, id, &body);
    context.events.emit_message(v1::Event::kAgentChanged, body);
}

void emit_pool(Context& context, PoolId id) {
    v1::Pool body;
    describe(context.state, id, context.now, &body);
    context.events.emit_message(v1::Event::kPoolChanged, body);
}

void emit_product(Context& context, ProductId id) {
    v1::Product body;
    describe(context.state, id, context.now, &body);
    context.events.emit_message(v1::Event::kProductChanged, body);
}

void emit_top_up(Context& context, TopUpId id, std::string_view bank_reference) {
    const ledger::TopUp& top_up = *context.state.ledger.find_top_up(id);
    context.events.emit(v1::Event::kTopUpChanged, [&](MessageWriter& out) {
        out.id(v1::TopUp::kIdFieldNumber, id);
        out.id(v1::TopUp::kPartyFieldNumber, top_up.party);
        out.money(v1::TopUp::kAmountFieldNumber, top_up.amount, top_up.currency);
        out.text(v1::TopUp::kReferenceFieldNumber, ledger::top_up_reference(id));
        out.number(v1::TopUp::kConfirmedFieldNumber, top_up.confirmed);
        out.text(v1::TopUp::kBankReferenceFieldNumber, bank_reference);
    });
}

namespace {

void write_purchase(const State& state, ContractId id, const contract::Contract& contract,
                    MessageWriter& out) {
    const auto components = plan_of(state, contract.terms).components();
    for (std::size_t i = 0; i < components.size(); ++i) {
        if (contract.terms.quantities[i] == 0) continue;
        out.message(v1::PlanPurchase::kQuantitiesFieldNumber, [&] {
            out.text(v1::PlanQuantity::kComponentFieldNumber, components[i].name);
            out.signed_number(v1::PlanQuantity::kQuantityFieldNumber, contract.terms.quantities[i]);
        });
    }
    out.signed_number(v1::PlanPurchase::kAcceptUntilNsFieldNumber, contract.accept_until.ns);
    if (contract.charged_time != Interval{})
        out.interval(v1::PlanPurchase::kChargedTimeFieldNumber, contract.charged_time);
    out.number(v1::PlanPurchase::kSaleTermsVersionFieldNumber, contract.terms.sale_terms_version);
    out.number(v1::PlanPurchase::kPostPaidFieldNumber, contract.terms.post_paid);
    // What is seldom there, as describe() does.
    v1::PlanPurchase changed;
    describe_changes(state, contract, &changed);
    if (changed.has_notice())
        out.text(v1::PlanPurchase::kNoticeFieldNumber, changed.notice().SerializeAsString());
    if (changed.has_change_order())
        out.text(v1::PlanPurchase::kChangeOrderFieldNumber,
                 changed.change_order().SerializeAsString());
    if (changed.has_planned())
        out.text(v1::PlanPurchase::kPlannedFieldNumber, changed.planned().SerializeAsString());
    const auto window = state.escrow_windows.find(id);
    if (window == state.escrow_windows.end()) return;
    using Field = v1::PlanPurchase;
    out.signed_number(Field::kCoveredUntilNsFieldNumber, window->second.covered_until.ns);
    out.signed_number(Field::kSuspendedSinceNsFieldNumber, window->second.suspended_since.ns);
    out.signed_number(Field::kSuspendedUntilNsFieldNumber, suspended_until(state, id).ns);
}

}  // namespace

/// The same fields as describe() gives to queries; a test compares their bytes.
void emit_contract(Context& context, ContractId id) {
    using Field = v1::Contract;
    const contract::Contract& contract = context.state.contracts.at(id);
    const contract::Terms& terms = contract.terms;
    context.events.emit(v1::Event::kContractChanged, [&](MessageWriter& out) {
        const Currency currency = terms.currency;
        out.id(Field::kIdFieldNumber, id);
        out.id(Field::kOrderFieldNumber, contract.order);
        out.id(Field::kBuyerFieldNumber, terms.buyer);
        out.id(Field::kSupplierFieldNumber, terms.supplier);
        out.id(Field::kProductFieldNumber, terms.product);
        out.id(Field::kPoolFieldNumber, terms.pool);
        out.number(Field::kCoresFieldNumber, terms.cores);
        out.interval(Field::kTermFieldNumber, terms.term);
        out.money(Field::kPricePerCoreHourFieldNumber, terms.price_per_core_hour, currency);
        out.number(Field::kPriceVersionFieldNumber, terms.price_version);
        out.number(Field::kFeeBasisPointsFieldNumber, terms.fee_basis_points);
        out.number(Field::kStateFieldNumber, static_cast<std::uint64_t>(contract.state));
        out.number(Field::kCloseReasonFieldNumber,
                   static_cast<std::uint64_t>(contract.close_reason));
        out.money(Field::kEscrowFieldNumber, contract.escrow, currency);
        out.money(Field::kAccruedFieldNumber, contract.accrued, currency);
        out.money(Field::kChargedFieldNumber, contract.charged, currency);
        out.money(Field::kPaidToSupplierFieldNumber, contract.paid_to_supplier, currency);
        out.money(Field::kOperatorFeeFieldNumber, contract.operator_fee, currency);
        out.money(Field::kRefundedFieldNumber, contract.refunded, currency);
        out.number(Field::kPricePlanVersionFieldNumber, terms.plan_version);
        if (terms.is_by_plan())
            out.message(Field::kByPlanFieldNumber,
                        [&] { write_purchase(context.state, id, contract, out); });
        // What is seldom there, as describe() does.
        if (terms.band.is_set()) {
            v1::ResultBand band;
            describe(context.state, terms, &band);
            out.text(Field::kResultBandFieldNumber, band.SerializeAsString());
        }
        if (has_delivered(context.state, contract)) {
            v1::Delivery delivered;
            describe(context.state, contract, &delivered);
            out.text(Field::kDeliveredFieldNumber, delivered.SerializeAsString());
        }
    });
}

/// The same fields as describe() gives to queries; a test compares their bytes.
void emit_workload(Context& context, WorkloadId id) {
    using Field = v1::Workload;
    const task::Workload& workload = context.state.tasks.workload(id);
    context.events.emit(v1::Event::kWorkloadChanged, [&](MessageWriter& out) {
        out.id(Field::kIdFieldNumber, id);
        out.id(Field::kOrderFieldNumber, workload.order);
        out.text(Field::kNameFieldNumber, workload.name);
        out.number(Field::kTasksFieldNumber, workload.task_count);
        out.number(Field::kWaitingFieldNumber, workload.waiting.size());
        out.number(Field::kRunningFieldNumber, workload.active);
        out.number(Field::kSucceededFieldNumber, workload.succeeded);
        out.number(Field::kFailedFieldNumber, workload.failed);
        out.number(Field::kCancelledFieldNumber, workload.cancelled);
        out.number(Field::kReassignedFieldNumber, workload.reassigned);
        out.number(Field::kEndedFieldNumber, workload.is_ended);
    });
}

void emit_transfer(Context& context, const Posted& posted, std::string_view purpose,
                   std::string_view subject) {
    using Field = v1::Transfer;
    const Currency currency = context.state.ledger.account(posted.debit).currency;
    context.events.emit(v1::Event::kTransferPosted, [&](MessageWriter& out) {
        out.id(Field::kIdFieldNumber, posted.id);
        out.id(Field::kDebitAccountFieldNumber, posted.debit);
        out.id(Field::kCreditAccountFieldNumber, posted.credit);
        out.money(Field::kAmountFieldNumber, posted.amount, currency);
        out.text(Field::kPurposeFieldNumber, purpose);
        out.text(Field::kSubjectFieldNumber, subject);
        out.signed_number(Field::kAtNsFieldNumber, context.now.ns);
    });
    cash_came(context, posted.credit);
}

namespace {

void write_usage(const Context& context, const task::Attempt& attempt, MessageWriter& out) {
    using Field = v1::AttemptChanged;
    if (context.state.settings.logic_version < kAttemptUsageVersion) return;
    if (attempt.started_at != Instant{})
        out.interval(Field::kRanFieldNumber, {attempt.started_at, context.now});
    // Nothing was accepted of attempts that were lost before their first batch.
    if (attempt.metered.wall == Duration{}) return;
    out.message(Field::kUsageFieldNumber, [&] {
        using Usage = v1::AttemptUsage;
        out.number(Usage::kCoresFieldNumber, attempt.cores);
        out.signed_number(Usage::kWallNsFieldNumber, attempt.metered.wall.ns);
        out.signed_number(Usage::kCpuNsFieldNumber, attempt.metered.cpu.ns);
        out.number(Usage::kMemoryPeakBytesFieldNumber, attempt.metered.memory_peak_bytes);
        out.number(Usage::kResultsFieldNumber, attempt.metered.results);
    });
}

}  // namespace

void emit_attempt(Context& context, AttemptId id, const task::Attempt& attempt,
                  std::string_view note) {
    using Field = v1::AttemptChanged;
    const task::Task& task = context.state.tasks.task(attempt.task);
    const contract::Contract& contract = context.state.contracts.at(attempt.contract);
    context.events.emit(v1::Event::kAttemptChanged, [&](MessageWriter& out) {
        out.id(Field::kAttemptFieldNumber, id);
        out.number(Field::kAttemptNumberFieldNumber, attempt.number);
        out.id(Field::kTaskFieldNumber, attempt.task);
        out.number(Field::kTaskIndexFieldNumber, task.index);
        out.id(Field::kWorkloadFieldNumber, task.workload);
        out.id(Field::kContractFieldNumber, attempt.contract);
        out.id(Field::kAgentFieldNumber, attempt.agent);
        out.id(Field::kPoolFieldNumber, contract.terms.pool);
        out.number(Field::kStateFieldNumber, static_cast<std::uint64_t>(attempt.state));
        out.number(Field::kTaskStateFieldNumber, static_cast<std::uint64_t>(task.state));
        if (task::is_final(attempt.state))
            out.signed_number(Field::kExitCodeFieldNumber, task.exit_code);
        if (attempt.state == task::AttemptState::succeeded) {
            for (const task::Output& output : task.outputs) {
                out.message(Field::kOutputsFieldNumber, [&] {
                    out.text(v1::Artifact::kPathFieldNumber, output.path);
                    out.text(v1::Artifact::kDigestFieldNumber, output.digest);
                    out.number(v1::Artifact::kSizeBytesFieldNumber, output.size_bytes);
                });
            }
        }
        out.text(Field::kNoteFieldNumber, note);
        out.id(Field::kOrderFieldNumber, contract.order);
        if (task::is_final(attempt.state)) write_usage(context, attempt, out);
    });
}

}  // namespace penstock::exchange

#include "base/identifier.h"
#include "base/try.h"
#include "core/exchange/audit.h"
#include "core/exchange/bytes.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"

namespace penstock::exchange {
namespace {

constexpr std::uint32_t kFeeBasisPointsMax = 5'000;

/// A value that no PartyState has is refused by the table of states.
party::PartyState to_state(v1::PartyState state) {
    return static_cast<party::PartyState>(static_cast<std::uint8_t>(state));
}

party::Roles to_roles(const google::protobuf::RepeatedField<int>& roles) {
    party::Roles result;
    for (const int role : roles) result.add(static_cast<party::Role>(role));
    return result;
}

void open_accounts(State& state, PartyId party) {
    state.ledger.ensure(ledger::AccountKind::cash, party, state.settings.currency);
    state.ledger.ensure(ledger::AccountKind::escrow, party, state.settings.currency);
}

}  // namespace

Result<void> open_exchange(Context& context, const v1::OpenExchangeRequest& request,
                           v1::OpenExchangeResponse& response) {
    State& state = context.state;
    if (state.settings.is_open()) return reject(kAlreadyOpen);
    const auto currency = Currency::parse(request.currency());
    if (!currency) return reject(kSettingsInvalid, "currency");
    if (request.fee_basis_points() > kFeeBasisPointsMax)
        return reject(kSettingsInvalid, "fee_basis_points");
    if (!is_identifier_issuer(request.identifier_prefix()))
        return reject(kSettingsInvalid, "identifier_prefix");
    if (request.logic_version() > kNewestLogicVersion)
        return reject(kVersionInvalid, "logic_version");
    TRY_ASSIGN(const auto hash, read_hash(request.key_hash(), "key_hash"));
    TRY(state.directory.check_open_operator(request.operator_name()));

    const PartyId id = state.directory.open_operator(request.operator_name(), context.now);
    const KeyId key = state.directory.add_key(id, "first", hash, {}, context.now);
    state.settings.exchange_operator = id;
    state.settings.currency = *currency;
    state.settings.fee_basis_points = request.fee_basis_points();
    state.settings.identifier_issuer = request.identifier_prefix();
    if (request.logic_version() > 0) state.settings.logic_version = request.logic_version();
    open_accounts(state, id);
    for (const auto kind :
         {ledger::AccountKind::fee, ledger::AccountKind::bank, ledger::AccountKind::rounding})
        state.ledger.ensure(kind, PartyId{}, *currency);
    emit_party(context, id);
    emit_key(context, key);
    emit_act(context, {.kind = v1::ACT_PARTY_OPENED, .party = id, .subject = id.text()});
    response.set_party(id.text());
    response.set_key(key.text());
    return {};
}

Result<void> open_party(Context& context, const v1::OpenPartyRequest& request,
                        v1::OpenPartyResponse& response) {
    State& state = context.state;
    for (const int role : request.roles()) {
        if (role != v1::ROLE_BUYER && role != v1::ROLE_SUPPLIER)
            return reject(kRequestMalformed, "roles", "Name BUYER, SUPPLIER or both.");
    }
    const party::Roles roles = to_roles(request.roles());
    TRY(state.directory.check_open_party(request.name(), roles));
    TRY_ASSIGN(const auto hash, read_hash(request.key_hash(), "key_hash"));

    const PartyId id = state.directory.open_party(request.name(), roles, context.now);
    const KeyId key = state.directory.add_key(id, "first", hash, {}, context.now);
    open_accounts(state, id);
    emit_party(context, id);
    emit_key(context, key);
    emit_act(context, {.kind = v1::ACT_PARTY_OPENED, .party = id, .subject = id.text()});
    response.set_party(id.text());
    response.set_key(key.text());
    return {};
}

Result<void> review_party(Context& context, const v1::ReviewPartyRequest& request,
                          v1::ReviewPartyResponse& response) {
    TRY_ASSIGN(const PartyId id, read_id<PartyId>(request.party(), "party"));
    const party::PartyState decision = to_state(request.decision());
    TRY(context.state.directory.check_review(id, decision, request.note()));
    context.state.directory.review(id, decision, request.note(), context.now);
    emit_party(context, id);
    emit_act(context, {.kind = v1::ACT_PARTY_REVIEWED,
                       .party = id,
                       .subject = id.text(),
                       .detail = v1::PartyState_Name(request.decision())});
    response.set_state(request.decision());
    return {};
}

Result<void> activate_version(Context& context, const v1::ActivateVersionRequest& request,
                              v1::ActivateVersionResponse&) {
    std::uint32_t& version = context.state.settings.logic_version;
    if (request.version() <= version || request.version() > kNewestLogicVersion)
        return reject(kVersionInvalid, "version");
    version = request.version();
    context.events.emit(v1::Event::kVersionActivated, [&](MessageWriter& out) {
        out.number(v1::VersionActivated::kVersionFieldNumber, version);
    });
    emit_act(context, {.kind = v1::ACT_VERSION_ACTIVATED, .detail = std::to_string(version)});
    return {};
}

}  // namespace penstock::exchange

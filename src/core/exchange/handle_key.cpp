#include "base/try.h"
#include "core/exchange/audit.h"
#include "core/exchange/bytes.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/party/error.h"
#include "core/party/refusal.h"

namespace penstock::exchange {
namespace {

/// The scopes asked for, or all that the caller has; never more.
Result<party::Permissions> read_scopes(const party::Caller& caller,
                                       const google::protobuf::RepeatedField<int>& asked) {
    if (asked.empty()) return caller.may;
    party::Permissions scopes;
    for (const int scope : asked) {
        if (!v1::Permission_IsValid(scope) || scope == v1::PERMISSION_UNSPECIFIED)
            return reject(kRequestMalformed, "scopes");
        scopes.add(static_cast<party::Permission>(scope));
    }
    if (!caller.may.contains(scopes))
        return reject(party::kScopesInvalid, "scopes", party::scopes_beyond(scopes, caller.may));
    return scopes;
}

}  // namespace

Result<void> add_api_key(Context& context, const v1::AddApiKeyRequest& request,
                         v1::AddApiKeyResponse& response) {
    party::Directory& directory = context.state.directory;
    party::KeyTerms terms;
    TRY_ASSIGN(terms.scopes, read_scopes(context.caller, request.scopes()));
    terms.ttl_seconds = request.ttl_seconds();
    terms.networks = {request.networks().begin(), request.networks().end()};
    TRY(directory.check_add_key(context.caller.party, request.label(), terms, context.now));
    TRY_ASSIGN(const auto hash, read_hash(request.key_hash(), "key_hash"));
    const KeyId id =
        directory.add_key(context.caller.party, request.label(), hash, terms, context.now);
    emit_key(context, id);
    emit_act(context, {.kind = v1::ACT_KEY_ADDED, .subject = id.text()});
    response.set_key(id.text());
    return {};
}

Result<void> replace_api_key(Context& context, const v1::ReplaceApiKeyRequest& request,
                             v1::ReplaceApiKeyResponse& response) {
    party::Directory& directory = context.state.directory;
    TRY_ASSIGN(const KeyId old, read_id<KeyId>(request.key(), "key"));
    const std::uint32_t overlap = request.overlap_seconds();
    TRY(directory.check_replace_key(old, context.caller, overlap, context.now));
    TRY_ASSIGN(const auto hash, read_hash(request.key_hash(), "key_hash"));
    const KeyId id = directory.replace_key(old, hash, overlap, context.now);
    emit_key(context, old);
    emit_key(context, id);
    emit_act(context, {.kind = v1::ACT_KEY_REPLACED, .subject = id.text(), .detail = old.text()});
    response.set_key(id.text());
    response.set_old_expires_at_ns(directory.key(old).expires_at.ns);
    return {};
}

Result<void> revoke_api_key(Context& context, const v1::RevokeApiKeyRequest& request,
                            v1::RevokeApiKeyResponse&) {
    TRY_ASSIGN(const KeyId id, read_id<KeyId>(request.key(), "key"));
    TRY(context.state.directory.check_revoke_key(id));
    context.state.directory.revoke_key(id);
    emit_key(context, id);
    emit_act(context, {.kind = v1::ACT_KEY_REVOKED, .subject = id.text()});
    return {};
}

Result<void> note_use(Context& context, const v1::NoteUseRequest& request, v1::NoteUseResponse&) {
    State& state = context.state;
    if (request.session().empty()) {
        TRY_ASSIGN(const KeyId key, read_id<KeyId>(request.key(), "key"));
        TRY(state.directory.check_note_key_use(key));
        state.directory.note_key_use(key, context.now);
        emit_key(context, key);
        return {};
    }
    TRY_ASSIGN(const SessionId session, read_id<SessionId>(request.session(), "session"));
    TRY(state.people.check_note_use(session, context.now));
    state.people.note_use(session, context.now);
    emit_session(context, session);
    return {};
}

}  // namespace penstock::exchange

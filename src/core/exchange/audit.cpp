#include "core/exchange/audit.h"

#include "penstock/v1/identity.pb.h"

namespace penstock::exchange {

namespace {

std::string actor_of(const Context& context) {
    if (context.caller.user) return context.caller.user.text();
    switch (context.actor.kind) {
        case Actor::Kind::key:
            return KeyId{context.actor.id}.text();
        case Actor::Kind::agent:
            return AgentId{context.actor.id}.text();
        case Actor::Kind::system:
            return "system";
        default:
            return "anonymous";
    }
}

}  // namespace

void emit_act(Context& context, const Act& act) {
    if (context.state.settings.logic_version < kAuditVersion) return;
    const PartyId party = act.party ? act.party : context.caller.party;
    v1::Act body;
    body.set_kind(act.kind);
    body.set_actor(act.actor.empty() ? actor_of(context) : act.actor);
    if (party) body.set_party(party.text());
    if (act.user) body.set_user(act.user.text());
    body.set_subject(act.subject);
    body.set_detail(act.detail);
    body.set_at_ns(context.now.ns);
    context.events.emit_message(v1::Event::kAct, body);
}

std::string text_of(party::UserRoles roles) {
    std::string text;
    for (int role = v1::UserRole_MIN + 1; role <= v1::UserRole_MAX; ++role) {
        if (!roles.contains(static_cast<party::UserRole>(role))) continue;
        text.append(text.empty() ? "" : ",");
        text.append(v1::UserRole_Name(static_cast<v1::UserRole>(role)));
    }
    return text;
}

}  // namespace penstock::exchange

#pragma once

#include <string>

#include "core/exchange/context.h"
#include "penstock/v1/audit.pb.h"

namespace penstock::exchange {

/// What bears on security; its kind's comment in audit.proto says what the detail is.
struct Act {
    v1::ActKind kind;
    PartyId party{};  ///< Whose affair it is; none: the actor's.
    UserId user{};    ///< Whom it concerns, if a user.
    std::string subject{};
    std::string detail{};
    std::string actor{};  ///< Who acts, if not who gives the command.
};

/// Has an act kept for auditors. Journals of a version before kAuditVersion have none, so that they
/// give the same hash for ever.
void emit_act(Context& context, const Act& act);

/// The names of roles, with commas between them.
std::string text_of(party::UserRoles roles);

}  // namespace penstock::exchange

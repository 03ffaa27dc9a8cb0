#include "core/party/permission.h"

#include "base/assert.h"
#include "core/party/error.h"
#include "core/party/refusal.h"

namespace penstock::party {

namespace {

constexpr bool rows_are_in_order() {
    for (std::size_t i = 0; i < kPermissions.size(); ++i) {
        if (static_cast<std::size_t>(kPermissions[i].permission) != i + 1) return false;
    }
    return true;
}
static_assert(rows_are_in_order(), "row_of() finds a row by the permission's number");

const Rejection& refusal_of(PartyState state) {
    switch (state) {
        case PartyState::applied:
            return kNotQualified;
        case PartyState::suspended:
            return kPartySuspended;
        case PartyState::rejected:
            return kPartyRejected;
        case PartyState::qualified:
            break;
    }
    PENSTOCK_ASSERT(false && "a qualified party is refused nothing for its state");
}

}  // namespace

Result<void> check_permission(Roles roles, PartyState state, Permission permission,
                              Caller::Kind kind, Effect effect) {
    if (!roles_allow(roles, permission, kind)) {
        if (kind == Caller::Kind::anonymous) return reject(kUnauthenticated);
        return reject(kPermissionDenied, {}, lacking_role(permission, kind));
    }
    const bool has_state = kind == Caller::Kind::member || kind == Caller::Kind::agent;
    if (has_state && !state_allows(state, effect)) return reject(refusal_of(state));
    return {};
}

}  // namespace penstock::party

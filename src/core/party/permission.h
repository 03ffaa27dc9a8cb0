#pragma once

#include <array>
#include <cstdint>

#include "base/error.h"
#include "core/party/states.h"
#include "core/party/types.h"
#include "core/party/user.h"

namespace penstock::party {

/// Who carries a permission.
struct PermissionRow {
    Permission permission;
    Roles roles;          ///< Members of a party with one of these.
    bool agents;          ///< Agents of a supplier.
    Effect usual_effect;  ///< What a command under it does, unless its handler says otherwise.
    UserRoles users;      ///< Of such a party's users, those with one of these roles.
};

inline constexpr Roles kTraders{Role::buyer, Role::supplier};
inline constexpr Roles kMembers{Role::buyer, Role::supplier, Role::exchange_operator};

inline constexpr UserRoles kEverybody = UserRoles::all();
inline constexpr UserRoles kManagers{UserRole::administrator, UserRole::security_administrator};
inline constexpr UserRoles kOperations{UserRole::trader};
inline constexpr UserRoles kSystemDuty{UserRole::system_administrator};
inline constexpr UserRoles kOverseers{UserRole::system_administrator, UserRole::auditor};
inline constexpr UserRoles kMoneyReaders{UserRole::trader, UserRole::finance, UserRole::viewer,
                                         UserRole::system_administrator, UserRole::auditor};

/// The whole table. PERMISSION_PUBLIC needs nobody in particular; PERMISSION_SYSTEM is nobody's.
///
/// A command has another effect than the usual one where it only prepares, or only ends, answers or
/// pays for what was begun: so that who is suspended can finish. effect_of() names these
/// (core/exchange/methods.cpp). Every query finishes.
inline constexpr std::array kPermissions{
    PermissionRow{Permission::open_to_all, kMembers, true, Effect::finish, kEverybody},
    PermissionRow{Permission::party_read, kMembers, true, Effect::finish, kEverybody},
    PermissionRow{Permission::party_manage, kMembers, false, Effect::prepare, kManagers},
    PermissionRow{
        Permission::party_review, {Role::exchange_operator}, false, Effect::start, kSystemDuty},
    PermissionRow{Permission::catalog_read, kMembers, true, Effect::finish, kEverybody},
    PermissionRow{Permission::catalog_publish, {Role::supplier}, true, Effect::start, kOperations},
    PermissionRow{Permission::trade, {Role::buyer}, false, Effect::start, kOperations},
    PermissionRow{Permission::contract_read, kMembers, true, Effect::finish, kEverybody},
    PermissionRow{Permission::contract_supply, {Role::supplier}, true, Effect::start, kOperations},
    PermissionRow{Permission::task_run, {Role::buyer}, false, Effect::start, kOperations},
    PermissionRow{Permission::task_execute, {}, true, Effect::finish, {}},
    PermissionRow{Permission::money_read, kMembers, false, Effect::finish, kMoneyReaders},
    PermissionRow{Permission::money_deposit, kTraders, false, Effect::prepare, {UserRole::finance}},
    PermissionRow{
        Permission::money_confirm, {Role::exchange_operator}, false, Effect::start, kSystemDuty},
    PermissionRow{Permission::system, {}, false, Effect::start, {}},
    PermissionRow{Permission::user_manage, kMembers, false, Effect::prepare, kManagers},
    PermissionRow{Permission::self, kMembers, false, Effect::finish, kEverybody},
    PermissionRow{
        Permission::oversee, {Role::exchange_operator}, false, Effect::finish, kOverseers},
    PermissionRow{
        Permission::audit, {Role::exchange_operator}, false, Effect::finish, {UserRole::auditor}},
};

constexpr const PermissionRow& row_of(Permission permission) {
    return kPermissions[static_cast<std::size_t>(permission) - 1];
}

/// What a user with these roles may at most, whatever its party.
constexpr Permissions permissions_of(UserRoles roles) {
    Permissions may;
    for (const PermissionRow& row : kPermissions) {
        if (row.users.intersects(roles)) may.add(row.permission);
    }
    return may;
}

/// Do a party's roles carry the permission? Says nothing of the party's state.
constexpr bool roles_allow(Roles roles, Permission permission, Caller::Kind kind) {
    const PermissionRow& row = row_of(permission);
    switch (kind) {
        case Caller::Kind::anonymous:
            return permission == Permission::open_to_all;
        case Caller::Kind::member:
            return row.roles.intersects(roles);
        case Caller::Kind::agent:
            return row.agents;
        case Caller::Kind::system:
            return permission == Permission::system || permission == Permission::open_to_all;
    }
    return false;
}

/// May a member or agent of a party with these roles, in this state, do this?
constexpr bool allows(Roles roles, PartyState state, Permission permission, Caller::Kind kind,
                      Effect effect) {
    const bool has_state = kind == Caller::Kind::member || kind == Caller::Kind::agent;
    return roles_allow(roles, permission, kind) && (!has_state || state_allows(state, effect));
}

/// The same, saying why not.
/// @retval kUnauthenticated   Nobody is signed in, and the method is not public.
/// @retval kPermissionDenied  The roles do not carry the permission.
/// @retval kNotQualified, kPartySuspended, kPartyRejected  The state does not permit the effect.
Result<void> check_permission(Roles roles, PartyState state, Permission permission,
                              Caller::Kind kind, Effect effect);

}  // namespace penstock::party

#include "core/party/refusal.h"

#include <array>
#include <string_view>
#include <utility>

#include "core/party/permission.h"

namespace penstock::party {

namespace {

/// As v1::Permission has them, without the prefix; and as the client takes scopes.
constexpr std::array<std::string_view, kPermissions.size()> kNames{
    "public",        "party-read",    "party-manage",
    "party-review",  "catalog-read",  "catalog-publish",
    "trade",         "contract-read", "contract-supply",
    "task-run",      "task-execute",  "money-read",
    "money-deposit", "money-confirm", "system",
    "user-manage",   "self",          "oversee",
    "audit"};

constexpr std::array<std::pair<Role, std::string_view>, 3> kRoleNames{
    {{Role::buyer, "buyer"}, {Role::supplier, "supplier"}, {Role::exchange_operator, "operator"}}};

constexpr std::array<std::pair<UserRole, std::string_view>, 7> kUserRoleNames{
    {{UserRole::administrator, "administrator"},
     {UserRole::trader, "trader"},
     {UserRole::finance, "finance"},
     {UserRole::viewer, "viewer"},
     {UserRole::system_administrator, "system-administrator"},
     {UserRole::security_administrator, "security-administrator"},
     {UserRole::auditor, "auditor"}}};

std::string name(Permission permission) {
    return std::string(kNames[static_cast<std::size_t>(permission) - 1]);
}

/// "buyer or supplier"; empty for none.
template <class Set, class Names>
std::string choice(const Set& set, const Names& names) {
    std::string text;
    for (const auto& [value, word] : names) {
        if (!set.contains(value)) continue;
        text.append(text.empty() ? "" : " or ").append(word);
    }
    return text;
}

}  // namespace

std::string lacking_role(Permission permission, Caller::Kind kind) {
    const std::string needed = "It needs the permission " + name(permission);
    const std::string roles = choice(row_of(permission).roles, kRoleNames);
    if (kind == Caller::Kind::agent && !roles.empty())
        return needed + ", which no agent has; let a key or a user of a party with the role of " +
               roles + " do it.";
    if (!roles.empty())
        return needed + ", which the role of " + roles +
               " carries; roles are asked for at registration, and the operator admits.";
    return needed + (row_of(permission).agents ? ", which agents alone have."
                                               : ", which nobody outside of the exchange has.");
}

std::string lacking_user_role(Permission permission, Roles party) {
    const bool is_operator = party.contains(Role::exchange_operator);
    UserRoles able;
    for (const auto& [role, word] : kUserRoleNames) {
        const bool fits = (is_operator ? kDuties : kTraderRoles).contains(role);
        if (fits && row_of(permission).users.contains(role)) able.add(role);
    }
    const std::string roles = choice(able, kUserRoleNames);
    return "It needs the permission " + name(permission) +
           (roles.empty() ? ", which no user has." : ", which the role of " + roles + " carries.");
}

std::string lacking_scope(Permission permission) {
    return "It needs the scope " + name(permission) +
           "; whoever manages your party's keys can make one that has it.";
}

std::string scopes_beyond(Permissions asked, Permissions may) {
    std::string lacking;
    for (const PermissionRow& row : kPermissions) {
        if (asked.contains(row.permission) && !may.contains(row.permission))
            lacking.append(lacking.empty() ? "" : ", ").append(name(row.permission));
    }
    return "Leave out what you do not have yourself: " + lacking + ".";
}

}  // namespace penstock::party

#include "core/party/permission.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "core/party/error.h"
#include "core/party/refusal.h"

namespace penstock::party {
namespace {

using Kind = Caller::Kind;

constexpr std::array kStates{PartyState::applied, PartyState::qualified, PartyState::suspended,
                             PartyState::rejected};
constexpr std::array kEffects{Effect::finish, Effect::prepare, Effect::start};

/// What the table must say, one line a permission: buyer, supplier, operator, agent, anonymous.
struct Expected {
    Permission permission;
    std::string_view who;
};
constexpr std::array kExpected{
    Expected{Permission::open_to_all, "BSOAN"},
    Expected{Permission::party_read, "BSOA-"},
    Expected{Permission::party_manage, "BSO--"},
    Expected{Permission::party_review, "--O--"},
    Expected{Permission::catalog_read, "BSOA-"},
    Expected{Permission::catalog_publish, "-S-A-"},
    Expected{Permission::trade, "B----"},
    Expected{Permission::contract_read, "BSOA-"},
    Expected{Permission::contract_supply, "-S-A-"},
    Expected{Permission::task_run, "B----"},
    Expected{Permission::task_execute, "---A-"},
    Expected{Permission::money_read, "BSO--"},
    Expected{Permission::money_deposit, "BS---"},
    Expected{Permission::money_confirm, "--O--"},
    Expected{Permission::system, "-----"},
    Expected{Permission::user_manage, "BSO--"},
    Expected{Permission::self, "BSO--"},
    Expected{Permission::oversee, "--O--"},
    Expected{Permission::audit, "--O--"},
};

TEST(Permission, is_carried_by_the_roles_of_the_table_and_no_others) {
    ASSERT_EQ(kExpected.size(), kPermissions.size());
    for (const auto& [permission, who] : kExpected) {
        SCOPED_TRACE(static_cast<int>(permission));
        EXPECT_EQ(roles_allow({Role::buyer}, permission, Kind::member), who[0] == 'B');
        EXPECT_EQ(roles_allow({Role::supplier}, permission, Kind::member), who[1] == 'S');
        EXPECT_EQ(roles_allow({Role::exchange_operator}, permission, Kind::member), who[2] == 'O');
        EXPECT_EQ(roles_allow({Role::supplier}, permission, Kind::agent), who[3] == 'A');
        EXPECT_EQ(roles_allow({}, permission, Kind::anonymous), who[4] == 'N');
        EXPECT_EQ(roles_allow({}, permission, Kind::system),
                  permission == Permission::system || permission == Permission::open_to_all);
    }
}

/// What a user's own role leaves, one line a permission: administrator, trader, finance, viewer,
/// and the duties of system, security and audit.
struct ExpectedUsers {
    Permission permission;
    std::string_view who;
};
constexpr std::array kExpectedUsers{
    ExpectedUsers{Permission::open_to_all, "ATFVSCU"},
    ExpectedUsers{Permission::party_read, "ATFVSCU"},
    ExpectedUsers{Permission::party_manage, "A----C-"},
    ExpectedUsers{Permission::party_review, "----S--"},
    ExpectedUsers{Permission::catalog_read, "ATFVSCU"},
    ExpectedUsers{Permission::catalog_publish, "-T-----"},
    ExpectedUsers{Permission::trade, "-T-----"},
    ExpectedUsers{Permission::contract_read, "ATFVSCU"},
    ExpectedUsers{Permission::contract_supply, "-T-----"},
    ExpectedUsers{Permission::task_run, "-T-----"},
    ExpectedUsers{Permission::task_execute, "-------"},
    ExpectedUsers{Permission::money_read, "-TFVS-U"},
    ExpectedUsers{Permission::money_deposit, "--F----"},
    ExpectedUsers{Permission::money_confirm, "----S--"},
    ExpectedUsers{Permission::system, "-------"},
    ExpectedUsers{Permission::user_manage, "A----C-"},
    ExpectedUsers{Permission::self, "ATFVSCU"},
    ExpectedUsers{Permission::oversee, "----S-U"},
    ExpectedUsers{Permission::audit, "------U"},
};

TEST(Permission, is_left_to_users_by_the_roles_of_the_table_and_no_others) {
    ASSERT_EQ(kExpectedUsers.size(), kPermissions.size());
    for (const auto& [permission, who] : kExpectedUsers) {
        for (std::size_t role = 0; role < who.size(); ++role) {
            SCOPED_TRACE(static_cast<int>(permission) * 100 + static_cast<int>(role));
            const Permissions may = permissions_of({static_cast<UserRole>(role + 1)});
            EXPECT_EQ(may.contains(permission), who[role] != '-');
        }
    }
}

TEST(Permission, of_the_three_duties_is_apart_wherever_something_changes) {
    const Permissions system = permissions_of({UserRole::system_administrator});
    const Permissions security = permissions_of({UserRole::security_administrator});
    const Permissions audit = permissions_of({UserRole::auditor});
    for (const PermissionRow& row : kPermissions) {
        if (row.usual_effect == Effect::finish) continue;
        EXPECT_FALSE(audit.contains(row.permission)) << static_cast<int>(row.permission);
        EXPECT_FALSE(system.contains(row.permission) && security.contains(row.permission))
            << static_cast<int>(row.permission);
    }
}

TEST(Permission, of_two_roles_is_that_of_either) {
    constexpr Roles both{Role::buyer, Role::supplier};
    for (const PermissionRow& row : kPermissions) {
        EXPECT_EQ(roles_allow(both, row.permission, Kind::member),
                  roles_allow({Role::buyer}, row.permission, Kind::member) ||
                      roles_allow({Role::supplier}, row.permission, Kind::member));
    }
}

TEST(Permission, check_agrees_with_allows_everywhere) {
    for (const PermissionRow& row : kPermissions) {
        for (const Roles roles :
             {Roles{}, Roles{Role::buyer}, Roles{Role::supplier}, Roles{Role::exchange_operator}}) {
            for (const PartyState state : kStates) {
                for (const Effect effect : kEffects) {
                    for (const Kind kind :
                         {Kind::anonymous, Kind::member, Kind::agent, Kind::system}) {
                        const auto checked =
                            check_permission(roles, state, row.permission, kind, effect);
                        EXPECT_EQ(checked.has_value(),
                                  allows(roles, state, row.permission, kind, effect));
                    }
                }
            }
        }
    }
}

TEST(Permission, refusal_says_whether_to_sign_in_or_to_take_another_role) {
    const auto refusal = [](Roles roles, Permission permission, Kind kind) {
        return check_permission(roles, PartyState::applied, permission, kind, Effect::finish)
            .error();
    };
    EXPECT_EQ(refusal({}, Permission::trade, Kind::anonymous).reason(), "UNAUTHENTICATED");
    EXPECT_EQ(refusal({}, Permission::trade, Kind::anonymous).code(), Code::unauthenticated);
    EXPECT_EQ(refusal({Role::supplier}, Permission::trade, Kind::member).reason(),
              "PERMISSION_DENIED");
    EXPECT_EQ(refusal({}, Permission::party_manage, Kind::agent).code(), Code::permission_denied);
    EXPECT_EQ(refusal({}, Permission::trade, Kind::system).reason(), "PERMISSION_DENIED");
}

TEST(Permission, refusal_names_what_is_missing_and_whose_it_is) {
    const auto detail = [](Permission permission, Kind kind) {
        return check_permission({Role::supplier}, PartyState::qualified, permission, kind,
                                Effect::finish)
            .error()
            .detail();
    };
    EXPECT_EQ(detail(Permission::trade, Kind::member),
              "It needs the permission trade, which the role of buyer carries; roles are asked for "
              "at registration, and the operator admits.");
    EXPECT_EQ(detail(Permission::money_deposit, Kind::agent),
              "It needs the permission money-deposit, which no agent has; let a key or a user of a "
              "party with the role of buyer or supplier do it.");
    EXPECT_EQ(detail(Permission::task_execute, Kind::member),
              "It needs the permission task-execute, which agents alone have.");
    EXPECT_EQ(detail(Permission::system, Kind::member),
              "It needs the permission system, which nobody outside of the exchange has.");
    EXPECT_EQ(lacking_user_role(Permission::party_manage, {Role::buyer}),
              "It needs the permission party-manage, which the role of administrator carries.");
    EXPECT_EQ(lacking_user_role(Permission::party_manage, {Role::exchange_operator}),
              "It needs the permission party-manage, which the role of security-administrator "
              "carries.");
    EXPECT_EQ(lacking_scope(Permission::audit),
              "It needs the scope audit; whoever manages your party's keys can make one that has "
              "it.");
}

TEST(Permission, refusal_names_the_party_state) {
    const auto reason = [](PartyState state, Effect effect) -> std::string_view {
        const auto checked =
            check_permission({Role::buyer}, state, Permission::trade, Kind::member, effect);
        return checked ? "" : checked.error().reason();
    };
    EXPECT_EQ(reason(PartyState::applied, Effect::finish), "");
    EXPECT_EQ(reason(PartyState::applied, Effect::prepare), "");
    EXPECT_EQ(reason(PartyState::applied, Effect::start), "NOT_QUALIFIED");
    EXPECT_EQ(reason(PartyState::qualified, Effect::finish), "");
    EXPECT_EQ(reason(PartyState::qualified, Effect::prepare), "");
    EXPECT_EQ(reason(PartyState::qualified, Effect::start), "");
    EXPECT_EQ(reason(PartyState::suspended, Effect::finish), "");
    EXPECT_EQ(reason(PartyState::suspended, Effect::prepare), "PARTY_SUSPENDED");
    EXPECT_EQ(reason(PartyState::suspended, Effect::start), "PARTY_SUSPENDED");
    EXPECT_EQ(reason(PartyState::rejected, Effect::finish), "");
    EXPECT_EQ(reason(PartyState::rejected, Effect::prepare), "PARTY_REJECTED");
    EXPECT_EQ(reason(PartyState::rejected, Effect::start), "PARTY_REJECTED");
}

TEST(Permission, of_a_suspended_supplier_lets_its_agent_finish) {
    EXPECT_TRUE(allows({Role::supplier}, PartyState::suspended, Permission::task_execute,
                       Kind::agent, row_of(Permission::task_execute).usual_effect));
    EXPECT_FALSE(allows({Role::supplier}, PartyState::suspended, Permission::contract_supply,
                        Kind::agent, row_of(Permission::contract_supply).usual_effect));
}

TEST(PartyState, changes_along_the_edges_of_the_table_and_no_others) {
    const std::set<std::pair<int, int>> edges{{1, 2}, {1, 4}, {2, 3}, {3, 2}};
    for (int from = 0; from <= 5; ++from) {
        for (int to = 0; to <= 5; ++to) {
            EXPECT_EQ(may_change(static_cast<PartyState>(from), static_cast<PartyState>(to)),
                      edges.contains({from, to}))
                << from << " to " << to;
        }
    }
}

TEST(PartyRejections, are_numbered_and_named_once) {
    std::set<int> numbers;
    std::set<std::string_view> reasons;
    for (const Rejection* rejection : kRejections) {
        EXPECT_EQ(rejection->number / 1000, 2) << rejection->reason;
        EXPECT_TRUE(numbers.insert(rejection->number).second) << rejection->reason;
        EXPECT_TRUE(reasons.insert(rejection->reason).second) << rejection->reason;
        EXPECT_TRUE(rejection->remedy.ends_with(".")) << rejection->reason;
    }
    EXPECT_EQ(numbers.size(), 57U);
}

}  // namespace
}  // namespace penstock::party

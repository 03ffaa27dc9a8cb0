#include <gtest/gtest.h>

#include <set>

#include "cast.h"

/// Tries every method of the schema as everybody. What each may do stands here once more, apart
/// from the program's own table, so that a slip in one of them shows.
namespace penstock::test {
namespace {

using Permissions = std::set<v1::Permission>;

const Permissions kPublic{v1::PERMISSION_PUBLIC};
const Permissions kBuyer{v1::PERMISSION_PUBLIC,        v1::PERMISSION_PARTY_READ,
                         v1::PERMISSION_PARTY_MANAGE,  v1::PERMISSION_CATALOG_READ,
                         v1::PERMISSION_TRADE,         v1::PERMISSION_CONTRACT_READ,
                         v1::PERMISSION_TASK_RUN,      v1::PERMISSION_MONEY_READ,
                         v1::PERMISSION_MONEY_DEPOSIT, v1::PERMISSION_USER_MANAGE};
const Permissions kSupplier{v1::PERMISSION_PUBLIC,          v1::PERMISSION_PARTY_READ,
                            v1::PERMISSION_PARTY_MANAGE,    v1::PERMISSION_CATALOG_READ,
                            v1::PERMISSION_CATALOG_PUBLISH, v1::PERMISSION_CONTRACT_READ,
                            v1::PERMISSION_CONTRACT_SUPPLY, v1::PERMISSION_MONEY_READ,
                            v1::PERMISSION_MONEY_DEPOSIT,   v1::PERMISSION_USER_MANAGE};
const Permissions kOperator{
    v1::PERMISSION_PUBLIC,       v1::PERMISSION_PARTY_READ,    v1::PERMISSION_PARTY_MANAGE,
    v1::PERMISSION_PARTY_REVIEW, v1::PERMISSION_CATALOG_READ,  v1::PERMISSION_CONTRACT_READ,
    v1::PERMISSION_MONEY_READ,   v1::PERMISSION_MONEY_CONFIRM, v1::PERMISSION_USER_MANAGE,
    v1::PERMISSION_OVERSEE,      v1::PERMISSION_AUDIT};
const Permissions kMoneyKey{v1::PERMISSION_PUBLIC, v1::PERMISSION_MONEY_READ};
const Permissions kAdministrator{v1::PERMISSION_PUBLIC,        v1::PERMISSION_PARTY_READ,
                                 v1::PERMISSION_PARTY_MANAGE,  v1::PERMISSION_CATALOG_READ,
                                 v1::PERMISSION_CONTRACT_READ, v1::PERMISSION_USER_MANAGE,
                                 v1::PERMISSION_SELF};
const Permissions kTrader{v1::PERMISSION_PUBLIC,        v1::PERMISSION_PARTY_READ,
                          v1::PERMISSION_CATALOG_READ,  v1::PERMISSION_TRADE,
                          v1::PERMISSION_CONTRACT_READ, v1::PERMISSION_TASK_RUN,
                          v1::PERMISSION_MONEY_READ,    v1::PERMISSION_SELF};
const Permissions kFinance{v1::PERMISSION_PUBLIC,       v1::PERMISSION_PARTY_READ,
                           v1::PERMISSION_CATALOG_READ, v1::PERMISSION_CONTRACT_READ,
                           v1::PERMISSION_MONEY_READ,   v1::PERMISSION_MONEY_DEPOSIT,
                           v1::PERMISSION_SELF};
const Permissions kViewer{v1::PERMISSION_PUBLIC,       v1::PERMISSION_PARTY_READ,
                          v1::PERMISSION_CATALOG_READ, v1::PERMISSION_CONTRACT_READ,
                          v1::PERMISSION_MONEY_READ,   v1::PERMISSION_SELF};
const Permissions kSystemDuty{
    v1::PERMISSION_PUBLIC,        v1::PERMISSION_PARTY_READ,    v1::PERMISSION_PARTY_REVIEW,
    v1::PERMISSION_CATALOG_READ,  v1::PERMISSION_CONTRACT_READ, v1::PERMISSION_MONEY_READ,
    v1::PERMISSION_MONEY_CONFIRM, v1::PERMISSION_OVERSEE,       v1::PERMISSION_SELF};
const Permissions kSecurityDuty{v1::PERMISSION_PUBLIC,        v1::PERMISSION_PARTY_READ,
                                v1::PERMISSION_PARTY_MANAGE,  v1::PERMISSION_CATALOG_READ,
                                v1::PERMISSION_CONTRACT_READ, v1::PERMISSION_USER_MANAGE,
                                v1::PERMISSION_SELF};
const Permissions kAuditDuty{v1::PERMISSION_PUBLIC,       v1::PERMISSION_PARTY_READ,
                             v1::PERMISSION_CATALOG_READ, v1::PERMISSION_CONTRACT_READ,
                             v1::PERMISSION_MONEY_READ,   v1::PERMISSION_OVERSEE,
                             v1::PERMISSION_AUDIT,        v1::PERMISSION_SELF};
const Permissions kAgent{v1::PERMISSION_PUBLIC,        v1::PERMISSION_PARTY_READ,
                         v1::PERMISSION_CATALOG_READ,  v1::PERMISSION_CATALOG_PUBLISH,
                         v1::PERMISSION_CONTRACT_READ, v1::PERMISSION_CONTRACT_SUPPLY,
                         v1::PERMISSION_TASK_EXECUTE};

struct Row {
    const char* caller;
    const Permissions& may;
};
const Row kRows[] = {{"anonymous", kPublic},
                     {"revoked key", kPublic},
                     {"buyer", kBuyer},
                     {"other buyer", kBuyer},
                     {"applied buyer", kBuyer},
                     {"suspended buyer", kBuyer},
                     {"supplier", kSupplier},
                     {"other supplier", kSupplier},
                     {"applied supplier", kSupplier},
                     {"operator", kOperator},
                     {"buyer money key", kMoneyKey},
                     {"buyer administrator", kAdministrator},
                     {"buyer trader", kTrader},
                     {"buyer finance", kFinance},
                     {"buyer viewer", kViewer},
                     {"system administrator", kSystemDuty},
                     {"security administrator", kSecurityDuty},
                     {"auditor", kAuditDuty},
                     {"agent", kAgent}};

/// Whose the things are that the requests name, by field.
const std::map<std::string, std::set<std::string>> kOwners{
    {"party", {"buyer", "applied buyer"}},
    {"key", {"buyer"}},
    {"user", {"buyer"}},
    {"session", {"buyer administrator"}},
    {"account", {"buyer"}},
    {"withdrawal", {"buyer"}},
    {"bill", {"buyer"}},
    {"dispute", {"buyer"}},
    {"order", {"buyer"}},
    {"contract", {"buyer"}},
    {"change_order", {"buyer"}},
    {"workload", {"buyer"}},
    {"task", {"buyer"}},
    {"agent", {"supplier", "agent"}},
    {"pool", {"supplier", "agent"}},
    {"product", {"supplier", "agent"}},
    {"attempt", {"agent"}},
};

/// The supplier is a party of the order too, as far as its receipts go.
bool owns(const Row& row, const transport::Method& method) {
    std::string caller = row.caller;
    // A party's users and keys own what it owns; but not each other's sessions.
    const bool is_session = method.owner_field->name() == "session";
    if (caller.starts_with("buyer ") && !is_session) caller = "buyer";
    if (method.full_name == "EvidenceService/ListReceipts")
        return caller == "buyer" || caller == "supplier" || caller == "agent";
    return kOwners.at(method.owner_field->name()).contains(caller);
}

std::unique_ptr<google::protobuf::Message> request_for(const Cast& cast,
                                                       const transport::Method& method) {
    auto request = method.new_request();
    const auto* descriptor = request->GetDescriptor();
    for (const auto& [field, id] : cast.things) {
        const auto* found = descriptor->FindFieldByName(field);
        if (found == nullptr || found->is_repeated() ||
            found->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING)
            continue;
        request->GetReflection()->SetString(request.get(), found, id);
    }
    return request;
}

bool is_denied(const transport::RemoteError& error) {
    return error.code == Code::permission_denied || error.code == Code::unauthenticated;
}

/// Methods that would end what the other calls need; asked for last.
bool is_destructive(const transport::Method& method) {
    for (const char* name :
         {"RevokeAgent", "RevokeApiKey", "CancelOrder", "CancelWorkload", "WithdrawProduct",
          "ReviewParty", "DeclineContract", "RemoveUser", "ReinviteUser", "EndSession",
          "RotateApiKey", "SignOut", "CancelWithdrawal", "ApproveWithdrawal", "ConfirmWithdrawal",
          "RejectWithdrawal", "AcceptChange", "DeclineChange"})
        if (method.full_name.ends_with(name)) return true;
    return false;
}

bool is_operator(const Row& row) {
    return row.may.contains(v1::PERMISSION_OVERSEE) || &row.may == &kSecurityDuty;
}

class Roles : public testing::Test {
  protected:
    static void SetUpTestSuite() { cast_ = new Cast; }
    static void TearDownTestSuite() { delete cast_; }

    static void try_as(const Row& row, const transport::Method& method) {
        const auto request = request_for(*cast_, method);
        const auto result = cast_->call(cast_->callers.at(row.caller), method, *request);
        const bool may = row.may.contains(method.permission);
        SCOPED_TRACE(method.full_name + " as " + row.caller + ": " +
                     (result ? "done" : result.error().reason + ": " + result.error().message));
        if (!may) {
            ASSERT_FALSE(result) << "done without the permission";
            EXPECT_TRUE(is_denied(result.error()));
            return;
        }
        if (method.owner_field == nullptr) {
            // What is wrong with the request may be said; that the caller may not ask, never.
            if (!result && row.may != kPublic) {
                for (const char* refusal : {"PERMISSION_DENIED", "USER_ROLE_MISSING",
                                            "KEY_SCOPE_MISSING", "SECOND_FACTOR_NEEDED"})
                    EXPECT_NE(result.error().reason, refusal);
            }
            return;
        }
        const bool reads_all = is_operator(row) && method.kind == v1::QUERY;
        if (!owns(row, method) && !reads_all) {
            ASSERT_FALSE(result) << "another party's thing was touched";
            EXPECT_TRUE(is_denied(result.error()));
        }
    }

    static Cast* cast_;
};
Cast* Roles::cast_ = nullptr;

// These stand first: the test of all methods ends what they look at.
TEST_F(Roles, contracts_and_bills_are_seen_by_their_sides_alone) {
    for (const char* name : {"ContractService/GetContract", "BillService/GetSettlementBill"}) {
        const auto* method = transport::MethodTable::schema().find(name);
        const auto request = request_for(*cast_, *method);
        for (const char* side : {"buyer", "supplier", "buyer viewer", "operator"})
            EXPECT_TRUE(cast_->call(cast_->callers.at(side), *method, *request)) << name << side;
        // Agents read contracts, but no money.
        EXPECT_EQ(cast_->call(cast_->callers.at("agent"), *method, *request).has_value(),
                  method->permission == v1::PERMISSION_CONTRACT_READ);
        for (const char* stranger : {"other buyer", "other supplier", "applied buyer"}) {
            const auto result = cast_->call(cast_->callers.at(stranger), *method, *request);
            ASSERT_FALSE(result) << name << stranger;
            EXPECT_TRUE(is_denied(result.error())) << name << stranger;
        }
    }
}

TEST_F(Roles, duties_of_operators_are_never_joined) {
    for (const auto first :
         {v1::USER_SYSTEM_ADMINISTRATOR, v1::USER_SECURITY_ADMINISTRATOR, v1::USER_AUDITOR}) {
        for (int second = v1::UserRole_MIN + 1; second <= v1::UserRole_MAX; ++second) {
            if (second == first) continue;
            v1::AddUserRequest request;
            request.set_email("two.duties@example.test");
            request.set_name("Two duties");
            request.add_roles(first);
            request.add_roles(static_cast<v1::UserRole>(second));
            const auto* method = transport::MethodTable::schema().find("IdentityService/AddUser");
            for (const char* manager : {"operator", "buyer"}) {
                const auto result = cast_->call(cast_->callers.at(manager), *method, request);
                ASSERT_FALSE(result) << manager << " " << first << " " << second;
                EXPECT_EQ(result.error().reason, "USER_ROLES_INVALID");
            }
        }
    }
}

TEST_F(Roles, nobody_does_more_than_the_schema_permits) {
    for (const int round : {0, 1, 2}) {
        for (const transport::Method& method : transport::MethodTable::schema().methods()) {
            const bool is_last = method.full_name.ends_with("SignOut");
            if (method.internal || round != (is_last ? 2 : int{is_destructive(method)})) continue;
            // Who may not goes first: whoever may could end what is asked about.
            for (const bool owners : {false, true}) {
                for (const Row& row : kRows) {
                    const bool is_owner = method.owner_field != nullptr && owns(row, method);
                    if (is_owner == owners) try_as(row, method);
                }
            }
        }
    }
}

TEST_F(Roles, no_internal_method_is_reachable) {
    for (const transport::Method& method : transport::MethodTable::schema().methods()) {
        if (!method.internal) continue;
        const auto result =
            cast_->call(cast_->callers.at("operator"), method, *method.new_request());
        ASSERT_FALSE(result) << method.full_name;
        EXPECT_EQ(result.error().code, Code::unimplemented) << method.full_name;
    }
}

}  // namespace
}  // namespace penstock::test

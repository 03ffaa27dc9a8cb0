#include <fmt/core.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/client/ask_secret.h"
#include "app/client/choice.h"
#include "app/client/error.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/saved_session.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/identity.pb.h"

namespace penstock::client {

namespace {

struct UserInput {
    std::string email;
    std::string name;
    std::vector<std::string> roles;
    std::string user;
    std::string code;
};

const std::map<std::string, v1::UserRole>& roles_by_name() {
    static const std::map<std::string, v1::UserRole> kRoles{
        {"administrator", v1::USER_ADMINISTRATOR},
        {"trader", v1::USER_TRADER},
        {"finance", v1::USER_FINANCE},
        {"viewer", v1::USER_VIEWER},
        {"system-administrator", v1::USER_SYSTEM_ADMINISTRATOR},
        {"security-administrator", v1::USER_SECURITY_ADMINISTRATOR},
        {"auditor", v1::USER_AUDITOR}};
    return kRoles;
}

std::string name_of(int role) {
    for (const auto& [name, value] : roles_by_name()) {
        if (value == role) return name;
    }
    return "?";
}

RemoteResult<void> add_user(Session& session, const UserInput& input) {
    v1::AddUserRequest request;
    request.set_email(input.email);
    request.set_name(input.name);
    for (const std::string& role : input.roles) request.add_roles(roles_by_name().at(role));
    TRY_ASSIGN(const auto added,
               session.call<v1::AddUserResponse>("IdentityService/AddUser", request));
    if (session.output() == Output::machines) {
        print_json(added);
        return {};
    }
    fmt::print("user        {}\ninvitation  {}\nexpires     {}\n", added.user(), added.invitation(),
               time_text(added.expires_at_ns()));
    fmt::print(
        "The invitation is shown this once. Whoever has it chooses the password:\n"
        "  penstock user accept\n");
    return {};
}

RemoteResult<void> list_users(Session& session) {
    Table table({{"USER"}, {"NAME"}, {"E-MAIL"}, {"ROLES"}, {"STATE"}, {"2ND FACTOR"}, {"LOCKED"}});
    TRY((for_each_page<v1::ListUsersResponse>(
        session, "IdentityService/ListUsers", v1::ListUsersRequest(),
        [&](const v1::ListUsersResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::Person& person : page.people()) {
                const v1::User& user = person.user();
                std::string roles;
                for (const int role : user.roles())
                    roles.append(roles.empty() ? "" : ",").append(name_of(role));
                table.add({user.id(), person.name(), person.email(), roles,
                           enum_text(user.state(), "USER_"), user.second_factor() ? "yes" : "no",
                           time_text(user.locked_until_ns())});
            }
        })));
    if (session.output() == Output::people) fmt::print("{}", table.text());
    return {};
}

RemoteResult<void> remove_user(Session& session, const UserInput& input) {
    v1::RemoveUserRequest request;
    request.set_user(input.user);
    TRY(session.call<v1::RemoveUserResponse>("IdentityService/RemoveUser", request));
    if (session.output() == Output::people)
        fmt::print("{} is removed, and what is personal is erased\n", input.user);
    return {};
}

RemoteResult<std::string> secret(const char* prompt,
                                 Result<std::string> (*ask)(const char*) = ask_secret) {
    auto text = ask(prompt);
    if (!text) return refuse(text.error());
    return *std::move(text);
}

RemoteResult<void> accept(Session& session) {
    session.set_anonymous();
    v1::AcceptInvitationRequest request;
    TRY_ASSIGN(*request.mutable_invitation(), secret("Invitation: "));
    TRY_ASSIGN(*request.mutable_password(), secret("New password: ", ask_new_secret));
    TRY_ASSIGN(const auto accepted, session.call<v1::AcceptInvitationResponse>(
                                        "IdentityService/AcceptInvitation", request));
    if (session.output() == Output::machines)
        print_json(accepted);
    else
        fmt::print("{} can sign in: penstock login --email …\n", accepted.user());
    return {};
}

RemoteResult<void> log_in(Session& session, const UserInput& input) {
    session.set_anonymous();
    v1::SignInRequest request;
    request.set_email(input.email);
    request.set_code(input.code);
    request.set_bearer(true);
    TRY_ASSIGN(*request.mutable_password(), secret("Password: "));
    auto signed_in = session.call<v1::SignInResponse>("IdentityService/SignIn", request);
    if (!signed_in && signed_in.error().reason == "CODE_NEEDED" && input.code.empty()) {
        TRY_ASSIGN(*request.mutable_code(), secret("Code: "));
        signed_in = session.call<v1::SignInResponse>("IdentityService/SignIn", request);
    }
    TRY(signed_in);
    if (auto saved = save_token(session.server(), signed_in->token()); !saved)
        return refuse(saved.error());
    if (session.output() == Output::machines) {
        signed_in->clear_token();
        print_json(*signed_in);
        return {};
    }
    fmt::print("{} of {} until {}\n", signed_in->user(), signed_in->party(),
               time_text(signed_in->expires_at_ns()));
    if (signed_in->limited())
        fmt::print("A second factor is needed before more can be done: BeginSecondFactor.\n");
    return {};
}

RemoteResult<void> log_out(Session& session) {
    const auto done =
        session.call<v1::SignOutResponse>("IdentityService/SignOut", v1::SignOutRequest());
    forget_token();
    TRY(done);
    return {};
}

}  // namespace

void add_user_verbs(CLI::App& app) {
    const auto input = std::make_shared<UserInput>();
    CLI::App* user = app.add_subcommand("user", "The people of your party");
    user->require_subcommand(1);
    CLI::App* add = add_verb(*user, "add", "Invites a person", input, add_user);
    add->add_option("--email", input->email, "Address that signs the person in")->required();
    add->add_option("--name", input->name, "Name of the person")->required();
    std::vector<std::string> names;
    for (const auto& [name, role] : roles_by_name()) names.push_back(name);
    add->add_option("--role", input->roles, "What the person may do")
        ->required()
        ->delimiter(',')
        ->check(one_of(names));
    add_verb(*user, "list", "Lists the people who are not removed", input,
             [](Session& session, const UserInput&) { return list_users(session); });
    CLI::App* remove = add_verb(*user, "remove", "Removes a person for good", input, remove_user);
    remove->add_option("user", input->user, "user_…")->required();
    add_verb(*user, "accept", "Takes an invitation up, and chooses a password", input,
             [](Session& session, const UserInput&) { return accept(session); });

    CLI::App* in =
        add_verb(app, "login", "Signs in; the session is kept for other verbs", input, log_in);
    in->add_option("--email", input->email, "Your address")->required();
    in->add_option("--code", input->code, "Of the second factor, or a recovery code");
    add_verb(app, "logout", "Ends the session", input,
             [](Session& session, const UserInput&) { return log_out(session); });
}

}  // namespace penstock::client

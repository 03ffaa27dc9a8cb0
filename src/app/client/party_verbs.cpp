#include <fmt/core.h>

#include <memory>
#include <string>
#include <vector>

#include "advise/intent/names.h"
#include "app/client/choice.h"
#include "app/client/error.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/party.pb.h"

namespace penstock::client {

namespace {

struct PartyInput {
    std::string name;
    std::vector<std::string> roles;
    std::string party;
    bool approve = false;
    bool reject = false;
    bool suspend = false;
    std::string note;
    std::string site;
    std::string pool;
    std::string place;
    std::uint32_t ttl_seconds = 0;
};

RemoteResult<void> register_party(Session& session, const PartyInput& input) {
    v1::RegisterPartyRequest request;
    request.set_name(input.name);
    for (const std::string& role : input.roles)
        request.add_roles(role == "supplier" ? v1::ROLE_SUPPLIER : v1::ROLE_BUYER);
    TRY_ASSIGN(const auto response,
               session.call<v1::RegisterPartyResponse>("PartyService/RegisterParty", request));
    if (session.output() == Output::machines) {
        print_json(response);
        return {};
    }
    fmt::print("party  {}\nkey    {}\n", response.party(), response.secret());
    fmt::print("The key is shown this once: keep it safe. The operator now reviews {}.\n",
               response.party());
    return {};
}

RemoteResult<void> review(Session& session, const PartyInput& input) {
    v1::ReviewPartyRequest request;
    request.set_party(input.party);
    request.set_note(input.note);
    request.set_decision(input.approve  ? v1::PARTY_QUALIFIED
                         : input.reject ? v1::PARTY_REJECTED
                                        : v1::PARTY_SUSPENDED);
    TRY_ASSIGN(const auto response,
               session.call<v1::ReviewPartyResponse>("PartyService/ReviewParty", request));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("{} is {}\n", input.party, enum_text(response.state(), "PARTY_"));
    return {};
}

RemoteResult<void> list_parties(Session& session) {
    Table table({{"PARTY"}, {"NAME"}, {"ROLES"}, {"STATE"}, {"SINCE"}});
    TRY((for_each_page<v1::ListPartiesResponse>(
        session, "PartyService/ListParties", v1::ListPartiesRequest(),
        [&](const v1::ListPartiesResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::Party& party : page.parties()) {
                std::string roles;
                for (const int role : party.roles())
                    roles.append(roles.empty() ? "" : ",")
                        .append(enum_text(static_cast<v1::Role>(role), "ROLE_"));
                table.add({party.id(), party.name(), roles, enum_text(party.state(), "PARTY_"),
                           time_text(party.registered_at_ns())});
            }
        })));
    if (session.output() == Output::people) fmt::print("{}", table.text());
    return {};
}

RemoteResult<void> create_token(Session& session, const PartyInput& input) {
    v1::CreateEnrolmentTokenRequest request;
    request.set_site_name(input.site);
    request.set_pool_name(input.pool);
    if (!input.place.empty()) {
        const auto place = intent::place_id(input.place, "place");
        if (!place) return refuse(place.error());
        const auto kind = intent::find_place(*place)->kind;
        if (kind != intent::PlaceKind::city && kind != intent::PlaceKind::province)
            return refuse(kUsage, "place", "Give the city or province in which the site is.");
        request.set_place(*place);
    }
    request.set_ttl_seconds(input.ttl_seconds);
    TRY_ASSIGN(const auto response, session.call<v1::CreateEnrolmentTokenResponse>(
                                        "PartyService/CreateEnrolmentToken", request));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("token    {}\nexpires  {}\nIt enrols one agent, once.\n", response.token(),
                   time_text(response.expires_at_ns()));
    return {};
}

}  // namespace

void add_party_verbs(CLI::App& app) {
    const auto input = std::make_shared<PartyInput>();
    CLI::App* sign_up = add_verb(app, "register", "Signs a new party up", input, register_party);
    sign_up->add_option("--name", input->name, "Name of the party")->required();
    sign_up->add_option("--role", input->roles, "buyer, supplier, or both")
        ->required()
        ->delimiter(',')
        ->check(one_of({"buyer", "supplier"}));

    CLI::App* decide =
        add_verb(app, "review", "Admits, rejects or suspends a party (operator)", input, review);
    decide->add_option("party", input->party, "party_…")->required();
    CLI::Option_group* decision = decide->add_option_group("decision");
    decision->add_flag("--approve", input->approve, "Admits it");
    decision->add_flag("--reject", input->reject, "Turns it away for good");
    decision->add_flag("--suspend", input->suspend, "Lets it start nothing new");
    decision->require_option(1);
    decide->add_option("--note", input->note, "Why; shown to the party");

    add_verb(app, "parties", "Lists all parties (operator)", input,
             [](Session& session, const PartyInput&) { return list_parties(session); });

    CLI::App* token = app.add_subcommand("token", "One-time tokens with which agents join");
    token->require_subcommand(1);
    CLI::App* create =
        add_verb(*token, "create", "Makes a token for one pool", input, create_token);
    create->add_option("--site", input->site, "Name of the site")->required();
    create->add_option("--pool", input->pool, "Name of the pool")->required();
    create->add_option("--place", input->place,
                       "Where the site is: a city or province (docs/intent.md)");
    create->add_option("--ttl", input->ttl_seconds, "Seconds until it expires (3600)");
}

}  // namespace penstock::client

#include <fmt/core.h>

#include <memory>
#include <string>
#include <vector>

#include "app/client/choice.h"
#include "app/client/error.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/party.pb.h"

namespace penstock::client {

namespace {

struct KeyInput {
    std::string label;
    std::vector<std::string> scopes;
    std::uint32_t ttl_seconds = 0;
    std::vector<std::string> networks;
    std::string key;
    std::uint32_t overlap_seconds = 3'600;
};

std::string scope_text(int scope) {
    return enum_word(static_cast<v1::Permission>(scope), "PERMISSION_");
}

std::vector<std::string> scope_names() {
    std::vector<std::string> names;
    for (int scope = v1::Permission_MIN + 1; scope <= v1::Permission_MAX; ++scope)
        names.push_back(scope_text(scope));
    return names;
}

RemoteResult<void> add_key(Session& session, const KeyInput& input) {
    v1::CreateApiKeyRequest request;
    request.set_label(input.label);
    for (int scope = v1::Permission_MIN + 1; scope <= v1::Permission_MAX; ++scope) {
        for (const std::string& name : input.scopes) {
            if (name == scope_text(scope)) request.add_scopes(static_cast<v1::Permission>(scope));
        }
    }
    request.set_ttl_seconds(input.ttl_seconds);
    for (const std::string& network : input.networks) request.add_networks(network);
    TRY_ASSIGN(const auto made,
               session.call<v1::CreateApiKeyResponse>("PartyService/CreateApiKey", request));
    if (session.output() == Output::machines)
        print_json(made);
    else
        fmt::print("id   {}\nkey  {}\nThe key is shown this once: keep it safe.\n", made.key(),
                   made.secret());
    return {};
}

RemoteResult<void> rotate_key(Session& session, const KeyInput& input) {
    v1::RotateApiKeyRequest request;
    request.set_key(input.key);
    request.set_overlap_seconds(input.overlap_seconds);
    TRY_ASSIGN(const auto made,
               session.call<v1::RotateApiKeyResponse>("PartyService/RotateApiKey", request));
    if (session.output() == Output::machines)
        print_json(made);
    else
        fmt::print("id   {}\nkey  {}\nThe key is shown this once. {} goes on until {}.\n",
                   made.key(), made.secret(), input.key, time_text(made.old_expires_at_ns()));
    return {};
}

RemoteResult<void> revoke_key(Session& session, const KeyInput& input) {
    v1::RevokeApiKeyRequest request;
    request.set_key(input.key);
    TRY(session.call<v1::RevokeApiKeyResponse>("PartyService/RevokeApiKey", request));
    if (session.output() == Output::people) fmt::print("{} is revoked\n", input.key);
    return {};
}

RemoteResult<void> list_keys(Session& session) {
    Table table({{"KEY"}, {"LABEL"}, {"SCOPES"}, {"NETWORKS"}, {"EXPIRES"}, {"LAST USED"}});
    const auto joined = [](const auto& items, const auto& text) {
        std::string line;
        for (const auto& item : items) line.append(line.empty() ? "" : ",").append(text(item));
        return line.empty() ? std::string("all") : line;
    };
    TRY((for_each_page<v1::ListApiKeysResponse>(
        session, "PartyService/ListApiKeys", v1::ListApiKeysRequest(),
        [&](const v1::ListApiKeysResponse& page) {
            if (session.output() == Output::machines) return print_json(page);
            for (const v1::ApiKey& key : page.keys())
                table.add({key.id(), key.label(), joined(key.scopes(), scope_text),
                           joined(key.networks(), [](const std::string& text) { return text; }),
                           time_text(key.expires_at_ns()), time_text(key.last_used_at_ns())});
        })));
    if (session.output() == Output::people) fmt::print("{}", table.text());
    return {};
}

}  // namespace

void add_key_verbs(CLI::App& app) {
    const auto input = std::make_shared<KeyInput>();
    CLI::App* key = app.add_subcommand("key", "The API keys of your party");
    key->require_subcommand(1);
    CLI::App* add = add_verb(*key, "add", "Makes a key", input, add_key);
    add->add_option("--label", input->label, "What it is for")->required();
    add->add_option("--scope", input->scopes, "What it may do; all that you may, if none is given")
        ->delimiter(',')
        ->check(one_of(scope_names()));
    add->add_option("--ttl", input->ttl_seconds, "Seconds until it expires; 0: never");
    add->add_option("--network", input->networks, "From where it counts, for instance 10.0.0.0/8")
        ->delimiter(',');
    CLI::App* rotate =
        add_verb(*key, "rotate", "Makes a key that takes another's place", input, rotate_key);
    rotate->add_option("id", input->key, "key_…")->required();
    rotate->add_option("--overlap", input->overlap_seconds, "Seconds that the old one goes on")
        ->capture_default_str();
    CLI::App* revoke = add_verb(*key, "revoke", "Stops a key at once", input, revoke_key);
    revoke->add_option("id", input->key, "key_…")->required();
    add_verb(*key, "list", "Lists the keys that are not revoked", input,
             [](Session& session, const KeyInput&) { return list_keys(session); });
}

}  // namespace penstock::client

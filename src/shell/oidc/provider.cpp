#include "shell/oidc/provider.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "shell/oidc/error.h"
#include "transport/http/client.h"
#include "transport/http/message.h"

namespace penstock::oidc {

namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kTimeout{5'000};
constexpr std::size_t kAnswerBytesMax = 256u << 10;
/// Keys are asked for no more often, whoever sends tokens with unknown ones.
constexpr std::chrono::milliseconds kKeysPause{2'000};
constexpr std::string_view kScope = "openid email profile";

std::unexpected<Error> failed(std::string detail) {
    return reject(kProviderFailed, {}, std::move(detail));
}

std::string text_at(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

struct SplitUrl {
    std::string base;
    std::string target;
};

std::optional<SplitUrl> split(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos || url.find('#') != std::string_view::npos)
        return std::nullopt;
    const std::size_t path = url.find_first_of("/?", scheme + 3);
    const std::string base(url.substr(0, path));
    const std::string target(path == std::string_view::npos ? "/" : url.substr(path));
    return SplitUrl{base, target.starts_with('/') ? target : "/" + target};
}

/// Over TLS, or on this very machine.
bool is_safe(std::string_view url) {
    if (url.starts_with("https://")) return true;
    const auto parts = split(url);
    if (!parts || !url.starts_with("http://")) return false;
    std::string_view host = std::string_view(parts->base).substr(7);
    if (host.find('@') != std::string_view::npos) return false;
    host =
        host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
    return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

Result<transport::HttpResponse> ask(std::string_view url, transport::HttpCall call) {
    const auto parts = split(url);
    if (!parts || !is_safe(url)) return failed("An address of it is not safe.");
    transport::HttpClientOptions options;
    options.base_url = parts->base;
    options.connect_timeout = kTimeout;
    options.timeout = kTimeout;
    options.body_bytes_max = kAnswerBytesMax;
    auto client = transport::HttpClient::create(std::move(options));
    if (!client) return failed(client.error().message());
    call.target = parts->target;
    auto answer = client->request(call);
    if (!answer) return failed(answer.error().message());
    return answer;
}

Result<json::object> fetch(std::string_view url, const std::string& bearer = {}) {
    transport::HttpCall call;
    call.headers.add("Accept", "application/json");
    if (!bearer.empty()) call.headers.add("Authorization", "Bearer " + bearer);
    TRY_ASSIGN(const auto answer, ask(url, std::move(call)));
    if (answer.status != 200) return failed("It answered " + std::to_string(answer.status) + ".");
    boost::system::error_code error;
    json::value value = json::parse(answer.body, error);
    if (error || !value.is_object()) return failed("Its answer is no JSON object.");
    return std::move(value.as_object());
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

Result<ProviderSettings> parse_one(const json::value& value) {
    const auto bad = [](std::string detail) {
        return reject(kConfigurationInvalid, "providers", std::move(detail));
    };
    if (!value.is_object()) return bad("Each provider is an object.");
    const json::object& object = value.as_object();
    ProviderSettings settings;
    settings.name = text_at(object, "name");
    settings.issuer = text_at(object, "issuer");
    settings.client_id = text_at(object, "client_id");
    settings.client_secret = text_at(object, "client_secret");
    if (!is_name(settings.name)) return bad("A name has letters a to z, digits and '-'.");
    if (!is_safe(settings.issuer)) return bad("An issuer begins with https://.");
    if (settings.client_id.empty() || settings.client_secret.empty())
        return bad("client_id and client_secret are needed.");
    const std::string party = text_at(object, "party");
    const auto id = PartyId::parse(party);
    if (!party.empty() && !id) return bad("A party looks like party_7.");
    settings.party = id.value_or(PartyId{});
    return settings;
}

std::string form_field(std::string_view name, std::string_view value) {
    return std::string(name) + "=" + transport::percent_encode(value);
}

}  // namespace

Result<std::vector<ProviderSettings>> parse_settings(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    const json::value* list =
        !error && value.is_object() ? value.as_object().if_contains("providers") : nullptr;
    if (list == nullptr || !list->is_array())
        return reject(kConfigurationInvalid, {}, "It is no object with a list of providers.");
    std::vector<ProviderSettings> settings;
    for (const json::value& item : list->as_array()) {
        TRY_ASSIGN(ProviderSettings one, parse_one(item));
        for (const ProviderSettings& other : settings) {
            if (other.name == one.name)
                return reject(kConfigurationInvalid, "providers", "A name stands there twice.");
        }
        settings.push_back(std::move(one));
    }
    return settings;
}

Result<Provider::Endpoints> Provider::endpoints() {
    {
        const std::scoped_lock lock(mutex_);
        if (endpoints_) return *endpoints_;
    }
    std::string issuer = settings_.issuer;
    if (issuer.ends_with('/')) issuer.pop_back();
    TRY_ASSIGN(const auto found, fetch(issuer + "/.well-known/openid-configuration"));
    if (text_at(found, "issuer") != settings_.issuer)
        return failed("It calls itself by another name.");
    Endpoints endpoints{text_at(found, "authorization_endpoint"), text_at(found, "token_endpoint"),
                        text_at(found, "jwks_uri"), text_at(found, "userinfo_endpoint")};
    for (const std::string& url : {endpoints.authorization, endpoints.token, endpoints.keys}) {
        if (!is_safe(url)) return failed("An address of it is not safe.");
    }
    const std::scoped_lock lock(mutex_);
    endpoints_ = endpoints;
    return endpoints;
}

Result<std::string> Provider::authorization_url(const Request& request) {
    TRY_ASSIGN(const Endpoints found, endpoints());
    std::string url = found.authorization;
    url.append(url.find('?') == std::string::npos ? "?" : "&");
    url.append("response_type=code&code_challenge_method=S256");
    for (const auto& [name, value] :
         {std::pair<std::string_view, std::string_view>{"client_id", settings_.client_id},
          {"redirect_uri", request.redirect_uri},
          {"scope", kScope},
          {"state", request.state},
          {"nonce", request.nonce},
          {"code_challenge", request.code_challenge}})
        url.append("&").append(form_field(name, value));
    return url;
}

Result<KeySet> Provider::keys_with(const Endpoints& found, std::string_view key_id) {
    const auto now = std::chrono::steady_clock::now();
    {
        const std::scoped_lock lock(mutex_);
        const bool is_fresh =
            keys_fetched_.time_since_epoch().count() != 0 && now < keys_fetched_ + kKeysPause;
        if (keys_.contains(key_id) || is_fresh) return keys_;
        keys_fetched_ = now;
    }
    TRY_ASSIGN(const auto answer, fetch(found.keys));
    TRY_ASSIGN(KeySet keys, parse_key_set(json::serialize(answer)));
    const std::scoped_lock lock(mutex_);
    keys_ = std::move(keys);
    return keys_;
}

Result<Claims> Provider::redeem(const Redeem& redeem) {
    TRY_ASSIGN(const Endpoints found, endpoints());
    const std::string form = "grant_type=authorization_code&" + form_field("code", redeem.code) +
                             "&" + form_field("redirect_uri", redeem.redirect_uri) + "&" +
                             form_field("code_verifier", redeem.code_verifier);
    transport::HttpCall call;
    call.verb = "POST";
    call.headers.add("Content-Type", "application/x-www-form-urlencoded");
    call.headers.add("Accept", "application/json");
    // RFC 6749, section 2.3.1: both parts are form-encoded first.
    const std::string pair = transport::percent_encode(settings_.client_id) + ":" +
                             transport::percent_encode(settings_.client_secret);
    call.headers.add("Authorization", "Basic " + crypto::base64(crypto::bytes_of(pair)));
    call.body = form;
    TRY_ASSIGN(const auto answer, ask(found.token, std::move(call)));
    if (answer.status == 400 || answer.status == 401)
        return reject(kProviderRefused, {}, "It did not take the code.");
    boost::system::error_code error;
    const json::value value = json::parse(answer.body, error);
    if (answer.status != 200 || error || !value.is_object())
        return failed("It answered " + std::to_string(answer.status) + " for the code.");
    const std::string token = text_at(value.as_object(), "id_token");
    const auto key_id = key_id_of(token);
    if (!key_id) return reject(kTokenInvalid, {}, "It is malformed.");
    TRY_ASSIGN(const KeySet keys, keys_with(found, *key_id));
    TRY_ASSIGN(Claims claims, check_id_token(token, keys,
                                             {.issuer = settings_.issuer,
                                              .client_id = settings_.client_id,
                                              .nonce = redeem.nonce,
                                              .now_seconds = redeem.now_seconds}));
    const std::string access = text_at(value.as_object(), "access_token");
    if (claims.email.empty() && !found.user_info.empty() && !access.empty()) {
        TRY_ASSIGN(const auto info, fetch(found.user_info, access));
        TRY(add_user_info(json::serialize(info), claims));
    }
    return claims;
}

}  // namespace penstock::oidc

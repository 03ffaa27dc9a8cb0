#include "shell/oidc/id_token.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <vector>

#include "base/try.h"
#include "shell/oidc/base64_url.h"
#include "shell/oidc/error.h"

namespace penstock::oidc {

namespace {

namespace json = boost::json;

constexpr std::size_t kTokenBytesMax = 16'384;
constexpr std::size_t kSubjectBytesMax = 255;
constexpr std::int64_t kDriftSeconds = 60;
constexpr std::size_t kKeysMax = 64;

std::optional<json::object> parse_object(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.as_object());
}

std::string_view text_at(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->as_string())
                                                  : std::string_view();
}

/// Whole seconds; nothing for anything else.
std::optional<std::int64_t> time_at(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    return value->as_int64();
}

bool is_true(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->as_bool();
}

std::unexpected<Error> invalid(std::string detail) {
    return reject(kTokenInvalid, {}, std::move(detail));
}

Result<crypto::VerificationKey> parse_key(const json::object& key) {
    const auto part = [&](std::string_view name) {
        return parse_base64_url(text_at(key, name)).value_or(crypto::Bytes());
    };
    if (text_at(key, "kty") == "RSA") return crypto::VerificationKey::rsa(part("n"), part("e"));
    if (text_at(key, "kty") == "EC" && text_at(key, "crv") == "P-256")
        return crypto::VerificationKey::p256(part("x"), part("y"));
    return reject(kTokenInvalid);
}

struct Parts {
    json::object header;
    json::object payload;
    std::string_view signed_text;
    crypto::Bytes signature;
};

std::optional<Parts> take_apart(std::string_view token) {
    if (token.size() > kTokenBytesMax || std::ranges::count(token, '.') != 2) return std::nullopt;
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    const auto header = parse_base64_url(token.substr(0, first));
    const auto payload = parse_base64_url(token.substr(first + 1, last - first - 1));
    auto signature = parse_base64_url(token.substr(last + 1));
    if (!header || !payload || !signature) return std::nullopt;
    auto header_object = parse_object(crypto::text_of(*header));
    auto payload_object = parse_object(crypto::text_of(*payload));
    if (!header_object || !payload_object) return std::nullopt;
    return Parts{*std::move(header_object), *std::move(payload_object), token.substr(0, last),
                 *std::move(signature)};
}

Result<crypto::TokenAlgorithm> algorithm_of(const json::object& header) {
    const std::string_view name = text_at(header, "alg");
    if (name == "RS256") return crypto::TokenAlgorithm::rs256;
    if (name == "PS256") return crypto::TokenAlgorithm::ps256;
    if (name == "ES256") return crypto::TokenAlgorithm::es256;
    return invalid("Its algorithm is not taken.");
}

Result<void> check_signature(const Parts& parts, const KeySet& keys) {
    TRY_ASSIGN(const auto algorithm, algorithm_of(parts.header));
    // What must be understood and is not (RFC 7515, section 4.1.11).
    if (parts.header.contains("crit")) return invalid("It has critical headers.");
    const auto key = keys.find(text_at(parts.header, "kid"));
    if (key == keys.end()) return invalid("Its key is unknown.");
    const crypto::ByteView text = crypto::bytes_of(parts.signed_text);
    if (!key->second.verify(algorithm, text, parts.signature))
        return invalid("Its signature is wrong.");
    return {};
}

Result<void> check_audience(const json::object& payload, std::string_view client_id) {
    const json::value* audience = payload.if_contains("aud");
    if (audience == nullptr) return invalid("It is for nobody.");
    const auto is_ours = [&](const json::value& value) {
        return value.is_string() && std::string_view(value.as_string()) == client_id;
    };
    const bool has_several = audience->is_array() && audience->as_array().size() != 1;
    const json::value& only =
        audience->is_array() && !has_several ? audience->as_array().front() : *audience;
    if (has_several || !is_ours(only)) return invalid("It is for somebody else.");
    const std::string_view party = text_at(payload, "azp");
    if (!party.empty() && party != client_id) return invalid("It was given to somebody else.");
    return {};
}

Result<void> check_times(const json::object& payload, std::int64_t now) {
    const auto expires = time_at(payload, "exp");
    const auto issued = time_at(payload, "iat");
    if (!expires || !issued) return invalid("It says not when it was made and ends.");
    if (now >= *expires + kDriftSeconds) return invalid("It has expired.");
    if (*issued > now + kDriftSeconds) return invalid("It comes from the future.");
    const auto not_before = time_at(payload, "nbf");
    if (not_before && *not_before > now + kDriftSeconds) return invalid("It is not in force yet.");
    return {};
}

/// Ways of signing in that are a second factor (RFC 8176).
bool has_second_factor(const json::object& payload) {
    const json::value* methods = payload.if_contains("amr");
    if (methods == nullptr || !methods->is_array()) return false;
    return std::ranges::any_of(methods->as_array(), [](const json::value& method) {
        constexpr std::array<std::string_view, 3> kStrong{"mfa", "otp", "hwk"};
        return method.is_string() &&
               std::ranges::find(kStrong, std::string_view(method.as_string())) != kStrong.end();
    });
}

}  // namespace

Result<KeySet> parse_key_set(std::string_view text) {
    const auto object = parse_object(text);
    const json::value* keys = object ? object->if_contains("keys") : nullptr;
    if (keys == nullptr || !keys->is_array() || keys->as_array().size() > kKeysMax)
        return reject(kProviderFailed, {}, "Its keys cannot be read.");
    KeySet set;
    for (const json::value& value : keys->as_array()) {
        if (!value.is_object()) continue;
        const json::object& key = value.as_object();
        const std::string_view use = text_at(key, "use");
        if (!use.empty() && use != "sig") continue;
        if (auto parsed = parse_key(key)) set.emplace(text_at(key, "kid"), *std::move(parsed));
    }
    return set;
}

std::optional<std::string> key_id_of(std::string_view token) {
    const auto parts = take_apart(token);
    if (!parts) return std::nullopt;
    return std::string(text_at(parts->header, "kid"));
}

Result<Claims> check_id_token(std::string_view token, const KeySet& keys,
                              const Expected& expected) {
    const auto parts = take_apart(token);
    if (!parts) return invalid("It is malformed.");
    TRY(check_signature(*parts, keys));
    const json::object& payload = parts->payload;
    if (text_at(payload, "iss") != expected.issuer) return invalid("Its issuer is another.");
    TRY(check_audience(payload, expected.client_id));
    TRY(check_times(payload, expected.now_seconds));
    if (expected.nonce.empty() || text_at(payload, "nonce") != expected.nonce)
        return invalid("It is of another sign-in.");
    Claims claims;
    claims.subject = text_at(payload, "sub");
    if (claims.subject.empty() || claims.subject.size() > kSubjectBytesMax)
        return invalid("It names nobody.");
    if (is_true(payload, "email_verified")) claims.email = text_at(payload, "email");
    claims.second_factor = has_second_factor(payload);
    return claims;
}

Result<void> add_user_info(std::string_view text, Claims& claims) {
    const auto object = parse_object(text);
    if (!object || text_at(*object, "sub") != claims.subject)
        return invalid("The provider's other answer is about somebody else.");
    if (is_true(*object, "email_verified")) claims.email = text_at(*object, "email");
    return {};
}

}  // namespace penstock::oidc

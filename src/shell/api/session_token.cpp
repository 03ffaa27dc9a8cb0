#include "shell/api/session_token.h"

#include <charconv>

#include "crypto/bytes.h"
#include "crypto/hex.h"
#include "crypto/random.h"

namespace penstock::shell {

namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kSecretLength = 2 * kSecretBytes;

}  // namespace

std::string SessionToken::draw_secret() {
    return crypto::hex(crypto::random_bytes(kSecretBytes));
}

std::string SessionToken::text() const {
    return std::string(kSessionTokenPrefix) + std::to_string(session) + "_" + secret;
}

crypto::Sha256 SessionToken::hash(TokenCarrier carrier) const {
    return crypto::sha256((carrier == TokenCarrier::cookie ? "cookie:" : "bearer:") + secret);
}

std::string SessionToken::csrf_token() const {
    return crypto::hex(
        crypto::hmac_sha256(crypto::bytes_of(secret), crypto::bytes_of("penstock-csrf")));
}

std::optional<SessionToken> SessionToken::parse(std::string_view text) {
    if (!text.starts_with(kSessionTokenPrefix)) return std::nullopt;
    text.remove_prefix(kSessionTokenPrefix.size());
    SessionToken token;
    const char* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, token.session);
    if (error != std::errc{} || end == last || *end != '_') return std::nullopt;
    token.secret = text.substr(static_cast<std::size_t>(end - text.data()) + 1);
    if (token.secret.size() != kSecretLength || !crypto::parse_hex(token.secret))
        return std::nullopt;
    return token;
}

}  // namespace penstock::shell

#include "format/request_signature.h"

#include <algorithm>

#include "base/assert.h"
#include "base/id.h"
#include "crypto/base64.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "format/error.h"
#include "format/text_reader.h"

namespace penstock::format {

namespace {

constexpr std::size_t kHeaderSizeMax = 256;

bool is_verb(std::string_view verb) {
    return !verb.empty() && std::ranges::all_of(verb, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// A path with a space or a line end could be read as another request's verb, path or time.
bool is_path(std::string_view path) {
    return path.starts_with('/') &&
           std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string signed_text(std::int64_t unix_ms, const SignedRequest& request) {
    std::string text = "penstock-request/v1\n";
    text.append(request.verb).append(" ").append(request.path).append("\n");
    text.append(std::to_string(unix_ms)).append("\n");
    return text.append(crypto::hex(crypto::sha256(request.body))).append("\n");
}

}  // namespace

std::string sign_request(std::string_view agent, std::int64_t unix_ms, const SignedRequest& request,
                         const crypto::KeyPair& pair) {
    PENSTOCK_ASSERT(AgentId::parse(agent).has_value() && unix_ms >= 0);
    PENSTOCK_ASSERT(is_verb(request.verb) && is_path(request.path));
    std::string header(kRequestSignatureScheme);
    header.append(agent).append(".").append(std::to_string(unix_ms)).append(".");
    return header.append(crypto::base64(pair.sign(signed_text(unix_ms, request))));
}

Result<RequestSignature> parse_request_signature(std::string_view header) {
    const auto malformed = [] { return reject(kRequestSignatureMalformed, "authorization"); };
    if (header.size() > kHeaderSizeMax || !take_text(header, kRequestSignatureScheme)) {
        return malformed();
    }
    const std::size_t first = header.find('.');
    if (first == header.npos) return malformed();
    const std::size_t second = header.find('.', first + 1);
    if (second == header.npos) return malformed();
    const std::string_view agent = header.substr(0, first);
    const auto unix_ms = parse_decimal<std::int64_t>(header.substr(first + 1, second - first - 1));
    const auto signature = crypto::parse_base64_array<64>(header.substr(second + 1));
    if (!AgentId::parse(agent) || !unix_ms || !signature) return malformed();
    return RequestSignature{std::string(agent), *unix_ms, *signature};
}

Result<void> verify_request_signature(const RequestSignature& signature,
                                      const SignedRequest& request, const crypto::PublicKey& key,
                                      std::int64_t now_ms) {
    PENSTOCK_ASSERT(now_ms >= 0);
    // Both are zero or more, so their difference fits.
    const std::int64_t skew_ms = now_ms - signature.unix_ms;
    if (skew_ms > kRequestSkewMsMax || skew_ms < -kRequestSkewMsMax) {
        return reject(kRequestClockSkewed, "authorization");
    }
    if (!is_verb(request.verb) || !is_path(request.path) ||
        !crypto::verify(key, signed_text(signature.unix_ms, request), signature.signature)) {
        return reject(kRequestSignatureWrong, "authorization");
    }
    return {};
}

}  // namespace penstock::format

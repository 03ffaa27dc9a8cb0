#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/ed25519.h"

namespace penstock::format {

/// How an agent shows who it is with each HTTP request: the Authorization header is
///
///     Penstock-Agent <agent id>.<unix ms>.<base64 Ed25519 signature>
///
/// and the signature is over
///
///     penstock-request/v1\n<VERB> <path>\n<unix ms>\n<hex SHA-256 of the body>\n
///
/// where the path includes the query, as it stands in the request line. A request can be repeated
/// by whoever overhears it for as long as its time is accepted: the transport must be TLS, and what
/// must not happen twice carries an idempotency key.

inline constexpr std::string_view kRequestSignatureScheme = "Penstock-Agent ";
/// A request is accepted only when signed at most this long ago, or ahead.
inline constexpr std::int64_t kRequestSkewMsMax = 60'000;

/// What is signed, apart from the time.
struct SignedRequest {
    std::string_view verb;  ///< Upper-case.
    std::string_view path;  ///< With the query; without spaces or control characters.
    std::string_view body;
};

struct RequestSignature {
    std::string agent;  ///< agent_7
    std::int64_t unix_ms = 0;
    crypto::Signature signature{};
};

/// The value of the Authorization header.
std::string sign_request(std::string_view agent, std::int64_t unix_ms, const SignedRequest& request,
                         const crypto::KeyPair& pair);

/// Takes the header apart; nothing is verified.
/// @retval kRequestSignatureMalformed  Not of the form above.
Result<RequestSignature> parse_request_signature(std::string_view header);

/// @param key     The registered key of `signature.agent`.
/// @param now_ms  The verifier's clock, milliseconds of UTC since 1970.
/// @retval kRequestClockSkewed     Signed over 60 s from `now_ms`.
/// @retval kRequestSignatureWrong  Not this request, or not this key.
Result<void> verify_request_signature(const RequestSignature& signature,
                                      const SignedRequest& request, const crypto::PublicKey& key,
                                      std::int64_t now_ms);

}  // namespace penstock::format

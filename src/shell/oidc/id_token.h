#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/verification_key.h"

namespace penstock::oidc {

/// A provider's keys by their ids (RFC 7517). Keys of other kinds and uses are left out.
using KeySet = std::map<std::string, crypto::VerificationKey, std::less<>>;

/// @retval kProviderFailed  It is no set of keys.
Result<KeySet> parse_key_set(std::string_view json);

/// The id of the key that a token names; nothing when the token is malformed.
std::optional<std::string> key_id_of(std::string_view token);

/// What a token must be.
struct Expected {
    std::string_view issuer;
    std::string_view client_id;
    std::string_view nonce;
    std::int64_t now_seconds = 0;  ///< Since 1970.
};

/// What a token says of a person.
struct Claims {
    std::string subject;
    std::string email;  ///< Empty unless the provider has verified it.
    bool second_factor = false;
};

/// Checks an ID token (OpenID Connect Core 1.0, section 3.1.3.7): signed by RS256, PS256 or ES256
/// with a key of the set, from the issuer, for this client and nobody else, of this sign-in, and in
/// force but for a minute of drift.
/// @retval kTokenInvalid  The detail says which check it did not stand.
Result<Claims> check_id_token(std::string_view token, const KeySet& keys, const Expected& expected);

/// Reads the claims that a UserInfo answer adds; its subject must be that of the token.
/// @retval kTokenInvalid
Result<void> add_user_info(std::string_view json, Claims& claims);

}  // namespace penstock::oidc

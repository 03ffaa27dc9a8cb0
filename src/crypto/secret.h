#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/sha256.h"

namespace penstock::crypto {

/// A new bearer secret: "<prefix>_" and 256 random bits as 52 characters of lower-case base32
/// (RFC 4648, unpadded), for instance "psk_4w…". The prefix lets people and leak scanners tell what
/// it is. Show it once; store only `secret_digest`.
/// @param prefix  1 to 16 of a-z and 0-9.
std::string make_secret(std::string_view prefix);

/// What is stored in a secret's place, and compared in constant time. With 256 bits of randomness
/// a plain hash cannot be searched, so no slow one is needed.
/// @retval kSecretInvalid  `text` was not made by `make_secret(prefix)`.
Result<Sha256> secret_digest(std::string_view prefix, std::string_view text);

}  // namespace penstock::crypto

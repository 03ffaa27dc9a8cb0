#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/bytes.h"

namespace penstock::oidc {

/// Base64 with the alphabet of URLs and without padding (RFC 7515, section 2).
std::string base64_url(crypto::ByteView bytes);
/// Nothing for a text that `base64_url` would not have written.
std::optional<crypto::Bytes> parse_base64_url(std::string_view text);

}  // namespace penstock::oidc

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::crypto {

using SealKey = std::array<std::uint8_t, 32>;

/// Encrypts and authenticates: XChaCha20-Poly1305 under a random nonce, which stands in front.
/// @param context  Bound to the text but not part of it: a sealed text moved elsewhere opens no
/// more.
std::string seal(const SealKey& key, std::string_view text, std::string_view context);

/// What was sealed.
/// @retval kSealBroken  Another key, another context, or not one bit as it was.
Result<std::string> unseal(const SealKey& key, std::string_view sealed, std::string_view context);

}  // namespace penstock::crypto

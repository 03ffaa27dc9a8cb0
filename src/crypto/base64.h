#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/bytes.h"
#include "crypto/error.h"

namespace penstock::crypto {

/// Standard base64 with padding (RFC 4648, section 4).
std::string base64(ByteView bytes);

/// The bytes that `base64` wrote as `text`.
/// @retval kBase64Invalid  White space, the URL alphabet, missing padding, or spare bits that are
///                         not zero: two texts never decode to the same bytes.
Result<Bytes> parse_base64(std::string_view text);

/// The same, of exactly N bytes.
template <std::size_t N>
Result<std::array<std::uint8_t, N>> parse_base64_array(std::string_view text) {
    auto bytes = parse_base64(text);
    if (!bytes) return std::unexpected(std::move(bytes).error());
    if (bytes->size() != N) return reject(kBase64Invalid);
    std::array<std::uint8_t, N> array;
    std::copy(bytes->begin(), bytes->end(), array.begin());
    return array;
}

}  // namespace penstock::crypto

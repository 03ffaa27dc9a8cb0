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

/// Lower-case hexadecimal, two digits a byte.
std::string hex(ByteView bytes);

/// The bytes that `hex` wrote as `text`.
/// @retval kHexInvalid  An odd length, an upper-case digit or any other character.
Result<Bytes> parse_hex(std::string_view text);

/// The same, of exactly N bytes.
template <std::size_t N>
Result<std::array<std::uint8_t, N>> parse_hex_array(std::string_view text) {
    auto bytes = parse_hex(text);
    if (!bytes) return std::unexpected(std::move(bytes).error());
    if (bytes->size() != N) return reject(kHexInvalid);
    std::array<std::uint8_t, N> array;
    std::copy(bytes->begin(), bytes->end(), array.begin());
    return array;
}

}  // namespace penstock::crypto

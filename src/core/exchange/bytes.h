#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "core/exchange/error.h"

namespace penstock::exchange {

/// @retval HASH_INVALID  Not 32 bytes.
inline Result<std::array<std::uint8_t, 32>> read_hash(std::string_view bytes,
                                                      std::string_view field) {
    std::array<std::uint8_t, 32> hash;
    if (bytes.size() != hash.size()) return reject(kHashInvalid, field);
    std::memcpy(hash.data(), bytes.data(), hash.size());
    return hash;
}

}  // namespace penstock::exchange

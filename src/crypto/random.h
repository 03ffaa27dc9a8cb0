#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "crypto/bytes.h"

namespace penstock::crypto {

/// Overwrites all of `target` with the system's unpredictable randomness. Thread-safe.
void fill_random(std::span<std::uint8_t> target);

/// `count` unpredictable bytes.
Bytes random_bytes(std::size_t count);

template <std::size_t N>
std::array<std::uint8_t, N> random_array() {
    std::array<std::uint8_t, N> drawn;
    fill_random(drawn);
    return drawn;
}

}  // namespace penstock::crypto

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock::crypto {

/// SipHash-2-4 under a key drawn for this object: fast, and nobody outside can choose texts that
/// fall together. For tables in memory alone. Immutable; thread-safe.
class ShortHash {
  public:
    ShortHash();
    std::uint64_t operator()(std::string_view text) const;

  private:
    std::array<std::uint8_t, 16> key_;
};

}  // namespace penstock::crypto

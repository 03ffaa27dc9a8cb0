#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "crypto/bytes.h"

struct evp_md_ctx_st;

namespace penstock::crypto {

/// A SHA-256 digest (FIPS 180-4).
using Sha256 = std::array<std::uint8_t, 32>;

/// The digest of all of `data`. Thread-safe.
Sha256 sha256(ByteView data);
Sha256 sha256(std::string_view data);

/// HMAC-SHA-256 (RFC 2104). Any length of key. Thread-safe.
Sha256 hmac_sha256(ByteView key, ByteView data);

/// The digest of data that arrives in pieces. One thread at a time.
class Sha256Stream {
  public:
    Sha256Stream();

    void update(ByteView data);
    void update(std::string_view data);
    /// The digest of all updates so far; the stream then begins anew.
    Sha256 finish();

  private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace penstock::crypto

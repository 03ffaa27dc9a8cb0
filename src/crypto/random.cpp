#include "crypto/random.h"

#include <sodium.h>

#include "crypto/sodium.h"

namespace penstock::crypto {

void fill_random(std::span<std::uint8_t> target) {
    ensure_sodium();
    randombytes_buf(target.data(), target.size());
}

Bytes random_bytes(std::size_t count) {
    Bytes drawn(count);
    fill_random(drawn);
    return drawn;
}

}  // namespace penstock::crypto

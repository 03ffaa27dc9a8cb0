#include "crypto/random.h"

#include <sodium.h>

#include "crypto/sodium.h"

namespace penstock::crypto {

void fill_random(std::span<std::uint8_t> target) {
    ensure_sodium();
    if (target.empty()) return;  // An empty span may have no address, which sodium does not take.
    randombytes_buf(target.data(), target.size());
}

Bytes random_bytes(std::size_t count) {
    Bytes drawn(count);
    fill_random(drawn);
    return drawn;
}

}  // namespace penstock::crypto

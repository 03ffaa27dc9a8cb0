// The exchange's state in bytes: whatever passes the checksum is refused, or is just what would be
// written again.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "small_exchange.h"

namespace {

using penstock::exchange::Exchange;

std::string sealed(std::string_view first_line, std::string_view body) {
    std::string bytes(first_line);
    bytes += body;
    const penstock::Digest digest = penstock::digest_of(bytes);
    return bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::string sound = small_exchange().snapshot();
    static const std::string first_line = sound.substr(0, sound.find('\n') + 1);
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)Exchange::restore(bytes);
    const std::string snapshot = sealed(first_line, bytes);
    if (const auto restored = Exchange::restore(snapshot))
        PENSTOCK_ASSERT(restored->snapshot() == snapshot);
    // And the bytes as a change of something sound.
    std::string changed = sound.substr(first_line.size(), sound.size() - first_line.size() - 32);
    for (std::size_t i = 0; i + 2 < size; i += 3)
        changed[(data[i] * 256U + data[i + 1]) % changed.size()] = static_cast<char>(data[i + 2]);
    const std::string second = sealed(first_line, changed);
    if (const auto restored = Exchange::restore(second))
        PENSTOCK_ASSERT(restored->snapshot() == second);
    return 0;
}

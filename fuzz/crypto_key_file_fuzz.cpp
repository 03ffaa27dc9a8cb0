// Private key files, and hexadecimal text: what is read is what would have been written.
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/hex.h"
#include "crypto/key_file.h"
#include "scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock::crypto;
    static const ScratchFolder scratch;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto bytes = parse_hex(text)) PENSTOCK_ASSERT(hex(*bytes) == text);
    if (const auto pair = load_key_file(scratch.write("key", text))) {
        const auto copy = scratch.path() / "copy";
        std::filesystem::remove(copy);
        PENSTOCK_ASSERT(save_key_file(copy, *pair));
        PENSTOCK_ASSERT(load_key_file(copy)->public_key() == pair->public_key());
    }
    return 0;
}

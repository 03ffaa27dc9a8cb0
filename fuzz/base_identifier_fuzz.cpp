// Compute identifiers: whatever is read is what would have been written.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/identifier.h"

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto identifier = parse_identifier(text)) {
        PENSTOCK_ASSERT(identifier_text(*identifier) == text);
    }
    return 0;
}

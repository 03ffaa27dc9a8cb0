// Short texts that name things to the server: files of the store, and places to die at.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "shell/artifacts/digest.h"
#include "shell/kill_point/kill_point.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto digest = artifacts::FileDigest::parse(text)) {
        PENSTOCK_ASSERT(digest->text() == text && text.size() == 64);
        PENSTOCK_ASSERT(text.find_first_not_of("0123456789abcdef") == text.npos);
    }
    if (const auto order = shell::parse_kill_order(text)) {
        PENSTOCK_ASSERT(order->pass > 0 && text.starts_with(shell::name(order->point)));
    }
    return 0;
}

// Output patterns come from buyers, and paths from their tasks.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "agent/glob.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto line = text.find('\n');
    const auto pattern = text.substr(0, line);
    const auto path = line == std::string_view::npos ? std::string_view() : text.substr(line + 1);
    const bool matches = penstock::agent::matches_path(pattern, path);
    // What matches goes on matching below.
    if (matches && !penstock::agent::matches_path(pattern, std::string(path) + "/below"))
        std::abort();
    return 0;
}

// What an agent is told on its command line.
#include <cstdint>
#include <string_view>

#include "agent/options.h"
#include "base/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock::agent;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto cpus = parse_cpu_list(text)) {
        PENSTOCK_ASSERT(!cpus->empty() && cpus->back() < 4096);
        for (std::size_t i = 1; i < cpus->size(); ++i) PENSTOCK_ASSERT((*cpus)[i - 1] < (*cpus)[i]);
    }
    if (const auto bytes = parse_memory_size(text))
        PENSTOCK_ASSERT(*bytes > 0 && *bytes <= std::uint64_t{1} << 50);
    if (const auto micros = parse_price_micros(text))
        PENSTOCK_ASSERT(*micros > 0 && *micros <= 1'000'000'000'000);
    return 0;
}

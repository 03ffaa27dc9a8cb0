// What an agent and its shims kept across a restart: a shim's status, and files of named texts.
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/shim/status.h"
#include "agent/state_file.h"
#include "scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock::agent;
    static const ScratchFolder scratch;
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto status = parse_status(text)) {
        const std::string written = to_json(*status);
        const auto again = parse_status(written);
        PENSTOCK_ASSERT(again && to_json(*again) == written);
    }
    const auto values = read_state(scratch.write("state.json", text));
    if (!values) return 0;
    const std::string copy = scratch.path() / "copy.json";
    PENSTOCK_ASSERT(write_state(copy, *values));
    PENSTOCK_ASSERT(read_state(copy) == *values);
    return 0;
}

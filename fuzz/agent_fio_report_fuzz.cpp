// The report of a program that is not ours.
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/measure/disk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string report(reinterpret_cast<const char*>(data), size);
    static_cast<void>(penstock::agent::parse_fio_bandwidth(report, "read"));
    return 0;
}

// The journal's write-ahead log as a power cut or a bad disk left it: looked through, never
// trusted.
#include <cstdint>
#include <string_view>

#include "scratch_file.h"
#include "shell/journal/wal_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const ScratchFolder scratch;
    const auto file = scratch.write("journal.db-wal", {reinterpret_cast<const char*>(data), size});
    (void)penstock::shell::check_write_ahead_log(file);
    return 0;
}

// Snapshot files: what is loaded is what was saved, and nothing else is loaded.
#include <cstdint>
#include <string>
#include <string_view>

#include "scratch_file.h"
#include "shell/snapshot/snapshot_store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock::shell;
    static const ScratchFolder scratch;
    const SnapshotStore store(scratch.path());
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    scratch.write("snapshot-7.bin", bytes);
    if (const auto loaded = store.load(7)) {
        PENSTOCK_ASSERT(loaded->mark.sequence == 7);
        PENSTOCK_ASSERT(bytes.ends_with(loaded->state));
    }
    PENSTOCK_ASSERT(store.sequences().size() == 1);
    return 0;
}

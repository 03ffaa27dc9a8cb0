// The manifest of a backup, which says what is written where when the backup is restored.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "shell/backup/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock;
    const auto manifest = backup::parse_manifest({reinterpret_cast<const char*>(data), size});
    if (!manifest) return 0;
    for (const v1::BackupFile& file : manifest->files()) {
        const std::string& path = file.path();
        PENSTOCK_ASSERT(path.starts_with("data/") || path.starts_with("secrets/"));
        PENSTOCK_ASSERT(("/" + path + "/").find("/../") == std::string::npos);
        PENSTOCK_ASSERT((file.mode() & ~0777U) == 0);
    }
    return 0;
}

// Paths below /evidence/: nothing outside of the log's folder is ever opened.
#include <cstdint>
#include <string>
#include <string_view>

#include "scratch_file.h"
#include "shell/evidence/static_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock;
    static const ScratchFolder scratch;
    static const auto secret = scratch.write("secret", "not of the log");
    static const evidence::LogFiles files(scratch.path() / "log");
    static const bool is_made = std::filesystem::create_directories(files.folder());
    PENSTOCK_ASSERT(is_made);
    transport::HttpRequest request;
    request.verb = "GET";
    request.target = std::string(evidence::kEvidencePrefix);
    request.target.append(reinterpret_cast<const char*>(data), size);
    // The folder is empty, so whatever is found lies elsewhere.
    PENSTOCK_ASSERT(evidence::serve_log(files, request).status == 404);
    return 0;
}

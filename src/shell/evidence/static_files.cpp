#include "shell/evidence/static_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/assert.h"
#include "format/tile.h"

namespace penstock::evidence {

namespace {

transport::HttpResponse plain(unsigned status, std::string text) {
    transport::HttpResponse response;
    response.status = status;
    response.headers.add("content-type", "text/plain; charset=utf-8");
    response.body = std::move(text);
    return response;
}

}  // namespace

transport::HttpResponse serve_log(const LogFiles& files, const transport::HttpRequest& request) {
    PENSTOCK_ASSERT(request.path().starts_with(kEvidencePrefix));
    if (request.verb != "GET" && request.verb != "HEAD") {
        auto refused = plain(405, "Only GET and HEAD.\n");
        refused.headers.add("allow", "GET, HEAD");
        return refused;
    }
    const std::string_view name = request.path().substr(kEvidencePrefix.size());
    const bool checkpoint = name == format::kCheckpointPath;
    // Only names that are tiles reach the file system.
    if (!checkpoint && !format::parse_tile_path(name))
        return plain(404, "No such file; see c2sp.org/tlog-tiles.\n");

    const std::filesystem::path path = files.folder() / name;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status{};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        if (descriptor >= 0) ::close(descriptor);
        // A partial tile may have gone in favour of the full one, which the standard lets clients
        // ask for; a tile of the future must not be cached as missing.
        auto missing = plain(404, "The log has no such file.\n");
        missing.headers.add("cache-control", "no-store");
        return missing;
    }
    transport::HttpResponse response;
    response.headers.add("content-type",
                         checkpoint ? "text/plain; charset=utf-8" : "application/octet-stream");
    response.headers.add("cache-control",
                         checkpoint ? "public, max-age=1" : "public, max-age=31536000, immutable");
    response.headers.add("access-control-allow-origin", "*");
    response.file.emplace(descriptor, 0, static_cast<std::uint64_t>(status.st_size));
    return response;
}

}  // namespace penstock::evidence

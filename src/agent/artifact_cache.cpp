#include "agent/artifact_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include "agent/error.h"
#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/folder.h"

namespace penstock::agent {
namespace fs = std::filesystem;
namespace {

Fault fault_of(const Error& error) {
    return {error.code(), std::string(error.reason()), error.message(), error.number()};
}

/// A file whose server has been away for so long counts as lost; until then a task waits for it.
constexpr std::chrono::minutes kAwayMax{10};

}  // namespace

bool is_digest(const std::string& text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char digit) {
               return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
           });
}

Result<std::string> digest_of_file(const std::string& path) {
    const files::Descriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat about{};
    if (!file.is_open() || ::fstat(file.number(), &about) != 0 || !S_ISREG(about.st_mode))
        return files::fault("cannot open", path);
    crypto::Sha256Stream stream;
    std::vector<char> buffer(1U << 20);
    while (true) {
        const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return files::fault("cannot read", path);
        if (count == 0) return crypto::hex(stream.finish());
        stream.update(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    }
}

ArtifactCache::ArtifactCache(Exchange& exchange, std::string folder, std::uint64_t size_max)
    : exchange_(exchange), folder_(std::move(folder)), size_max_(size_max) {}

Answer<std::string> ArtifactCache::fetch(const std::string& digest, std::stop_token stop) {
    if (!is_digest(digest))
        return std::unexpected(Fault{Code::invalid_argument, {}, "not a digest: " + digest});
    if (const auto made = files::ensure_folder(folder_); !made)
        return std::unexpected(fault_of(made.error()));
    const std::string path = folder_ + '/' + digest;
    const auto began = std::chrono::steady_clock::now();
    const auto done = until_answered(stop, [&]() -> Answer<void> {
        std::error_code code;
        // Use is remembered by the time of last change, which never changes otherwise.
        fs::last_write_time(path, fs::file_time_type::clock::now(), code);
        if (!code) return {};
        auto fetched = download(digest, path);
        // Its server may be down for a while, or have lost it.
        if (!fetched && fetched.error().reason == "ARTIFACT_ELSEWHERE" &&
            std::chrono::steady_clock::now() - began > kAwayMax)
            fetched.error().code = Code::not_found;
        return fetched;
    });
    if (!done) return std::unexpected(done.error());
    drop_unused();
    return path;
}

Answer<void> ArtifactCache::download(const std::string& digest, const std::string& path) {
    std::string draft;
    {
        const std::lock_guard lock(mutex_);
        draft = path + ".part" + std::to_string(++drafts_);
    }
    ::unlink(draft.c_str());
    if (auto done = exchange_.download(digest, draft); !done) return done;
    const auto found = digest_of_file(draft);
    const bool is_right = found && *found == digest;
    if (is_right && ::rename(draft.c_str(), path.c_str()) == 0) return {};
    ::unlink(draft.c_str());
    if (!found) return std::unexpected(fault_of(found.error()));
    if (is_right) return std::unexpected(Fault{Code::unavailable, {}, "cannot keep " + path});
    return std::unexpected(fault_of(Error(kDigestMismatch, "digest", digest)));
}

void ArtifactCache::drop_unused() {
    struct Entry {
        fs::file_time_type used;
        std::uint64_t size;
        fs::path path;
    };
    const std::lock_guard lock(mutex_);
    std::vector<Entry> entries;
    std::uint64_t total = 0;
    std::error_code code;
    for (const auto& entry : fs::directory_iterator(folder_, code)) {
        if (!is_digest(entry.path().filename().native())) continue;
        entries.push_back({entry.last_write_time(code), entry.file_size(code), entry.path()});
        total += entries.back().size;
    }
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.used < b.used; });
    // The newest stays, however large: somebody is about to copy it.
    for (std::size_t index = 0; index + 1 < entries.size() && total > size_max_; ++index) {
        fs::remove(entries[index].path, code);
        total -= entries[index].size;
    }
}

}  // namespace penstock::agent

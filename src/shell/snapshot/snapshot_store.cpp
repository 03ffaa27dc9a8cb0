#include "shell/snapshot/snapshot_store.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>
#include <system_error>
#include <utility>

#include "base/try.h"
#include "files/whole_file.h"
#include "shell/kill_point/kill_point.h"

namespace penstock::shell {

namespace {

constexpr std::string_view kMagic = "penstock-snapshot/v1\n";
constexpr std::string_view kPrefix = "snapshot-";
constexpr std::string_view kSuffix = ".bin";
constexpr std::size_t kHeaderBytes = kMagic.size() + 8 + 32 + 32;
constexpr std::uint64_t kBytesMax = 64ull << 30;
constexpr std::size_t kKept = 2;

std::string_view text_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

SnapshotStore::SnapshotStore(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::error_code ignored;  // Shows when something is saved.
    std::filesystem::create_directories(folder_, ignored);
}

std::filesystem::path SnapshotStore::file_of(std::uint64_t sequence) const {
    return folder_ / (std::string(kPrefix) + std::to_string(sequence) + std::string(kSuffix));
}

Result<void> SnapshotStore::save(const SnapshotMark& mark, std::string_view state) const {
    char sequence[8];
    std::memcpy(sequence, &mark.sequence, sizeof sequence);
    const Digest digest = digest_of(state);
    TRY(files::write_durably(
        file_of(mark.sequence),
        {kMagic, {sequence, sizeof sequence}, text_of(mark.rolling_hash), text_of(digest), state},
        0600, [] { pass(KillPoint::before_snapshot); }));
    pass(KillPoint::after_snapshot);
    const auto all = sequences();
    std::error_code ignored;
    for (std::size_t i = kKept; i < all.size(); ++i)
        std::filesystem::remove(file_of(all[i]), ignored);
    return {};
}

std::vector<std::uint64_t> SnapshotStore::sequences() const {
    std::vector<std::uint64_t> found;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder_, failed), none; !failed && entry != none;
         entry.increment(failed)) {
        const std::string file = entry->path().filename().string();
        std::string_view text = file;
        if (!text.starts_with(kPrefix) || !text.ends_with(kSuffix)) continue;
        text = text.substr(kPrefix.size());
        text.remove_suffix(kSuffix.size());
        std::uint64_t sequence = 0;
        const char* last = text.data() + text.size();
        const auto [end, error] = std::from_chars(text.data(), last, sequence);
        if (error == std::errc{} && end == last) found.push_back(sequence);
    }
    std::ranges::sort(found, std::greater{});
    return found;
}

Result<Snapshot> SnapshotStore::load(std::uint64_t sequence) const {
    const auto path = file_of(sequence);
    TRY_ASSIGN(std::string content, files::read_file(path, kBytesMax));
    if (content.size() < kHeaderBytes || !content.starts_with(kMagic))
        return reject(kSnapshotUnusable, {}, path.string());
    Snapshot snapshot;
    Digest digest{};
    const char* at = content.data() + kMagic.size();
    std::memcpy(&snapshot.mark.sequence, at, 8);
    std::memcpy(snapshot.mark.rolling_hash.data(), at + 8, 32);
    std::memcpy(digest.data(), at + 40, 32);
    content.erase(0, kHeaderBytes);
    if (snapshot.mark.sequence != sequence || digest_of(content) != digest)
        return reject(kSnapshotUnusable, {}, path.string());
    snapshot.state = std::move(content);
    return snapshot;
}

}  // namespace penstock::shell

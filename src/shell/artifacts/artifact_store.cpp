#include "shell/artifacts/artifact_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/try.h"
#include "crypto/hex.h"
#include "shell/artifacts/error.h"

namespace penstock::artifacts {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigits = 64;
/// How much of an upload is written between two looks at the disk's free space.
constexpr std::uint64_t kRoomStep = 1u << 20;

std::unexpected<Error> fault(const fs::path& path, int number) {
    return reject(kArtifactFault, {},
                  path.filename().string() + ": " + std::strerror(number) + ".");
}

Result<void> sync_folder(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int number = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!synced) return fault(folder, number);
    return {};
}

}  // namespace

Result<FileDigest> FileDigest::parse(std::string_view text) {
    const bool digits = std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (text.size() != kDigits || !digits) return reject(kDigestInvalid, "digest");
    return FileDigest(text);
}

Upload::Upload(ArtifactStore& store, FileDigest digest, fs::path temporary, int descriptor)
    : store_(store),
      digest_(std::move(digest)),
      temporary_(std::move(temporary)),
      descriptor_(descriptor) {}

Upload::~Upload() {
    if (descriptor_ >= 0) ::close(descriptor_);
    ::unlink(temporary_.c_str());  // Gone already when it became part of the store.
    store_.release(reserved_);
}

Result<void> Upload::write(std::string_view piece) {
    if (piece.size() > store_.limits_.file_bytes_max - size_) return reject(kArtifactTooLarge);
    if (size_ + piece.size() > room_checked_) {
        TRY(store_.check_free_space(kRoomStep));
        room_checked_ = size_ + piece.size() + kRoomStep;
    }
    if (!store_.reserve(piece.size())) return reject(kArtifactsFull);
    reserved_ += piece.size();
    size_ += piece.size();
    hash_.update(piece);
    while (!piece.empty()) {
        const ssize_t written = ::write(descriptor_, piece.data(), piece.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno == ENOSPC) return reject(kArtifactsFull);
        if (written < 0) return fault(temporary_, errno);
        piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> Upload::finish() {
    if (crypto::hex(hash_.finish()) != digest_.text()) return reject(kDigestMismatch, "digest");
    if (::fsync(descriptor_) != 0) return fault(temporary_, errno);
    const std::lock_guard lock(store_.placing_);
    if (store_.find(digest_)) return {};  // The same content came before; ours is dropped.
    return put_in_place();
}

Result<void> Upload::put_in_place() {
    const fs::path path = store_.path_of(digest_);
    if (::mkdir(path.parent_path().c_str(), 0700) == 0) {
        TRY(sync_folder(path.parent_path().parent_path()));
    } else if (errno != EEXIST) {
        return fault(path.parent_path(), errno);
    }
    if (::rename(temporary_.c_str(), path.c_str()) != 0) return fault(path, errno);
    reserved_ = 0;  // From now on it counts as stored.
    return sync_folder(path.parent_path());
}

Result<std::unique_ptr<ArtifactStore>> ArtifactStore::open(const fs::path& folder,
                                                           ArtifactLimits limits) {
    std::error_code error;
    fs::remove_all(folder / "incoming", error);
    fs::create_directories(folder / "incoming", error);
    if (!error) fs::create_directories(folder / "sha256", error);
    if (error) return reject(kArtifactFault, {}, folder.string() + ": " + error.message() + ".");
    std::unique_ptr<ArtifactStore> store(new ArtifactStore(folder, limits));
    for (fs::recursive_directory_iterator file(folder / "sha256", error), end;
         !error && file != end; file.increment(error))
        if (file->is_regular_file(error)) store->total_bytes_ += file->file_size(error);
    if (error) return reject(kArtifactFault, {}, folder.string() + ": " + error.message() + ".");
    return store;
}

fs::path ArtifactStore::path_of(const FileDigest& digest) const {
    return folder_ / "sha256" / digest.text().substr(0, 2) / digest.text();
}

bool ArtifactStore::reserve(std::uint64_t bytes) {
    std::uint64_t total = total_bytes_;
    do {
        if (total > limits_.total_bytes_max || bytes > limits_.total_bytes_max - total)
            return false;
    } while (!total_bytes_.compare_exchange_weak(total, total + bytes));
    return true;
}

Result<void> ArtifactStore::check_free_space(std::uint64_t bytes) const {
    if (limits_.free_bytes_min == 0) return {};
    struct statvfs status{};
    if (::statvfs(folder_.c_str(), &status) != 0) return fault(folder_, errno);
    const std::uint64_t free_bytes = status.f_bavail * status.f_frsize;
    if (free_bytes < limits_.free_bytes_min || bytes > free_bytes - limits_.free_bytes_min)
        return reject(kArtifactsFull, {}, "The disk is nearly full.");
    return {};
}

Result<std::unique_ptr<Upload>> ArtifactStore::begin(const FileDigest& digest, std::uint64_t size) {
    if (size > limits_.file_bytes_max) return reject(kArtifactTooLarge);
    const std::uint64_t total = total_bytes_;
    if (total > limits_.total_bytes_max || size > limits_.total_bytes_max - total)
        return reject(kArtifactsFull);
    TRY(check_free_space(size));
    fs::path temporary = folder_ / "incoming" / std::to_string(++uploads_);
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return fault(temporary, errno);
    return std::unique_ptr<Upload>(new Upload(*this, digest, std::move(temporary), descriptor));
}

Result<StoredFile> ArtifactStore::find(const FileDigest& digest) const {
    StoredFile file{path_of(digest), 0};
    struct stat status{};
    if (::stat(file.path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
        return reject(kArtifactNotFound, "digest");
    file.size = static_cast<std::uint64_t>(status.st_size);
    return file;
}

}  // namespace penstock::artifacts

#include "shell/evidence/log_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/try.h"
#include "shell/evidence/error.h"

namespace penstock::evidence {

namespace {

namespace fs = std::filesystem;

std::unexpected<Error> fault(const fs::path& path, int number) {
    return reject(kEvidenceFault, {}, path.string() + ": " + std::strerror(number) + ".");
}

/// A file descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

  private:
    int number_;
};

Result<void> sync_folder(const fs::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.number() < 0 || ::fsync(opened.number()) != 0) return fault(folder, errno);
    return {};
}

/// Makes a folder and those above it, each safe on the disk.
Result<void> ensure_folder(const fs::path& folder) {
    std::error_code error;
    if (fs::is_directory(folder, error)) return {};
    if (folder.has_parent_path()) TRY(ensure_folder(folder.parent_path()));
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return fault(folder, errno);
    return sync_folder(folder.parent_path());
}

std::size_t bytes_of(const format::Tile& tile) {
    return tile.width * sizeof(format::Hash);
}

}  // namespace

Result<void> write_whole_file(const fs::path& path, std::string_view content) {
    TRY(ensure_folder(path.parent_path()));
    const fs::path temporary = path.string() + ".new";
    {
        const Descriptor file(
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
        if (file.number() < 0) return fault(temporary, errno);
        while (!content.empty()) {
            const ssize_t written = ::write(file.number(), content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return fault(temporary, errno);
            content.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(file.number()) != 0) return fault(temporary, errno);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) return fault(path, errno);
    return sync_folder(path.parent_path());
}

Result<std::string> read_whole_file(const fs::path& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) return fault(path, errno);
    std::string content;
    char piece[16384];
    while (true) {
        const ssize_t count = ::read(file.number(), piece, sizeof(piece));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fault(path, errno);
        if (count == 0) return content;
        content.append(piece, static_cast<std::size_t>(count));
    }
}

Result<void> LogFiles::write(const format::Tile& tile, std::string_view content) const {
    const std::string path = format::tile_path(tile);
    TRY(write_whole_file(folder_ / path, content));
    if (tile.width == format::kTileWidth) {
        std::error_code ignored;
        fs::remove_all(folder_ / (path + ".p"), ignored);
    }
    return {};
}

Result<std::string> LogFiles::read(const format::Tile& tile) const {
    auto content = read_whole_file(folder_ / format::tile_path(tile));
    if (content || tile.width == format::kTileWidth) return content;
    format::Tile full = tile;
    full.width = format::kTileWidth;
    auto whole = read_whole_file(folder_ / format::tile_path(full));
    if (!whole) return content;
    if (tile.kind == format::TileKind::hashes) {
        if (whole->size() < bytes_of(full)) return content;
        return whole->substr(0, bytes_of(tile));
    }
    TRY_ASSIGN(auto entries, format::decode_entries(*whole, full.width));
    entries.resize(tile.width);
    return format::encode_entries(entries);
}

Result<void> LogFiles::write_checkpoint(std::string_view note) const {
    return write_whole_file(folder_ / format::kCheckpointPath, note);
}

Result<std::string> LogFiles::read_checkpoint() const {
    std::error_code error;
    const fs::path path = folder_ / format::kCheckpointPath;
    if (!fs::exists(path, error) && !error) return std::string();
    return read_whole_file(path);
}

format::TileReader LogFiles::reader() const {
    return [files = *this](const format::Tile& tile) { return files.read(tile); };
}

}  // namespace penstock::evidence

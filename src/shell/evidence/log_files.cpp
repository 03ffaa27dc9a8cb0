#include "shell/evidence/log_files.h"

#include <system_error>
#include <utility>

#include "base/try.h"
#include "files/folder.h"
#include "files/whole_file.h"
#include "shell/evidence/error.h"

namespace penstock::evidence {

namespace {

namespace fs = std::filesystem;

/// A fault of these files, said of the log.
template <class T>
Result<T> of_log(Result<T> result) {
    if (result) return result;
    return reject(kEvidenceFault, {}, result.error().detail());
}

/// Makes a folder and those above it, each safe on the disk.
Result<void> ensure_durable_folder(const fs::path& folder) {
    std::error_code error;
    if (fs::is_directory(folder, error)) return {};
    if (folder.has_parent_path()) TRY(ensure_durable_folder(folder.parent_path()));
    TRY(files::ensure_folder(folder, 0755));
    return files::sync_name(folder);
}

std::size_t bytes_of(const format::Tile& tile) {
    return tile.width * sizeof(format::Hash);
}

}  // namespace

Result<void> write_whole_file(const fs::path& path, std::string_view content) {
    TRY(of_log(ensure_durable_folder(path.parent_path())));
    return of_log(files::write_durably(path, {content}, 0644));
}

Result<std::string> read_whole_file(const fs::path& path) {
    return of_log(files::read_file(path));
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

#include "shell/evidence/check.h"

#include <string>
#include <vector>

#include "base/try.h"
#include "format/tile.h"
#include "shell/evidence/error.h"
#include "shell/evidence/log_files.h"

namespace penstock::evidence {

namespace {

using format::kTileHeight;
using format::Tile;
using format::TileKind;

std::unexpected<Error> altered(const Tile& tile, std::string_view what) {
    return reject(kCheckpointMismatch, {},
                  "File " + format::tile_path(tile) + ": " + std::string(what) + ".");
}

/// Compares one row of hash tiles with the hashes that the row must hold.
Result<void> compare_row(const LogFiles& files, unsigned level, std::uint64_t size,
                         const std::vector<format::Hash>& expected) {
    for (const Tile& tile : format::tiles_between(0, size)) {
        if (tile.kind != TileKind::hashes || tile.level != level) continue;
        TRY_ASSIGN(const std::string content, files.read(tile));
        TRY_ASSIGN(const auto hashes, format::decode_hashes(content, tile.width));
        for (unsigned i = 0; i < tile.width; ++i)
            if (hashes[i] != expected[tile.index * format::kTileWidth + i])
                return altered(tile, "hash " + std::to_string(i) + " is not what lies below it");
    }
    return {};
}

}  // namespace

Result<void> check_tiles(const std::filesystem::path& folder, const format::TreeHead& head) {
    const LogFiles files(folder);
    const std::uint64_t size = head.size;
    // Hashes of each row of tiles, as the entries give them: 32 bytes an entry, and 1/255 more.
    std::vector<std::vector<format::Hash>> rows;
    format::MerkleTree tree;
    for (const Tile& tile : format::tiles_between(0, size)) {
        if (tile.kind != TileKind::entries) continue;
        TRY_ASSIGN(const std::string content, files.read(tile));
        TRY_ASSIGN(const auto entries, format::decode_entries(content, tile.width));
        for (const std::string& entry : entries) {
            tree.append(format::leaf_hash(entry), [&](format::NodeId id, const format::Hash& hash) {
                if (id.level % kTileHeight != 0) return;
                const unsigned row = id.level / kTileHeight;
                if (row >= rows.size()) rows.resize(row + 1);
                rows[row].push_back(hash);
            });
        }
    }
    for (unsigned level = 0; level < rows.size(); ++level)
        TRY(compare_row(files, level, size, rows[level]));
    if (tree.root() != head.root)
        return reject(kCheckpointMismatch, {},
                      "The entries do not give the root that was signed at size " +
                          std::to_string(size) + ".");
    return {};
}

Result<format::Checkpoint> check_log(const std::filesystem::path& folder,
                                     const format::VerifierKey& key) {
    TRY_ASSIGN(const std::string note, LogFiles(folder).read_checkpoint());
    TRY_ASSIGN(format::Checkpoint checkpoint, format::verify_checkpoint(note, key));
    TRY(check_tiles(folder, checkpoint.head));
    return checkpoint;
}

}  // namespace penstock::evidence

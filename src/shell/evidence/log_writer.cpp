#include "shell/evidence/log_writer.h"

#include <utility>

#include "base/try.h"
#include "format/tile.h"
#include "shell/evidence/error.h"

namespace penstock::evidence {

using format::kTileHeight;
using format::kTileWidth;
using format::Tile;
using format::TileKind;

Result<LogWriter> LogWriter::resume(LogFiles files, std::uint64_t size) {
    LogWriter writer(std::move(files));
    format::TiledHashes hashes(size, writer.files_.reader());
    std::vector<format::Hash> peaks;
    std::uint64_t start = 0;
    for (unsigned level = 64; level-- > 0;) {
        if ((size >> level & 1) == 0) continue;
        TRY_ASSIGN(const format::Hash peak, hashes({level, start >> level}));
        peaks.push_back(peak);
        start += std::uint64_t{1} << level;
    }
    TRY_ASSIGN(writer.tree_, format::MerkleTree::restore(size, std::move(peaks)));
    for (unsigned level = 0; size >> (level * kTileHeight) != 0; ++level) {
        const std::uint64_t count = size >> (level * kTileHeight);
        writer.edge_.emplace_back();
        const auto width = static_cast<unsigned>(count % kTileWidth);
        if (width == 0) continue;
        const std::uint64_t index = count / kTileWidth;
        TRY_ASSIGN(const std::string content,
                   writer.files_.read({TileKind::hashes, level, index, width}));
        TRY_ASSIGN(writer.edge_.back(), format::decode_hashes(content, width));
        if (level > 0) continue;
        TRY_ASSIGN(const std::string bundle,
                   writer.files_.read({TileKind::entries, 0, index, width}));
        TRY_ASSIGN(writer.bundle_, format::decode_entries(bundle, width));
        for (unsigned i = 0; i < width; ++i) {
            if (format::leaf_hash(writer.bundle_[i]) == writer.edge_[0][i]) continue;
            return reject(kCheckpointMismatch, {},
                          "Entry " + std::to_string(index * kTileWidth + i) + " in " +
                              writer.files_.folder().string() + " was altered.");
        }
    }
    return writer;
}

Result<void> LogWriter::append(const std::string& entry) {
    std::vector<std::pair<unsigned, std::uint64_t>> full;  // Level and index of tiles now complete.
    bundle_.push_back(entry);
    tree_.append(format::leaf_hash(entry), [&](format::NodeId id, const format::Hash& hash) {
        if (id.level % kTileHeight != 0) return;
        const unsigned level = id.level / kTileHeight;
        if (level >= edge_.size()) edge_.resize(level + 1);
        edge_[level].push_back(hash);
        if (edge_[level].size() == kTileWidth) full.emplace_back(level, id.index / kTileWidth);
    });
    for (const auto& [level, index] : full) {
        TRY(files_.write({TileKind::hashes, level, index, kTileWidth},
                         format::encode_hashes(edge_[level])));
        edge_[level].clear();
        if (level > 0) continue;
        TRY_ASSIGN(const std::string content, format::encode_entries(bundle_));
        TRY(files_.write({TileKind::entries, 0, index, kTileWidth}, content));
        bundle_.clear();
    }
    return {};
}

Result<void> LogWriter::flush() {
    flushed_.resize(edge_.size());
    for (unsigned level = 0; level < edge_.size(); ++level) {
        const auto width = static_cast<unsigned>(edge_[level].size());
        const std::uint64_t count = size() >> (level * kTileHeight);
        if (width == 0 || flushed_[level] == count) continue;
        flushed_[level] = count;
        const std::uint64_t index = count / kTileWidth;
        TRY(files_.write({TileKind::hashes, level, index, width},
                         format::encode_hashes(edge_[level])));
        if (level > 0) continue;
        TRY_ASSIGN(const std::string content, format::encode_entries(bundle_));
        TRY(files_.write({TileKind::entries, 0, index, width}, content));
    }
    return {};
}

}  // namespace penstock::evidence

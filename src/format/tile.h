#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/merkle.h"

namespace penstock::format {

/// Static files of a log as c2sp.org/tlog-tiles lays them out.

inline constexpr unsigned kTileHeight = 8;                 ///< Levels of the tree a tile.
inline constexpr unsigned kTileWidth = 1U << kTileHeight;  ///< Hashes or entries a full tile.
inline constexpr std::size_t kEntrySizeMax = 65'535;       ///< Bytes of an entry.
inline constexpr std::string_view kCheckpointPath = "checkpoint";

enum class TileKind : std::uint8_t { hashes, entries };

/// One file: hashes of the tree's level 8 × `level`, or the entries themselves (level 0).
struct Tile {
    TileKind kind = TileKind::hashes;
    unsigned level = 0;           ///< 0 to 7; 0 for entries.
    std::uint64_t index = 0;      ///< The file's place in its row.
    unsigned width = kTileWidth;  ///< 1 to 256; below 256 the file is partial.
    auto operator<=>(const Tile&) const = default;
};

/// "tile/0/x001/067", "tile/1/000.p/17", "tile/entries/x001/067.p/3".
std::string tile_path(const Tile& tile);

/// The tile that `tile_path` named so.
/// @retval kTilePathInvalid  Any other text.
Result<Tile> parse_tile_path(std::string_view path);

/// The files to write when a log of `old_size` entries has grown to `size`: each tile that has more
/// in it than before, partial ones as wide as `size` makes them. Hash tiles first, by level. With
/// `old_size` 0 this is every file of the log except its superseded partial tiles.
std::vector<Tile> tiles_between(std::uint64_t old_size, std::uint64_t size);

/// Entries one after another, each after its length as two bytes, big end first.
/// @retval kEntryTooLarge  Nothing is encoded.
Result<std::string> encode_entries(const std::vector<std::string>& entries);

/// The entries that `encode_entries` wrote.
/// @param count  How many there must be.
/// @retval kTileInvalid  More, fewer, or bytes left over.
Result<std::vector<std::string>> decode_entries(std::string_view bundle, std::size_t count);

/// The hashes one after another, 32 bytes each.
std::string encode_hashes(const std::vector<Hash>& hashes);
/// @retval kTileInvalid  Not `count` hashes.
Result<std::vector<Hash>> decode_hashes(std::string_view content, std::size_t count);

/// Gives the content of one file of the log. Errors are passed on.
using TileReader = std::function<Result<std::string>(const Tile&)>;

/// Reads nodes of the tree of a log from its tiles, as a HashReader for proofs. Keeps each tile it
/// has read, so make one for each proof. It does not check the tiles: a proof from altered tiles
/// fails when it is verified.
class TiledHashes {
  public:
    /// @param size  Entries in the log; nodes beyond are refused.
    TiledHashes(std::uint64_t size, TileReader read);

    /// @retval kLeafOutOfRange  The subtree is not full in this log.
    /// @retval kTileInvalid     The file's length is wrong.
    Result<Hash> operator()(NodeId id);

  private:
    Result<const std::vector<Hash>*> tile(unsigned level, std::uint64_t index);

    std::uint64_t size_;
    TileReader read_;
    std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>> tiles_;
};

}  // namespace penstock::format

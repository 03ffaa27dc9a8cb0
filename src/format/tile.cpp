#include "format/tile.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "format/error.h"

namespace penstock::format {

namespace {

constexpr std::string_view kPrefix = "tile/";
constexpr unsigned kLevelMax = 7;

/// Decimal without leading zeros, up to 3 digits.
Result<unsigned> parse_small(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool canonical = !text.empty() && text.size() <= 3 && (text == "0" || text[0] != '0');
    if (!canonical || error != std::errc{} || end != text.data() + text.size()) {
        return reject(kTilePathInvalid, "path");
    }
    return value;
}

/// Takes the text up to the next '/', and that too, off the front of `rest`.
std::string_view take_part(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

/// Reads "x001/x234/067" or "x001/x234/067.p/5" into index and width.
Result<void> parse_number(std::string_view rest, Tile& tile) {
    std::size_t groups = 0;
    while (true) {
        std::string_view part = take_part(rest);
        const bool last = !part.starts_with('x');
        if (!last) part.remove_prefix(1);
        const bool partial = part.ends_with(".p");
        if (partial) part.remove_suffix(2);
        const bool digits = part.size() == 3 &&
                            std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
        if (!digits || ++groups > 6) return reject(kTilePathInvalid, "path");
        for (const char c : part) tile.index = tile.index * 10 + static_cast<unsigned>(c - '0');
        if (!last) {
            if (partial) return reject(kTilePathInvalid, "path");
            continue;
        }
        if (partial) {
            TRY_ASSIGN(tile.width, parse_small(take_part(rest)));
            if (tile.width == 0 || tile.width >= kTileWidth) {
                return reject(kTilePathInvalid, "path");
            }
        }
        return {};
    }
}

}  // namespace

std::string tile_path(const Tile& tile) {
    PENSTOCK_ASSERT(tile.level <= kLevelMax && tile.width >= 1 && tile.width <= kTileWidth);
    std::string path(kPrefix);
    path += tile.kind == TileKind::entries ? "entries" : std::to_string(tile.level);
    std::string digits = std::to_string(tile.index);
    digits.insert(0, (3 - digits.size() % 3) % 3, '0');
    for (std::size_t i = 0; i < digits.size(); i += 3) {
        path += i + 3 < digits.size() ? "/x" : "/";
        path += digits.substr(i, 3);
    }
    if (tile.width < kTileWidth) path += ".p/" + std::to_string(tile.width);
    return path;
}

Result<Tile> parse_tile_path(std::string_view path) {
    if (!path.starts_with(kPrefix)) return reject(kTilePathInvalid, "path");
    std::string_view rest = path.substr(kPrefix.size());
    const std::string_view row = take_part(rest);
    Tile tile;
    if (row == "entries") {
        tile.kind = TileKind::entries;
    } else {
        TRY_ASSIGN(tile.level, parse_small(row));
        if (tile.level > kLevelMax) return reject(kTilePathInvalid, "path");
    }
    TRY(parse_number(rest, tile));
    // Whatever else one might write for the same tile (x000 first, a '/' last) is another text.
    if (tile_path(tile) != path) return reject(kTilePathInvalid, "path");
    return tile;
}

std::vector<Tile> tiles_between(std::uint64_t old_size, std::uint64_t size) {
    PENSTOCK_ASSERT(old_size <= size);
    std::vector<Tile> tiles;
    const auto add_row = [&](TileKind kind, unsigned level) {
        const unsigned shift = level * kTileHeight;
        const std::uint64_t end = size >> shift;
        const std::uint64_t old_end = old_size >> shift;
        for (std::uint64_t first = old_end - old_end % kTileWidth; first < end && old_end < end;
             first += kTileWidth) {
            const auto width =
                static_cast<unsigned>(std::min<std::uint64_t>(kTileWidth, end - first));
            tiles.push_back({kind, level, first / kTileWidth, width});
        }
    };
    for (unsigned level = 0; level <= kLevelMax && size >> level * kTileHeight != 0; ++level) {
        add_row(TileKind::hashes, level);
    }
    add_row(TileKind::entries, 0);
    return tiles;
}

Result<std::string> encode_entries(const std::vector<std::string>& entries) {
    std::string bundle;
    for (const std::string& entry : entries) {
        if (entry.size() > kEntrySizeMax) return reject(kEntryTooLarge, "entry");
        bundle.push_back(static_cast<char>(entry.size() >> 8));
        bundle.push_back(static_cast<char>(entry.size() & 0xff));
        bundle += entry;
    }
    return bundle;
}

Result<std::vector<std::string>> decode_entries(std::string_view bundle, std::size_t count) {
    std::vector<std::string> entries;
    while (!bundle.empty() && entries.size() < count) {
        if (bundle.size() < 2) return reject(kTileInvalid, "bundle");
        const std::size_t length = static_cast<std::size_t>(static_cast<std::uint8_t>(bundle[0]))
                                       << 8 |
                                   static_cast<std::uint8_t>(bundle[1]);
        bundle.remove_prefix(2);
        if (bundle.size() < length) return reject(kTileInvalid, "bundle");
        entries.emplace_back(bundle.substr(0, length));
        bundle.remove_prefix(length);
    }
    if (!bundle.empty() || entries.size() != count) return reject(kTileInvalid, "bundle");
    return entries;
}

std::string encode_hashes(const std::vector<Hash>& hashes) {
    std::string content;
    content.reserve(hashes.size() * sizeof(Hash));
    for (const Hash& hash : hashes) content += crypto::text_of(hash);
    return content;
}

Result<std::vector<Hash>> decode_hashes(std::string_view content, std::size_t count) {
    if (content.size() % sizeof(Hash) != 0 || content.size() / sizeof(Hash) != count) {
        return reject(kTileInvalid, "tile");
    }
    std::vector<Hash> hashes(count);
    const crypto::ByteView bytes = crypto::bytes_of(content);
    for (std::size_t i = 0; i < count; ++i) {
        std::ranges::copy(bytes.subspan(i * sizeof(Hash), sizeof(Hash)), hashes[i].begin());
    }
    return hashes;
}

TiledHashes::TiledHashes(std::uint64_t size, TileReader read)
    : size_(size), read_(std::move(read)) {}

Result<const std::vector<Hash>*> TiledHashes::tile(unsigned level, std::uint64_t index) {
    const auto found = tiles_.find({level, index});
    if (found != tiles_.end()) return &found->second;
    const std::uint64_t row_length = size_ >> level * kTileHeight;
    const auto width =
        static_cast<unsigned>(std::min<std::uint64_t>(kTileWidth, row_length - index * kTileWidth));
    TRY_ASSIGN(const std::string content, read_({TileKind::hashes, level, index, width}));
    TRY_ASSIGN(std::vector<Hash> hashes, decode_hashes(content, width));
    return &tiles_.emplace(std::pair(level, index), std::move(hashes)).first->second;
}

Result<Hash> TiledHashes::operator()(NodeId id) {
    if (id.level >= 64 || size_ >> id.level <= id.index) return reject(kLeafOutOfRange, "node");
    const unsigned level = id.level / kTileHeight;
    const unsigned height = id.level % kTileHeight;
    const std::uint64_t first = id.index << height;
    TRY_ASSIGN(const auto* const tile_hashes, tile(level, first / kTileWidth));
    const auto begin = tile_hashes->begin() + static_cast<std::ptrdiff_t>(first % kTileWidth);
    std::vector<Hash> row(begin, begin + (std::ptrdiff_t{1} << height));
    while (row.size() > 1) {
        for (std::size_t i = 0; i < row.size() / 2; ++i) {
            row[i] = node_hash(row[2 * i], row[2 * i + 1]);
        }
        row.resize(row.size() / 2);
    }
    return row.front();
}

}  // namespace penstock::format

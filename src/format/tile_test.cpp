#include "format/tile.h"

#include <gtest/gtest.h>

#include <map>

#include "format/error.h"
#include "format/test_log.h"

namespace penstock::format {
namespace {

TEST(TilePath, is_as_the_standard_writes_it) {
    const std::pair<Tile, const char*> cases[] = {
        {{TileKind::hashes, 0, 0, 256}, "tile/0/000"},
        {{TileKind::hashes, 0, 1'234'067, 256}, "tile/0/x001/x234/067"},
        {{TileKind::hashes, 1, 0, 17}, "tile/1/000.p/17"},
        {{TileKind::hashes, 7, 999, 1}, "tile/7/999.p/1"},
        {{TileKind::hashes, 2, 1000, 255}, "tile/2/x001/000.p/255"},
        {{TileKind::entries, 0, 273, 112}, "tile/entries/273.p/112"},
        {{TileKind::entries, 0, 123'456, 256}, "tile/entries/x123/456"},
    };
    for (const auto& [tile, path] : cases) {
        EXPECT_EQ(tile_path(tile), path);
        EXPECT_EQ(parse_tile_path(path).value(), tile) << path;
    }
}

TEST(TilePath, has_no_other_text) {
    for (const char* wrong : {"",
                              "tile",
                              "tile/",
                              "tile/0",
                              "tile/0/",
                              "tile/8/000",
                              "tile/00/000",
                              "tile/0/00",
                              "tile/0/0000",
                              "tile/0/x000/001",
                              "tile/0/x001",
                              "tile/0/x001/",
                              "tile/0/000/",
                              "tile/0/000/001",
                              "tile/0/000.p",
                              "tile/0/000.p/",
                              "tile/0/000.p/0",
                              "tile/0/000.p/256",
                              "tile/0/000.p/01",
                              "tile/0/000.p/1/",
                              "tile/0/x001.p/1/000",
                              "tile/0/-01",
                              "tile/-1/000",
                              "tile/Entries/000",
                              "tile/0/../000",
                              "/tile/0/000",
                              "tile/0/000\n",
                              "tile/data/000",
                              "tile/0/x999/x999/x999/x999/x999/x999/999"}) {
        EXPECT_EQ(parse_tile_path(wrong).error().number(), kTilePathInvalid.number) << wrong;
    }
}

TEST(Tiles, of_70000_entries_are_those_of_the_standard_s_example) {
    std::map<std::pair<TileKind, unsigned>, std::pair<unsigned, unsigned>> rows;
    for (const Tile& tile : tiles_between(0, 70'000)) {
        auto& [full, partial] = rows[{tile.kind, tile.level}];
        if (tile.width == kTileWidth)
            ++full;
        else
            partial = tile.width;
    }
    using Row = std::pair<unsigned, unsigned>;
    EXPECT_EQ(rows.size(), 4U);
    EXPECT_EQ((rows[{TileKind::hashes, 0}]), (Row{273, 112}));
    EXPECT_EQ((rows[{TileKind::hashes, 1}]), (Row{1, 17}));
    EXPECT_EQ((rows[{TileKind::hashes, 2}]), (Row{0, 1}));
    EXPECT_EQ((rows[{TileKind::entries, 0}]), (Row{273, 112}));
}

TEST(Tiles, to_write_are_those_that_grew) {
    EXPECT_TRUE(tiles_between(300, 300).empty());
    EXPECT_EQ(tiles_between(255, 256), (std::vector<Tile>{{TileKind::hashes, 0, 0, 256},
                                                          {TileKind::hashes, 1, 0, 1},
                                                          {TileKind::entries, 0, 0, 256}}));
    EXPECT_EQ(tiles_between(256, 257),
              (std::vector<Tile>{{TileKind::hashes, 0, 1, 1}, {TileKind::entries, 0, 1, 1}}));
    EXPECT_EQ(tiles_between(500, 520), (std::vector<Tile>{{TileKind::hashes, 0, 1, 256},
                                                          {TileKind::hashes, 0, 2, 8},
                                                          {TileKind::hashes, 1, 0, 2},
                                                          {TileKind::entries, 0, 1, 256},
                                                          {TileKind::entries, 0, 2, 8}}));
    EXPECT_TRUE(tiles_between(0, 0).empty());
}

TEST(EntryBundle, returns_its_entries) {
    const std::vector<std::string> entries = {"", "a", std::string(kEntrySizeMax, 'x'), "\n"};
    const std::string bundle = encode_entries(entries).value();
    EXPECT_EQ(bundle.substr(0, 5), std::string("\0\0\0\1a", 5));
    EXPECT_EQ(decode_entries(bundle, 4).value(), entries);
    for (const std::size_t count : {0U, 3U, 5U}) {
        EXPECT_EQ(decode_entries(bundle, count).error().number(), kTileInvalid.number);
    }
    EXPECT_FALSE(decode_entries(bundle.substr(0, bundle.size() - 1), 4));
    EXPECT_FALSE(decode_entries(bundle + '\0', 4));
    EXPECT_EQ(encode_entries({std::string(kEntrySizeMax + 1, 'x')}).error().number(),
              kEntryTooLarge.number);
}

/// The files of a log in memory, as a server would hold them.
std::map<Tile, std::string> files_of(const TestLog& log) {
    std::map<Tile, std::string> files;
    for (const Tile& tile : tiles_between(0, log.tree().size())) {
        if (tile.kind == TileKind::entries) continue;
        std::vector<Hash> hashes;
        for (unsigned i = 0; i < tile.width; ++i) {
            hashes.push_back(
                log.reader()({tile.level * kTileHeight, tile.index * kTileWidth + i}).value());
        }
        files[tile] = encode_hashes(hashes);
    }
    return files;
}

TEST(TiledHashes, prove_what_the_whole_tree_proves) {
    TestLog log;
    log.append_numbered(66'000);
    auto files = files_of(log);
    const TileReader read = [&files](const Tile& tile) -> Result<std::string> {
        return files.at(tile);
    };
    TiledHashes hashes(66'000, read);
    const HashReader reader = [&hashes](NodeId id) { return hashes(id); };
    EXPECT_EQ(tree_root(66'000, reader).value(), log.tree().root());
    for (const std::uint64_t index : {0U, 255U, 256U, 40'000U, 65'535U, 65'536U, 65'999U}) {
        EXPECT_EQ(inclusion_proof(index, 66'000, reader).value(), log.proof(index)) << index;
        EXPECT_EQ(consistency_proof(index, 66'000, reader).value(),
                  consistency_proof(index, 66'000, log.reader()).value())
            << index;
    }
    EXPECT_EQ(hashes({0, 66'000}).error().number(), kLeafOutOfRange.number);
    EXPECT_EQ(hashes({17, 0}).error().number(), kLeafOutOfRange.number);
    EXPECT_EQ(hashes({64, 0}).error().number(), kLeafOutOfRange.number);

    files[{TileKind::hashes, 0, 3, 256}].pop_back();
    TiledHashes cut(66'000, read);
    EXPECT_EQ(cut({0, 3 * 256}).error().number(), kTileInvalid.number);
}

}  // namespace
}  // namespace penstock::format

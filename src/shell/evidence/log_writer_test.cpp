#include "shell/evidence/log_writer.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <random>
#include <set>

#include "shell/evidence/error.h"

namespace penstock::evidence {
namespace {

class LogWriterTest : public testing::Test {
  protected:
    LogWriterTest() {
        std::string name = testing::TempDir() + "/penstock-log-XXXXXX";
        folder_ = mkdtemp(name.data());
    }
    ~LogWriterTest() override { std::filesystem::remove_all(folder_); }
    static std::string entry(std::uint64_t leaf) { return "entry " + std::to_string(leaf); }
    std::filesystem::path folder_;
};

TEST_F(LogWriterTest, leaves_the_files_of_its_size_however_it_was_stopped_and_resumed) {
    const LogFiles files(folder_);
    std::mt19937 random(5);
    std::uint64_t size = 0;
    format::MerkleTree oracle;
    while (size < 1'500) {
        auto writer = LogWriter::resume(files, size);
        ASSERT_TRUE(writer) << writer.error().message();
        EXPECT_EQ(writer->head().root, oracle.root());
        const std::uint64_t end = size + 1 + random() % 300;
        for (; size < end; ++size) {
            ASSERT_TRUE(writer->append(entry(size)));
            oracle.append(format::leaf_hash(entry(size)));
        }
        ASSERT_TRUE(writer->flush());
        for (unsigned i = 0; i < random() % 20; ++i)  // Written, but never flushed: lost.
            ASSERT_TRUE(writer->append("lost"));
        for (const format::Tile& tile : format::tiles_between(0, size))
            EXPECT_TRUE(files.read(tile)) << format::tile_path(tile) << " at " << size;
        const auto root = format::tree_root(size, format::TiledHashes(size, files.reader()));
        ASSERT_TRUE(root);
        EXPECT_EQ(*root, oracle.root());
    }
}

TEST_F(LogWriterTest, writes_exactly_the_tiles_that_the_standard_lists_for_seventy_thousand) {
    // 273 full tiles and one of 112 at level 0, one full and one of 17 above, one of 1 on top.
    LogWriter writer{LogFiles(folder_)};
    for (std::uint64_t leaf = 0; leaf < 70'000; ++leaf) ASSERT_TRUE(writer.append(entry(leaf)));
    ASSERT_TRUE(writer.flush());
    std::set<std::string> expected;
    for (const format::Tile& tile : format::tiles_between(0, 70'000))
        expected.insert(format::tile_path(tile));
    std::set<std::string> found;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder_))
        if (file.is_regular_file())
            found.insert(std::filesystem::relative(file.path(), folder_).string());
    EXPECT_EQ(found, expected);
    EXPECT_EQ(found.size(), 274u + 2 + 1 + 274);
    EXPECT_TRUE(found.contains("tile/0/273.p/112"));
    EXPECT_TRUE(found.contains("tile/1/001.p/17"));
    EXPECT_TRUE(found.contains("tile/2/000.p/1"));
}

TEST_F(LogWriterTest, does_not_resume_on_an_entry_that_was_altered) {
    const LogFiles files(folder_);
    LogWriter writer(files);
    for (std::uint64_t leaf = 0; leaf < 300; ++leaf) ASSERT_TRUE(writer.append(entry(leaf)));
    ASSERT_TRUE(writer.flush());
    const auto path = folder_ / "tile/entries/001.p/44";
    auto content = read_whole_file(path);
    ASSERT_TRUE(content);
    content->back() = 'x';
    ASSERT_TRUE(write_whole_file(path, *content));
    const auto resumed = LogWriter::resume(files, 300);
    ASSERT_FALSE(resumed);
    EXPECT_EQ(resumed.error().number(), kCheckpointMismatch.number);
    EXPECT_NE(resumed.error().message().find("Entry 299"), std::string::npos);
}

}  // namespace
}  // namespace penstock::evidence

#include "shell/snapshot/snapshot_store.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace penstock::shell {
namespace {

class SnapshotStoreTest : public testing::Test {
  protected:
    SnapshotStoreTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "snapshot-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~SnapshotStoreTest() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
};

TEST_F(SnapshotStoreTest, keeps_the_newest_two) {
    const SnapshotStore store(folder_ / "made");
    EXPECT_TRUE(store.sequences().empty());
    for (const std::uint64_t sequence : {9u, 10u, 100u}) {
        SnapshotMark mark{sequence, {}};
        mark.rolling_hash[0] = static_cast<std::uint8_t>(sequence);
        ASSERT_TRUE(store.save(mark, "state " + std::to_string(sequence)));
    }
    EXPECT_EQ(store.sequences(), (std::vector<std::uint64_t>{100, 10}));
    const Snapshot loaded = store.load(10).value();
    EXPECT_EQ(loaded.state, "state 10");
    EXPECT_EQ(loaded.mark.sequence, 10u);
    EXPECT_EQ(loaded.mark.rolling_hash[0], 10);
    EXPECT_FALSE(store.load(9));
}

TEST_F(SnapshotStoreTest, refuses_damage_in_every_part) {
    const SnapshotStore store(folder_);
    ASSERT_TRUE(store.save({7, {}}, "the state"));
    const auto path = folder_ / "snapshot-7.bin";
    const auto size = std::filesystem::file_size(path);
    for (const std::uintmax_t at :
         {std::uintmax_t{3}, std::uintmax_t{22}, std::uintmax_t{70}, size - 1}) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        const auto flip = [&] {
            file.seekg(static_cast<std::streamoff>(at));
            const int byte = file.get();
            file.seekp(static_cast<std::streamoff>(at));
            file.put(static_cast<char>(byte ^ 1)).flush();
        };
        flip();
        EXPECT_FALSE(store.load(7)) << at;
        flip();
        EXPECT_TRUE(store.load(7)) << at;
    }
    std::filesystem::resize_file(path, size - 1);
    EXPECT_FALSE(store.load(7));
    std::filesystem::resize_file(path, 10);
    EXPECT_FALSE(store.load(7));
    std::filesystem::rename(path, folder_ / "snapshot-8.bin");
    EXPECT_FALSE(store.load(8));
}

}  // namespace
}  // namespace penstock::shell

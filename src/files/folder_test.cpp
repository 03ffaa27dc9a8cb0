#include "files/folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "files/error.h"

namespace penstock::files {
namespace {

namespace fs = std::filesystem;

class Folder : public testing::Test {
  protected:
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "folder-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~Folder() override { fs::remove_all(folder_); }
    fs::path folder_;
};

TEST_F(Folder, is_made_with_those_above_it) {
    const auto inner = folder_ / "a" / "b" / "c";
    ASSERT_TRUE(ensure_folder(inner));
    ASSERT_TRUE(ensure_folder(inner));
    struct stat status{};
    ASSERT_EQ(::stat(inner.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
    EXPECT_TRUE(sync_name(inner));
    EXPECT_TRUE(sync_file_system(inner));
}

TEST_F(Folder, is_not_made_where_a_file_stands) {
    std::ofstream(folder_ / "file") << "x";
    EXPECT_EQ(ensure_folder(folder_ / "file").error().number(), kFileFault.number);
    EXPECT_EQ(ensure_folder(folder_ / "file" / "inner").error().number(), kFileFault.number);
}

TEST_F(Folder, is_removed_without_following_links) {
    ASSERT_TRUE(ensure_folder(folder_ / "kept"));
    std::ofstream(folder_ / "kept" / "file") << "x";
    ASSERT_TRUE(ensure_folder(folder_ / "gone" / "inner"));
    fs::create_directory_symlink(folder_ / "kept", folder_ / "gone" / "link");
    ASSERT_TRUE(remove_folder(folder_ / "gone"));
    EXPECT_FALSE(fs::exists(folder_ / "gone"));
    EXPECT_TRUE(fs::exists(folder_ / "kept" / "file"));
    EXPECT_TRUE(remove_folder(folder_ / "gone"));
}

TEST_F(Folder, that_is_missing_cannot_be_synced) {
    EXPECT_EQ(sync_name(folder_ / "none" / "file").error().number(), kFileFault.number);
    EXPECT_EQ(sync_file_system(folder_ / "none").error().number(), kFileFault.number);
}

}  // namespace
}  // namespace penstock::files

#include "shell/durable_file/durable_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace penstock::shell {
namespace {

class DurableFile : public testing::Test {
  protected:
    DurableFile() {
        std::string pattern = (std::filesystem::temp_directory_path() / "durable-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~DurableFile() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
};

TEST_F(DurableFile, replaces_content_and_mode) {
    const auto path = folder_ / "secret";
    ASSERT_TRUE(write_durably(path, {"a longer first content"}, 0644));
    ASSERT_TRUE(write_durably(path, {"new", "", " content"}));
    EXPECT_EQ(read_whole(path, 100).value(), "new content");
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(DurableFile, shows_the_old_content_until_the_new_is_whole) {
    const auto path = folder_ / "file";
    ASSERT_TRUE(write_durably(path, {"old"}));
    std::string during;
    ASSERT_TRUE(write_durably(path, {"new"}, 0600, [&] { during = read_whole(path, 9).value(); }));
    EXPECT_EQ(during, "old");
}

TEST_F(DurableFile, leaves_nothing_behind_when_it_fails) {
    std::filesystem::create_directories(folder_ / "taken" / "inside");
    EXPECT_FALSE(write_durably(folder_ / "taken", {"x"}));
    EXPECT_FALSE(write_durably(folder_ / "missing" / "file", {"x"}));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(DurableFile, refuses_to_read_more_than_allowed) {
    ASSERT_TRUE(write_durably(folder_ / "big", {std::string(200'000, 'x')}));
    EXPECT_FALSE(read_whole(folder_ / "big", 199'999));
    EXPECT_EQ(read_whole(folder_ / "big", 200'000)->size(), 200'000u);
    EXPECT_FALSE(read_whole(folder_ / "none", 10));
}

}  // namespace
}  // namespace penstock::shell

#include "files/whole_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "files/error.h"

namespace penstock::files {
namespace {

class WholeFile : public testing::Test {
  protected:
    WholeFile() {
        std::string pattern = (std::filesystem::temp_directory_path() / "whole-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~WholeFile() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
};

TEST_F(WholeFile, replaces_content_and_mode) {
    const auto path = folder_ / "secret";
    ASSERT_TRUE(write_durably(path, {"a longer first content"}, 0644));
    ASSERT_TRUE(write_durably(path, {"new", "", " content"}));
    EXPECT_EQ(read_file(path, 100).value(), "new content");
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(WholeFile, shows_the_old_content_until_the_new_is_whole) {
    const auto path = folder_ / "file";
    ASSERT_TRUE(write_durably(path, {"old"}));
    std::string during;
    ASSERT_TRUE(write_durably(path, {"new"}, 0600, [&] { during = read_file(path, 9).value(); }));
    EXPECT_EQ(during, "old");
}

TEST_F(WholeFile, leaves_nothing_behind_when_it_fails) {
    std::filesystem::create_directories(folder_ / "taken" / "inside");
    EXPECT_FALSE(write_durably(folder_ / "taken", {"x"}));
    EXPECT_FALSE(write_durably(folder_ / "missing" / "file", {"x"}));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(WholeFile, is_replaced_without_a_sync_all_the_same) {
    const auto path = folder_ / "lease";
    ASSERT_TRUE(replace_file(path, "a longer first content", 0644));
    ASSERT_TRUE(replace_file(path, "second"));
    EXPECT_EQ(read_file(path).value(), "second");
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    EXPECT_FALSE(replace_file(folder_, "x"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(WholeFile, is_freed_of_drafts_that_were_left) {
    const auto path = folder_ / "secret";
    ASSERT_TRUE(write_durably(path, {"x"}));
    for (const char* name : {"secret.new.12", "secret.new.34", "secret.newer", "other.new.12"})
        ASSERT_TRUE(write_durably(folder_ / name, {"x"}));
    ASSERT_TRUE(remove_drafts(path));
    for (const char* name : {"secret.new.12", "secret.new.34"})
        EXPECT_FALSE(std::filesystem::exists(folder_ / name)) << name;
    for (const char* name : {"secret", "secret.newer", "other.new.12"})
        EXPECT_TRUE(std::filesystem::exists(folder_ / name)) << name;
    EXPECT_TRUE(remove_drafts(folder_ / "none" / "secret"));
}

TEST_F(WholeFile, says_what_failed_and_why) {
    const auto missing = read_file(folder_ / "none");
    EXPECT_EQ(missing.error().number(), kFileFault.number);
    EXPECT_EQ(missing.error().detail(),
              "cannot open " + (folder_ / "none").string() + ": No such file or directory");
}

TEST_F(WholeFile, refuses_to_read_more_than_allowed) {
    ASSERT_TRUE(write_durably(folder_ / "big", {std::string(200'000, 'x')}));
    EXPECT_FALSE(read_file(folder_ / "big", 199'999));
    EXPECT_EQ(read_file(folder_ / "big", 200'000)->size(), 200'000u);
    EXPECT_FALSE(read_file(folder_ / "none", 10));
}

}  // namespace
}  // namespace penstock::files

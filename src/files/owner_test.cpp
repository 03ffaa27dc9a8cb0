#include "files/owner.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "files/descriptor.h"
#include "files/whole_file.h"

namespace penstock::files {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kSomebody = 12'345;
constexpr uid_t kSomebodyElse = 12'346;

/// A folder of somebody's, in which root works.
class Owner : public testing::Test {
  protected:
    Owner() {
        std::string pattern = (fs::temp_directory_path() / "owner-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~Owner() override { fs::remove_all(folder_); }
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
        ASSERT_EQ(::chown(folder_.c_str(), kSomebody, kSomebody), 0);
    }
    static uid_t owner_of(const fs::path& path) {
        struct stat about{};
        EXPECT_EQ(::lstat(path.c_str(), &about), 0) << path;
        return about.st_uid;
    }
    fs::path folder_;
};

TEST_F(Owner, of_a_new_file_is_that_of_its_folder) {
    ASSERT_TRUE(write_durably(folder_ / "durable", {"x"}));
    ASSERT_TRUE(replace_file(folder_ / "quick", "x"));
    EXPECT_EQ(owner_of(folder_ / "durable"), kSomebody);
    EXPECT_EQ(owner_of(folder_ / "quick"), kSomebody);
}

TEST_F(Owner, of_a_replaced_file_stays) {
    const auto path = folder_ / "file";
    ASSERT_TRUE(write_durably(path, {"old"}));
    ASSERT_EQ(::chown(path.c_str(), kSomebodyElse, kSomebodyElse), 0);
    ASSERT_TRUE(write_durably(path, {"new"}));
    EXPECT_EQ(owner_of(path), kSomebodyElse);
    EXPECT_EQ(read_file(path).value(), "new");
}

TEST_F(Owner, of_a_file_that_stands_becomes_that_of_its_folder) {
    const auto path = folder_ / "file";
    std::ofstream(path) << "x";
    ASSERT_TRUE(give_to_folder(path));
    EXPECT_EQ(owner_of(path), kSomebody);
    EXPECT_TRUE(give_to_folder(folder_ / "none"));
}

TEST_F(Owner, of_what_a_link_names_is_nobodys_affair) {
    const auto target = folder_ / "target";
    std::ofstream(target) << "x";
    ASSERT_EQ(::chown(target.c_str(), 0, 0), 0);
    fs::create_symlink(target, folder_ / "link");
    EXPECT_FALSE(give_to_folder(folder_ / "link"));
    EXPECT_EQ(owner_of(target), 0u);
}

}  // namespace
}  // namespace penstock::files

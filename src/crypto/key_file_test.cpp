#include "crypto/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "crypto/error.h"

namespace penstock::crypto {
namespace {

class KeyFile : public testing::Test {
  protected:
    KeyFile() {
        std::string folder = (std::filesystem::temp_directory_path() / "key-XXXXXX").string();
        folder_ = ::mkdtemp(folder.data());
    }
    ~KeyFile() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path path() const { return folder_ / "agent.key"; }
    std::string content() const {
        std::ifstream file(path());
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void replace(const std::string& text) const {
        std::ofstream(path(), std::ios::trunc) << text;
        ::chmod(path().c_str(), 0600);
    }

    std::filesystem::path folder_;
};

TEST_F(KeyFile, returns_the_key_and_is_private) {
    const KeyPair pair = KeyPair::generate();
    ASSERT_TRUE(save_key_file(path(), pair));
    struct stat status{};
    ASSERT_EQ(::stat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    const auto loaded = load_key_file(path());
    ASSERT_TRUE(loaded) << loaded.error().message();
    EXPECT_EQ(loaded->public_key(), pair.public_key());
    EXPECT_EQ(loaded->sign("x"), pair.sign("x"));
}

TEST_F(KeyFile, is_never_overwritten) {
    const KeyPair first = KeyPair::generate();
    ASSERT_TRUE(save_key_file(path(), first));
    EXPECT_EQ(save_key_file(path(), KeyPair::generate()).error().number(), kKeyFileExists.number);
    EXPECT_EQ(load_key_file(path())->public_key(), first.public_key());
}

TEST_F(KeyFile, is_refused_when_others_could_read_it) {
    ASSERT_TRUE(save_key_file(path(), KeyPair::generate()));
    ::chmod(path().c_str(), 0640);
    EXPECT_EQ(load_key_file(path()).error().number(), kKeyFileExposed.number);
}

TEST_F(KeyFile, is_refused_with_any_byte_altered) {
    ASSERT_TRUE(save_key_file(path(), KeyPair::generate()));
    const std::string whole = content();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string altered = whole;
        altered[i] = static_cast<char>(altered[i] ^ 1);
        replace(altered);
        EXPECT_EQ(load_key_file(path()).error().number(), kKeyFileInvalid.number) << "byte " << i;
    }
    replace(whole + "\n");
    EXPECT_FALSE(load_key_file(path()));
    replace("");
    EXPECT_FALSE(load_key_file(path()));
}

TEST_F(KeyFile, says_what_is_missing_or_in_the_way) {
    const auto missing = load_key_file(path());
    EXPECT_EQ(missing.error().number(), kKeyFileUnreadable.number);
    EXPECT_NE(missing.error().message().find("No such file"), std::string::npos);
    EXPECT_EQ(load_key_file(folder_).error().number(), kKeyFileUnreadable.number);
    EXPECT_EQ(save_key_file(folder_ / "none" / "agent.key", KeyPair::generate()).error().number(),
              kKeyFileUnwritable.number);
}

}  // namespace
}  // namespace penstock::crypto

#include "crypto/secret_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "files/whole_file.h"

namespace penstock::crypto {
namespace {

constexpr const char* kRole = "server.secret";
constexpr const char* kSecret = "what nobody may know";

class SecretFilesTest : public testing::Test {
  protected:
    SecretFilesTest() {
        std::string folder = (std::filesystem::temp_directory_path() / "secrets-XXXXXX").string();
        folder_ = ::mkdtemp(folder.data());
    }
    ~SecretFilesTest() override {
        ::unsetenv("CREDENTIALS_DIRECTORY");
        std::filesystem::remove_all(folder_);
    }

    std::filesystem::path path() const { return folder_ / "secret"; }
    std::string content() const { return files::read_file(path()).value(); }
    static std::string reason(const Result<std::string>& result) {
        return result ? "" : std::string(result.error().reason());
    }

    std::filesystem::path folder_;
    const WrapKey old_ = WrapKey::draw(WrapAlgorithm::aes_256_gcm);
    const WrapKey new_ = WrapKey::draw(WrapAlgorithm::sm4_ctr_hmac_sm3);
    const SecretFiles plain_;
};

TEST_F(SecretFilesTest, keep_plain_ones_for_their_owner_alone) {
    ASSERT_TRUE(plain_.write(path(), kRole, kSecret));
    EXPECT_EQ(content(), kSecret);
    EXPECT_EQ(plain_.read(path(), kRole).value(), kSecret);
    ::chmod(path().c_str(), 0640);
    EXPECT_EQ(reason(plain_.read(path(), kRole)), "KEY_FILE_EXPOSED");
}

TEST_F(SecretFilesTest, seal_and_open_with_any_of_the_keys) {
    ASSERT_TRUE(SecretFiles({old_}).write(path(), kRole, kSecret));
    EXPECT_EQ(content().find(kSecret), std::string::npos);
    EXPECT_EQ(SecretFiles({old_}).read(path(), kRole).value(), kSecret);
    EXPECT_EQ(SecretFiles({new_, old_}).read(path(), kRole).value(), kSecret);
    const auto missing = SecretFiles({new_}).read(path(), kRole);
    EXPECT_EQ(reason(missing), "SEAL_KEY_MISSING");
    EXPECT_NE(missing.error().detail().find(old_.id()), std::string::npos);
    EXPECT_EQ(reason(plain_.read(path(), kRole)), "SEAL_KEY_MISSING");
    EXPECT_EQ(reason(SecretFiles({old_}).read(path(), "vault.key")), "SEAL_BROKEN");
}

TEST_F(SecretFilesTest, take_no_plain_file_where_there_is_a_key) {
    ASSERT_TRUE(plain_.write(path(), kRole, kSecret));
    EXPECT_EQ(reason(SecretFiles({old_}).read(path(), kRole)), "SECRET_NOT_SEALED");
}

TEST_F(SecretFilesTest, put_what_is_plain_or_under_an_old_key_under_the_first) {
    ASSERT_TRUE(plain_.write(path(), kRole, kSecret));
    EXPECT_TRUE(SecretFiles({old_}).reseal(path(), kRole).value());
    EXPECT_FALSE(SecretFiles({old_}).reseal(path(), kRole).value()) << "written for nothing";
    EXPECT_TRUE(SecretFiles({new_, old_}).reseal(path(), kRole).value());
    EXPECT_EQ(SecretFiles({new_}).read(path(), kRole).value(), kSecret);
    EXPECT_EQ(SecretFiles({old_}).reseal(path(), kRole).error().reason(), "SEAL_KEY_MISSING");
    EXPECT_EQ(SecretFiles({new_}).read(path(), kRole).value(), kSecret);
}

TEST_F(SecretFilesTest, read_keys_from_files_that_are_private) {
    const auto file = folder_ / "seal.key";
    const WrapKey made = make_seal_key_file(file, WrapAlgorithm::aes_256_gcm).value();
    EXPECT_EQ(make_seal_key_file(file, WrapAlgorithm::aes_256_gcm).error().reason(),
              "KEY_FILE_EXISTS");
    const auto files = SecretFiles::open({file});
    ASSERT_TRUE(files) << files.error().message();
    ASSERT_TRUE(files->write(path(), kRole, kSecret));
    EXPECT_EQ(SecretFiles({made}).read(path(), kRole).value(), kSecret);
    ::chmod(file.c_str(), 0440);
    EXPECT_EQ(SecretFiles::open({file}).error().reason(), "KEY_FILE_EXPOSED");
    ::setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
    EXPECT_TRUE(SecretFiles::open({file})) << "a credential's access list shows as a group's bit";
    ::chmod(file.c_str(), 0444);
    EXPECT_EQ(SecretFiles::open({file}).error().reason(), "KEY_FILE_EXPOSED");
    EXPECT_EQ(SecretFiles::open({folder_ / "none"}).error().reason(), "SEAL_KEY_UNREADABLE");
    ASSERT_TRUE(files::write_durably(folder_ / "other", {"no key\n"}));
    EXPECT_EQ(SecretFiles::open({folder_ / "other"}).error().reason(), "SEAL_KEY_INVALID");
}

}  // namespace
}  // namespace penstock::crypto

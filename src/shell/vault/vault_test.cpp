#include "shell/vault/vault.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

namespace penstock::vault {
namespace {

Ref ref(std::uint8_t seed) {
    Ref value{};
    value.fill(seed);
    return value;
}

class VaultTest : public testing::Test {
  protected:
    VaultTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "vault-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        reopen();
    }
    ~VaultTest() override {
        vault_.reset();
        std::filesystem::remove_all(folder_);
    }
    std::filesystem::path file() const { return folder_ / "vault.db"; }
    std::filesystem::path key() const { return folder_ / "vault.key"; }
    std::string_view try_open() {
        vault_.reset();
        auto opened = Vault::open(file(), key());
        if (!opened) return opened.error().reason();
        vault_ = *std::move(opened);
        return "";
    }
    void reopen() { ASSERT_EQ(try_open(), ""); }
    /// All that stands in the folder, but the key.
    std::string on_disk() const {
        std::string all;
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
            if (entry.path() == key()) continue;
            std::ifstream stream(entry.path(), std::ios::binary);
            all.append(std::istreambuf_iterator<char>(stream), {});
        }
        return all;
    }

    std::filesystem::path folder_;
    std::unique_ptr<Vault> vault_;
    const Profile wang_{"wang@example.test", "王芳"};
};

TEST_F(VaultTest, keeps_profiles_and_secrets_over_a_restart) {
    ASSERT_TRUE(vault_->put_profile(ref(1), wang_));
    ASSERT_TRUE(vault_->put_secret(ref(2), ref(1), "verifier"));
    ASSERT_TRUE(vault_->bind_subject(ref(1), "https://id.test", "sub-1"));
    reopen();
    EXPECT_EQ(vault_->profile(ref(1)).value(), wang_);
    EXPECT_EQ(vault_->find_email("wang@example.test").value(), ref(1));
    EXPECT_EQ(vault_->find_subject("https://id.test", "sub-1").value(), ref(1));
    EXPECT_EQ(vault_->secret(ref(2)).value(), "verifier");
    EXPECT_EQ(vault_->secret(ref(9)).value(), std::nullopt);
    EXPECT_EQ(vault_->profile(ref(9)).value(), std::nullopt);
    EXPECT_EQ(vault_->find_email("li@example.test").value(), std::nullopt);
    EXPECT_EQ(vault_->find_subject("https://id.test", "sub-2").value(), std::nullopt);
}

TEST_F(VaultTest, gives_an_address_and_a_subject_to_one_alone) {
    ASSERT_TRUE(vault_->put_profile(ref(1), wang_));
    EXPECT_TRUE(vault_->put_profile(ref(1), wang_));
    EXPECT_EQ(vault_->put_profile(ref(2), {wang_.email, "Li"}).error().reason(), "EMAIL_IN_USE");
    EXPECT_EQ(vault_->profile(ref(1)).value(), wang_);
    ASSERT_TRUE(vault_->bind_subject(ref(1), "https://id.test", "sub-1"));
    EXPECT_TRUE(vault_->bind_subject(ref(1), "https://id.test", "sub-1"));
    EXPECT_EQ(vault_->bind_subject(ref(2), "https://id.test", "sub-1").error().reason(),
              "SUBJECT_IN_USE");
}

TEST_F(VaultTest, a_secret_that_is_there_stays_as_it_is) {
    ASSERT_TRUE(vault_->put_secret(ref(2), ref(1), "first"));
    ASSERT_TRUE(vault_->put_secret(ref(2), ref(1), "second"));
    EXPECT_EQ(vault_->secret(ref(2)).value(), "first");
}

TEST_F(VaultTest, shows_nothing_to_who_steals_its_files) {
    ASSERT_TRUE(vault_->put_profile(ref(1), wang_));
    ASSERT_TRUE(vault_->put_secret(ref(2), ref(1), "$argon2id$secret"));
    ASSERT_TRUE(vault_->bind_subject(ref(1), "https://id.test", "subject-of-wang"));
    const std::string bytes = on_disk();
    ASSERT_NE(bytes.find(std::string(16, '\1')), std::string::npos) << "nothing was read";
    for (const char* text : {"wang", "example.test", "王芳", "argon2id", "id.test", "subject-of"})
        EXPECT_EQ(bytes.find(text), std::string::npos) << text;
    struct stat status{};
    ASSERT_EQ(::stat(key().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(VaultTest, erases_all_of_a_person_from_its_files) {
    ASSERT_TRUE(vault_->put_profile(ref(1), wang_));
    ASSERT_TRUE(vault_->put_secret(ref(2), ref(1), "verifier"));
    ASSERT_TRUE(vault_->bind_subject(ref(1), "https://id.test", "sub-1"));
    ASSERT_TRUE(vault_->put_profile(ref(3), {"li@example.test", "Li"}));
    ASSERT_TRUE(vault_->erase_profile(ref(1)));
    EXPECT_EQ(vault_->profile(ref(1)).value(), std::nullopt);
    EXPECT_EQ(vault_->find_email(wang_.email).value(), std::nullopt);
    EXPECT_EQ(vault_->secret(ref(2)).value(), std::nullopt);
    EXPECT_EQ(vault_->find_subject("https://id.test", "sub-1").value(), std::nullopt);
    EXPECT_TRUE(vault_->profile(ref(3)).value());
    const std::string bytes = on_disk();
    EXPECT_EQ(bytes.find(std::string(16, '\1')), std::string::npos) << "the reference is left";
    EXPECT_EQ(bytes.find(std::string(16, '\2')), std::string::npos);
    EXPECT_TRUE(vault_->put_profile(ref(4), wang_)) << "the address is free again";
}

TEST_F(VaultTest, keeps_only_what_is_known) {
    ASSERT_TRUE(vault_->put_profile(ref(1), wang_));
    ASSERT_TRUE(vault_->put_profile(ref(2), {"li@example.test", "Li"}));
    ASSERT_TRUE(vault_->put_secret(ref(3), ref(1), "in force"));
    ASSERT_TRUE(vault_->put_secret(ref(4), ref(1), "orphan"));
    ASSERT_TRUE(vault_->keep_only({ref(1)}, {ref(3)}));
    EXPECT_TRUE(vault_->profile(ref(1)).value());
    EXPECT_FALSE(vault_->profile(ref(2)).value());
    EXPECT_TRUE(vault_->secret(ref(3)).value());
    EXPECT_FALSE(vault_->secret(ref(4)).value());
}

TEST_F(VaultTest, refuses_a_key_that_is_gone_wrong_or_open_to_others) {
    ASSERT_TRUE(vault_->put_profile(ref(1), wang_));
    std::filesystem::permissions(key(), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    EXPECT_EQ(try_open(), "VAULT_KEY_WRONG");
    std::filesystem::permissions(key(), std::filesystem::perms::owner_all);
    std::ofstream(key()) << "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    EXPECT_EQ(try_open(), "VAULT_KEY_WRONG");
    std::ofstream(key()) << "short\n";
    EXPECT_EQ(try_open(), "VAULT_KEY_WRONG");
    std::filesystem::remove(key());
    EXPECT_EQ(try_open(), "VAULT_KEY_MISSING");
}

}  // namespace
}  // namespace penstock::vault

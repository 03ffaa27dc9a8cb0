#include "shell/artifacts/artifact_store.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "crypto/hex.h"
#include "shell/artifacts/error.h"

namespace penstock::artifacts {
namespace {

namespace fs = std::filesystem;

class ArtifactStoreTest : public testing::Test {
  protected:
    ArtifactStoreTest() {
        std::string name = testing::TempDir() + "/penstock-artifacts-XXXXXX";
        folder_ = mkdtemp(name.data());
    }
    ~ArtifactStoreTest() override { fs::remove_all(folder_); }

    std::unique_ptr<ArtifactStore> open(ArtifactLimits limits = {}) {
        auto opened = ArtifactStore::open(folder_ / "store", limits);
        EXPECT_TRUE(opened) << opened.error().message();
        return opened ? *std::move(opened) : nullptr;
    }
    static FileDigest digest_of(std::string_view content) {
        return *FileDigest::parse(crypto::hex(crypto::sha256(content)));
    }
    static Result<void> put(ArtifactStore& store, const std::string& content) {
        auto upload = store.begin(digest_of(content), content.size());
        if (!upload) return std::unexpected(upload.error());
        for (std::size_t at = 0; at < content.size(); at += 7)
            if (auto written = (*upload)->write(std::string_view(content).substr(at, 7)); !written)
                return written;
        return (*upload)->finish();
    }
    std::size_t files() const {
        std::size_t count = 0;
        for (const auto& file : fs::recursive_directory_iterator(folder_ / "store"))
            count += file.is_regular_file();
        return count;
    }

    fs::path folder_;
};

TEST_F(ArtifactStoreTest, gives_back_what_was_put_after_reopening_too) {
    const std::string content(100'000, 'p');
    ASSERT_TRUE(put(*open(), content));
    const auto store = open();
    EXPECT_EQ(store->total_bytes(), content.size());
    const auto file = store->find(digest_of(content));
    ASSERT_TRUE(file);
    EXPECT_EQ(file->size, content.size());
    std::ifstream stream(file->path, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), content);
    EXPECT_EQ(store->find(digest_of("other")).error().number(), kArtifactNotFound.number);
}

TEST_F(ArtifactStoreTest, keeps_nothing_of_content_that_is_not_what_its_name_says) {
    auto store = open();
    {
        auto upload = store->begin(digest_of("right"));
        ASSERT_TRUE(upload);
        ASSERT_TRUE((*upload)->write("wrong"));
        EXPECT_EQ((*upload)->finish().error().number(), kDigestMismatch.number);
    }
    EXPECT_FALSE(store->find(digest_of("right")));
    EXPECT_FALSE(store->find(digest_of("wrong")));
    EXPECT_EQ(store->total_bytes(), 0u);
    EXPECT_EQ(files(), 0u);
}

TEST_F(ArtifactStoreTest, keeps_nothing_of_an_upload_that_broke_off_even_by_a_crash) {
    auto store = open();
    {
        auto upload = store->begin(digest_of("content"));
        ASSERT_TRUE((*upload)->write("cont"));
        EXPECT_EQ(store->total_bytes(), 4u);
    }
    EXPECT_EQ(store->total_bytes(), 0u);
    std::ofstream(folder_ / "store" / "incoming" / "99") << "left by a crash";
    store = open();
    EXPECT_EQ(files(), 0u);
}

TEST_F(ArtifactStoreTest, counts_content_that_comes_twice_once) {
    auto store = open();
    ASSERT_TRUE(put(*store, "same"));
    ASSERT_TRUE(put(*store, "same"));
    EXPECT_EQ(store->total_bytes(), 4u);
    EXPECT_EQ(files(), 1u);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (unsigned n = 0; n < 20; ++n)
                EXPECT_TRUE(put(*store, "at once " + std::to_string(n)));
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(files(), 21u);
    EXPECT_EQ(store->total_bytes(), open()->total_bytes());
}

TEST_F(ArtifactStoreTest, refuses_what_exceeds_the_limits_of_a_file_or_of_all) {
    auto store = open({.file_bytes_max = 10, .total_bytes_max = 15});
    EXPECT_EQ(store->begin(digest_of("x"), 11).error().number(), kArtifactTooLarge.number);
    EXPECT_EQ(put(*store, "").has_value(), true);
    ASSERT_TRUE(put(*store, "ten bytes!"));
    EXPECT_EQ(store->begin(digest_of("x"), 6).error().number(), kArtifactsFull.number);
    auto upload = store->begin(digest_of("x"));
    ASSERT_TRUE((*upload)->write("12345"));
    EXPECT_EQ((*upload)->write("6").error().number(), kArtifactsFull.number);
    upload->reset();
    upload = store->begin(digest_of("x"));
    EXPECT_EQ((*upload)->write("12345678901").error().number(), kArtifactTooLarge.number);
}

TEST_F(ArtifactStoreTest, leaves_the_rest_of_the_disk_to_the_journal) {
    auto store = open({.free_bytes_min = std::uint64_t{1} << 62});
    const auto refused = put(*store, "content");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number(), kArtifactsFull.number);
    EXPECT_TRUE(put(*open({.free_bytes_min = 1}), "content"));
}

TEST(FileDigest, is_sixty_four_lower_case_digits) {
    const std::string good(64, 'a');
    EXPECT_TRUE(FileDigest::parse(good));
    for (const std::string& bad :
         {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'A'),
          std::string(64, 'g'), "../" + std::string(61, 'a'), std::string(63, 'a') + "/"})
        EXPECT_FALSE(FileDigest::parse(bad)) << bad;
}

}  // namespace
}  // namespace penstock::artifacts

#include "agent/artifact_cache.h"

#include <gtest/gtest.h>

#include "agent/test_doubles.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

std::string digest_of_text(const std::string& text) {
    return crypto::hex(crypto::sha256(text));
}

TEST(ArtifactCache, downloads_once_and_verifies) {
    const TestFolder folder;
    FakeExchange exchange;
    const std::string digest = digest_of_text("content");
    exchange.files[digest] = "content";
    ArtifactCache cache(exchange, folder.path() + "/cache", 1000);
    const auto path = cache.fetch(digest, {});
    ASSERT_TRUE(path) << path.error().message;
    EXPECT_EQ(files::read_file(*path).value(), "content");
    EXPECT_EQ(digest_of_file(*path).value(), digest);
    EXPECT_TRUE(cache.fetch(digest, {}));
    EXPECT_EQ(exchange.downloads, 1);
}

TEST(ArtifactCache, refuses_content_of_another_digest) {
    const TestFolder folder;
    FakeExchange exchange;
    const std::string digest = digest_of_text("content");
    exchange.files[digest] = "forged";
    ArtifactCache cache(exchange, folder.path(), 1000);
    const auto path = cache.fetch(digest, {});
    ASSERT_FALSE(path);
    EXPECT_EQ(path.error().reason, "AGENT_DIGEST_MISMATCH");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ArtifactCache, refuses_what_is_no_digest_and_what_is_not_there) {
    const TestFolder folder;
    FakeExchange exchange;
    ArtifactCache cache(exchange, folder.path(), 1000);
    EXPECT_FALSE(cache.fetch("../../etc/passwd", {}));
    EXPECT_EQ(cache.fetch(digest_of_text("x"), {}).error().code, Code::not_found);
}

TEST(ArtifactCache, drops_what_was_not_used_for_longest) {
    const TestFolder folder;
    FakeExchange exchange;
    ArtifactCache cache(exchange, folder.path(), 10);
    for (const char* text : {"aaaa", "bbbb", "cccc"}) {
        exchange.files[digest_of_text(text)] = text;
        ASSERT_TRUE(cache.fetch(digest_of_text(text), {}));
        wait_for({}, std::chrono::milliseconds(5));  // File times have a resolution.
    }
    EXPECT_FALSE(std::filesystem::exists(folder.path() + '/' + digest_of_text("aaaa")));
    EXPECT_TRUE(std::filesystem::exists(folder.path() + '/' + digest_of_text("bbbb")));
    EXPECT_TRUE(std::filesystem::exists(folder.path() + '/' + digest_of_text("cccc")));
}

}  // namespace
}  // namespace penstock::agent

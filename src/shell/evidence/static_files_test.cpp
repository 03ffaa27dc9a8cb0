#include "shell/evidence/static_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "shell/evidence/log_writer.h"

namespace penstock::evidence {
namespace {

transport::HttpResponse get(const LogFiles& files, std::string target, const char* verb = "GET") {
    transport::HttpRequest request;
    request.verb = verb;
    request.target = std::move(target);
    return serve_log(files, request);
}

TEST(StaticFiles, serves_the_log_and_nothing_beside_it) {
    std::string name = testing::TempDir() + "/penstock-static-XXXXXX";
    const std::filesystem::path folder = mkdtemp(name.data());
    const LogFiles files(folder / "log");
    LogWriter writer(files);
    for (unsigned i = 0; i < 257; ++i) ASSERT_TRUE(writer.append("entry"));
    ASSERT_TRUE(writer.flush());
    ASSERT_TRUE(files.write_checkpoint("note\n"));
    ASSERT_TRUE(write_whole_file(folder / "log.key", "secret"));
    ASSERT_TRUE(write_whole_file(folder / "log" / "secret", "secret"));

    const auto checkpoint = get(files, "/evidence/checkpoint?x");
    EXPECT_EQ(checkpoint.status, 200u);
    EXPECT_EQ(checkpoint.headers.value("cache-control"), "public, max-age=1");
    ASSERT_TRUE(checkpoint.file);
    EXPECT_EQ(checkpoint.file->size(), 5u);
    for (const char* path : {"tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1", "tile/entries/000",
                             "tile/entries/001.p/1"}) {
        const auto tile = get(files, std::string("/evidence/") + path);
        EXPECT_EQ(tile.status, 200u) << path;
        EXPECT_TRUE(tile.headers.value("cache-control").contains("immutable"));
    }
    for (const char* path : {"", "log.key", "../log.key", "secret", "tile/../secret", "tile/0/002",
                             "tile", "tile/0/000/", "tile/entries/1", "..%2flog.key"}) {
        const auto missing = get(files, std::string("/evidence/") + path);
        EXPECT_EQ(missing.status, 404u) << path;
        EXPECT_FALSE(missing.file);
    }
    EXPECT_EQ(get(files, "/evidence/checkpoint", "POST").status, 405u);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace penstock::evidence

#include "shell/backup/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/backup/error.h"
#include "transport/json/write.h"

namespace penstock::backup {
namespace {

using testing::HasSubstr;

v1::BackupManifest manifest_of(const std::vector<std::string>& paths) {
    v1::BackupManifest manifest;
    manifest.set_format(kFormat);
    for (const std::string& path : paths) {
        v1::BackupFile& file = *manifest.add_files();
        file.set_path(path);
        file.set_sha256(std::string(64, 'a'));
        file.set_mode(0600);
    }
    return manifest;
}

Result<v1::BackupManifest> parse(const v1::BackupManifest& manifest) {
    return parse_manifest(transport::to_json(manifest));
}

TEST(BackupManifest, is_read_as_it_was_written) {
    const auto manifest = manifest_of({"data/a/b", "data/journal.db", "secrets/log.key"});
    const auto read = parse(manifest);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(transport::to_json(*read), transport::to_json(manifest));
}

TEST(BackupManifest, names_as_many_files_as_there_are) {
    std::vector<std::string> paths;
    for (int i = 100'000; i < 125'000; ++i)
        paths.push_back("data/artifacts/sha256/aa/" + std::to_string(i));
    paths.push_back("data/journal.db");
    const auto read = parse(manifest_of(paths));
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->files_size(), 25'001);
}

TEST(BackupManifest, leads_nowhere_but_into_the_folders_of_a_server) {
    for (const char* path :
         {"/etc/passwd", "data/../../etc/passwd", "data/..", "data/./x", "data//x", "data/x/",
          "data/", "etc/passwd", "", "data/a\nb", "secrets/../data/x"}) {
        auto manifest = manifest_of({"data/journal.db"});
        manifest.mutable_files()->Add(v1::BackupFile(manifest_of({path}).files(0)));
        if (std::string_view(path) < "data/journal.db")
            manifest.mutable_files()->SwapElements(0, 1);
        const auto read = parse(manifest);
        ASSERT_FALSE(read) << path;
        EXPECT_EQ(read.error().number(), kBackupDamaged.number) << path;
        EXPECT_THAT(read.error().message(), HasSubstr("not valid")) << path;
    }
}

TEST(BackupManifest, is_refused_with_files_twice_or_no_journal_or_odd_modes) {
    EXPECT_FALSE(parse(manifest_of({"data/journal.db", "data/journal.db"})));
    EXPECT_FALSE(parse(manifest_of({"data/vault.db", "data/journal.db"})));
    EXPECT_FALSE(parse(manifest_of({"data/vault.db"})));
    auto manifest = manifest_of({"data/journal.db"});
    manifest.mutable_files(0)->set_mode(04755);
    EXPECT_FALSE(parse(manifest));
    manifest = manifest_of({"data/journal.db"});
    manifest.mutable_files(0)->set_sha256("A");
    EXPECT_FALSE(parse(manifest));
    EXPECT_FALSE(parse_manifest("{"));
    EXPECT_FALSE(parse_manifest(""));
}

TEST(BackupManifest, of_another_format_is_left_to_its_own_version) {
    auto manifest = manifest_of({"data/journal.db"});
    manifest.set_format(2);
    EXPECT_EQ(parse(manifest).error().number(), kBackupFormat.number);
}

}  // namespace
}  // namespace penstock::backup

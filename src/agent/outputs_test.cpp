#include "agent/outputs.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "agent/glob.h"
#include "agent/test_doubles.h"

namespace penstock::agent {
namespace {

namespace fs = std::filesystem;

TEST(Glob, matches_part_by_part) {
    const struct {
        const char* pattern;
        const char* path;
        bool matches;
    } kCases[] = {
        {"a", "a", true},
        {"a", "b", false},
        {"*.png", "x.png", true},
        {"*.png", "d/x.png", false},
        {"*/x.png", "d/x.png", true},
        {"d", "d/x/y", true},
        {"d/", "d/x", true},
        {"d/x", "d", false},
        {"**/x", "x", true},
        {"**/x", "a/b/x", true},
        {"a/**", "a/b/c", true},
        {"a/**/c", "a/c", true},
        {"a/**/c", "a/b/b/d", false},
        {"f?.t", "f1.t", true},
        {"f?.t", "f.t", false},
        {"f[0-9]", "f5", true},
        {"f[0-9]", "fx", false},
        {"f[!0-9]", "fx", true},
        {"f[", "f[", true},
        {"*a*b*", "xxaxxbxx", true},
        {"*a*b*", "xxbxxaxx", false},
        {"", "a", false},
        {"./a", "a", true},
        {"[]]", "]", true},
        {"*", ".hidden", false},
        {".*", ".hidden", true},
        {"**", ".cache/x", false},
        {"**/x", "a/.b/x", false},
        {"**/.x", "a/b/.x", true},
        {"?hidden", ".hidden", false},
        {"[.]hidden", ".hidden", false},
        {"[!a]hidden", ".hidden", false},
        {"frames/*.png", "frames/.7.png", false},
        {"frames/*.png", "frames/7.png/.thumb", true},
        {".cache/*", ".cache/x", true},
        {".cache/*", ".cache/.x", false},
        {"a.*", "a.b", true},
        {"d", "d/.hidden", true},
        {"d/**", "d/.hidden", true},
    };
    for (const auto& item : kCases)
        EXPECT_EQ(matches_path(item.pattern, item.path), item.matches)
            << item.pattern << " on " << item.path;
}

TEST(Glob, takes_no_time_for_hostile_patterns) {
    std::string pattern;
    std::string deep;
    for (int part = 0; part < 60; ++part) {
        pattern += "**/a/";
        deep += "a/";
    }
    EXPECT_FALSE(matches_path(pattern + "x", deep + "y"));
    std::string stars;
    for (int star = 0; star < 100; ++star) stars += "*a";
    EXPECT_FALSE(matches_part(stars + "b", std::string(250, 'a')));
}

TEST(Outputs, are_found_by_pattern_in_order) {
    const TestFolder folder;
    fs::create_directories(folder.path() + "/frames/deep");
    std::ofstream(folder.path() + "/frames/2.png") << "two";
    std::ofstream(folder.path() + "/frames/1.png") << "1";
    std::ofstream(folder.path() + "/frames/deep/3.png") << "3";
    std::ofstream(folder.path() + "/other") << "no";
    const auto found = find_outputs(folder.path(), {"frames/*.png"});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ((*found)[0].path, "frames/1.png");
    EXPECT_EQ((*found)[1].path, "frames/2.png");
    EXPECT_EQ((*found)[1].size_bytes, 3U);
    EXPECT_EQ((*found)[1].file, folder.path() + "/frames/2.png");
    EXPECT_EQ(find_outputs(folder.path(), {"frames"})->size(), 3U);
    EXPECT_TRUE(find_outputs(folder.path(), {"nothing"})->empty());
}

TEST(Outputs, never_come_through_links) {
    const TestFolder folder;
    const TestFolder outside;
    std::ofstream(outside.path() + "/secret") << "secret";
    std::ofstream(folder.path() + "/plain") << "plain";
    fs::create_symlink(outside.path() + "/secret", folder.path() + "/link");
    fs::create_directory_symlink(outside.path(), folder.path() + "/folder");
    fs::create_symlink("plain", folder.path() + "/inner");
    ASSERT_EQ(::mkfifo((folder.path() + "/pipe").c_str(), 0644), 0);
    const auto found = find_outputs(folder.path(), {"**", "folder/secret", "../*", "/etc/passwd"});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ((*found)[0].path, "plain");
}

TEST(Outputs, with_names_that_are_no_text_are_left_out) {
    const TestFolder folder;
    std::ofstream(folder.path() + "/bad\xFFname") << "x";
    std::ofstream(folder.path() + "/line\nbreak") << "x";
    std::ofstream(folder.path() + "/\xE5\x9B\xBE.png") << "x";
    const auto found = find_outputs(folder.path(), {"*"});
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ((*found)[0].path, "\xE5\x9B\xBE.png");
}

TEST(Outputs, have_limits) {
    const TestFolder folder;
    for (const char* name : {"/a", "/b", "/c"}) std::ofstream(folder.path() + name) << "1234";
    EXPECT_TRUE(find_outputs(folder.path(), {"*"}, {3, 12, 100}));
    EXPECT_FALSE(find_outputs(folder.path(), {"*"}, {2, 12, 100}));
    EXPECT_FALSE(find_outputs(folder.path(), {"*"}, {3, 11, 100}));
    EXPECT_FALSE(find_outputs(folder.path(), {"*"}, {3, 12, 2}));
    EXPECT_FALSE(find_outputs(folder.path() + "/none", {"*"}));
}

}  // namespace
}  // namespace penstock::agent

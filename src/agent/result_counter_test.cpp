#include "agent/result_counter.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "agent/test_doubles.h"

namespace penstock::agent {
namespace {

namespace fs = std::filesystem;

class ResultCounterTest : public testing::Test {
  protected:
    ResultCounterTest() { fs::create_directories(job()); }

    std::string job() const { return folder_.path() + "/job"; }
    Handle handle() const { return {folder_.path()}; }
    void write(const std::string& log) { driver_.write_log(folder_.path(), log); }
    void make_file(const std::string& path) { std::ofstream(job() + '/' + path) << "x"; }
    Result<ResultCounter> create(const v1::ResultUnit& unit) {
        return ResultCounter::create(unit, driver_, folder_.path());
    }
    ResultCounter by_line(const std::string& line, std::uint64_t per_match = 0) {
        v1::ResultUnit unit;
        unit.set_line(line);
        unit.set_per_match(per_match);
        return create(unit).value();
    }
    ResultCounter by_files(const std::string& files) {
        v1::ResultUnit unit;
        unit.set_files(files);
        return create(unit).value();
    }
    /// Looks until a look was not passed over.
    static void look_until(ResultCounter& counter, const Handle& handle, std::int64_t wall_ns,
                           std::uint64_t results) {
        EXPECT_TRUE(eventually([&] {
            counter.look(handle, wall_ns);
            return counter.count().results == results;
        })) << counter.count().results;
    }

    TestFolder folder_;
    FakeDriver driver_;
};

TEST_F(ResultCounterTest, tells_when_the_last_result_was_seen) {
    auto counter = by_line("^frame");
    EXPECT_EQ(counter.count(), (ResultCount{0, 0}));
    write("frame 1\nframe 2\n");
    look_until(counter, handle(), 100, 2);
    EXPECT_EQ(counter.count(), (ResultCount{2, 100}));
    write("nothing new\n");
    counter.look_last(handle(), 200);
    EXPECT_EQ(counter.count(), (ResultCount{2, 100}));
    write("frame 3");
    counter.look_last(handle(), 300);
    EXPECT_EQ(counter.count(), (ResultCount{3, 300}));
}

TEST_F(ResultCounterTest, multiplies_what_a_match_is_worth) {
    auto counter = by_line("step ([0-9]+)", 4096);
    write("step 10\n");
    counter.look_last(handle(), 1);
    EXPECT_EQ(counter.count().results, 40'960U);
    write("step 1000000000000000\n");
    counter.look_last(handle(), 2);
    EXPECT_EQ(counter.count().results, format::kResultsMax);
}

TEST_F(ResultCounterTest, says_that_a_log_at_its_limit_may_hide_more) {
    driver_.log_size_max = 20;
    auto counter = by_line("^frame");
    write("frame 1\nframe 2\n");
    counter.look_last(handle(), 1);
    EXPECT_FALSE(counter.count().is_incomplete);
    write("frame 3\n");
    counter.look_last(handle(), 2);
    EXPECT_TRUE(counter.count().is_incomplete);
    EXPECT_EQ(counter.count().results, 3U);
}

TEST_F(ResultCounterTest, tells_no_more_than_it_could_keep) {
    auto counter = by_line("^frame");
    fs::create_directory(folder_.path() + "/results.json");
    write("frame 1\n");
    counter.look_last(handle(), 1);
    EXPECT_EQ(counter.count().results, 0U);
    EXPECT_TRUE(counter.count().is_incomplete);
}

TEST_F(ResultCounterTest, reads_all_that_is_left_at_the_end) {
    auto counter = by_line("^x");
    std::string log;
    for (int line = 0; line < 200'000; ++line) log += "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n";
    write(log);
    counter.look_last(handle(), 1);
    EXPECT_EQ(counter.count().results, 200'000U);
}

TEST_F(ResultCounterTest, counts_files_below_the_working_folder_only) {
    const TestFolder outside;
    fs::create_directories(job() + "/frames/deep");
    fs::create_directories(job() + "/framesets");
    for (const char* path : {"1.png", "frames/1.png", "frames/2.png", "frames/x", "framesets/1.png",
                             "frames/deep/3.png", "frames/.part.png"})
        make_file(path);
    std::ofstream(outside.path() + "/9.png") << "x";
    fs::create_symlink(outside.path() + "/9.png", job() + "/frames/link.png");
    fs::create_directory_symlink(outside.path(), job() + "/frames/folder");
    fs::create_directory(job() + "/frames/is_a_folder.png");
    ASSERT_EQ(::mkfifo((job() + "/frames/pipe.png").c_str(), 0644), 0);
    const std::pair<const char*, std::uint64_t> kCases[] = {
        {"frames/*.png", 2}, {"*.png", 1},          {"**/*.png", 5}, {"frames", 5},
        {"f*/1.png", 2},     {"frames/deep/*", 1},  {"none/*", 0},   {"frames/folder/*", 0},
        {"frames/1.png", 1}, {"frames/[12].png", 2}};
    for (const auto& [files, count] : kCases) {
        fs::remove(folder_.path() + "/results.json");
        auto counter = by_files(files);
        counter.look_last(handle(), 1);
        EXPECT_EQ(counter.count().results, count) << files;
    }
}

TEST_F(ResultCounterTest, tells_only_what_a_later_agent_would_tell) {
    make_file("1");
    auto counter = by_files("*");
    look_until(counter, handle(), 100, 1);
    make_file("2");
    look_until(counter, handle(), 200, 2);
    fs::remove(job() + "/2");
    EXPECT_EQ(by_files("*").count(), (ResultCount{2, 200}));
}

TEST_F(ResultCounterTest, never_falls) {
    make_file("1");
    make_file("2");
    auto counter = by_files("*");
    look_until(counter, handle(), 100, 2);
    fs::remove(job() + "/1");
    counter.look_last(handle(), 200);
    EXPECT_EQ(counter.count(), (ResultCount{2, 100}));
    auto next = by_files("*");
    EXPECT_EQ(next.count(), (ResultCount{2, 100}));
    next.look_last(handle(), 300);
    EXPECT_EQ(next.count(), (ResultCount{2, 100}));
}

TEST_F(ResultCounterTest, counts_anew_after_a_restart_and_keeps_when_it_saw_what) {
    write("step 3\n");
    {
        auto counter = by_line("step ([0-9]+)");
        look_until(counter, handle(), 100, 3);
    }
    auto counter = by_line("step ([0-9]+)");
    counter.look_last(handle(), 200);
    EXPECT_EQ(counter.count(), (ResultCount{3, 100}));
    write("step 4\n");
    auto later = by_line("step ([0-9]+)");
    later.look_last(handle(), 300);
    EXPECT_EQ(later.count(), (ResultCount{4, 300}));
}

TEST_F(ResultCounterTest, starts_from_nothing_when_what_it_kept_is_damaged) {
    std::ofstream(folder_.path() + "/results.json") << "{";
    write("x\n");
    auto counter = by_line("x");
    counter.look_last(handle(), 1);
    EXPECT_EQ(counter.count().results, 1U);
}

TEST_F(ResultCounterTest, refuses_units_that_cannot_be_counted) {
    const struct {
        const char* line;
        const char* files;
        const char* detail;
    } kCases[] = {
        {"", "", "one of them"},
        {"a", "b", "only one"},
        {"frame (", "", "its line 'frame (': missing )"},
        {"(a)(b)", "", "it has 2 groups"},
        {"", "../*", "its files '../*'"},
        {"", "/etc/*", "its files"},
    };
    for (const auto& item : kCases) {
        v1::ResultUnit unit;
        unit.set_line(item.line);
        unit.set_files(item.files);
        const auto counter = create(unit);
        ASSERT_FALSE(counter) << item.detail;
        EXPECT_EQ(counter.error().reason(), "AGENT_BAD_RESULT_UNIT");
        EXPECT_TRUE(counter.error().detail().contains(item.detail)) << counter.error().detail();
    }
}

TEST_F(ResultCounterTest, is_not_kept_long_by_a_pattern_that_was_made_to_be_slow) {
    // Ten seconds for each million bytes: it has more states than RE2 may remember.
    auto counter = by_line("[ab].{1000}x");
    std::string line;
    for (int letter = 0; letter < 4'000; ++letter) line += "abcd"[letter * letter / 7 % 4];
    line += '\n';
    std::string log;
    while (log.size() < 2'000'000) log += line;
    write(log);
    const std::int64_t begun = boottime_ns();
    counter.look(handle(), 1);
    EXPECT_LT(boottime_ns() - begun, 4'000'000'000);
    counter.look_last(handle(), 2);
    EXPECT_LT(boottime_ns() - begun, 12'000'000'000);
}

}  // namespace
}  // namespace penstock::agent

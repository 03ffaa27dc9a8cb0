#include "agent/line_counter.h"

#include <gtest/gtest.h>

namespace penstock::agent {
namespace {

LineCounter counter(const std::string& pattern) {
    return LineCounter(format::ResultPattern::compile(pattern).value());
}

std::uint64_t count_in(const std::string& pattern, std::string_view log, std::size_t piece_size) {
    auto lines = counter(pattern);
    for (std::size_t at = 0; at < log.size(); at += piece_size)
        lines.take(log.substr(at, piece_size));
    lines.end();
    return lines.count();
}

TEST(LineCounter, counts_the_same_however_the_log_is_cut) {
    const std::string_view log = "frame 1\nnoise frame\n\r\n\nframe 2\r\nframe 3\rframe 4";
    for (std::size_t size = 1; size <= log.size(); ++size) {
        EXPECT_EQ(count_in("^frame", log, size), 4U) << size;
        EXPECT_EQ(count_in("^frame ([0-9]+)", log, size), 4U) << size;
        EXPECT_EQ(count_in("^", log, size), 5U) << "empty lines do not count";
    }
}

TEST(LineCounter, counts_a_line_when_it_has_ended) {
    auto lines = counter("done$");
    lines.take("one done\ntwo done");
    EXPECT_EQ(lines.count(), 1U);
    lines.take(" or not\n");
    EXPECT_EQ(lines.count(), 1U);
    lines.take("three done");
    lines.end();
    EXPECT_EQ(lines.count(), 2U);
    lines.end();
    EXPECT_EQ(lines.count(), 2U);
}

TEST(LineCounter, takes_the_most_that_a_group_has_read) {
    auto lines = counter("step ([0-9]+)");
    lines.take("step 5\nstep 70\nstep 6\nstep x\nstep 99999999999999999999\n");
    EXPECT_EQ(lines.count(), 70U);
}

TEST(LineCounter, looks_at_the_beginning_of_a_long_line_only) {
    EXPECT_EQ(count_in("end", std::string(4093, 'x') + "end", 1000), 1U);
    EXPECT_EQ(count_in("end", std::string(4094, 'x') + "end", 1000), 0U);
    EXPECT_EQ(count_in("end", std::string(2'000'000, 'x') + "\nend\n", 65'536), 1U);
}

TEST(LineCounter, reads_any_bytes) {
    using namespace std::string_literals;
    EXPECT_EQ(count_in("done", "\0\0done\n\xff\xfe done\n\xe5\x9b done\x80\ndo\0ne\n"s, 3), 3U);
}

}  // namespace
}  // namespace penstock::agent

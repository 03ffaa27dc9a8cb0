#include "agent/options.h"

#include <gtest/gtest.h>

namespace penstock::agent {
namespace {

TEST(AgentOptions, reads_lists_of_cores) {
    EXPECT_EQ(parse_cpu_list("0").value(), (std::vector<std::uint32_t>{0}));
    EXPECT_EQ(parse_cpu_list("6,0-3").value(), (std::vector<std::uint32_t>{0, 1, 2, 3, 6}));
    for (const char* text :
         {"", ",", "1,", "a", "3-1", "1-", "-1", "0,0", "4096", "0-99999999999", "+1", " 1", "0x1"})
        EXPECT_FALSE(parse_cpu_list(text)) << text;
}

TEST(AgentOptions, reads_sizes_of_memory) {
    EXPECT_EQ(parse_memory_size("4GiB").value(), 4ULL << 30);
    EXPECT_EQ(parse_memory_size("512MiB").value(), 512ULL << 20);
    EXPECT_EQ(parse_memory_size("2G").value(), 2ULL << 30);
    for (const char* text : {"", "0", "512", "GiB", "-1", "4 GiB", "4GB", "99999999TiB", "1e9"})
        EXPECT_FALSE(parse_memory_size(text)) << text;
}

TEST(AgentOptions, reads_prices_exactly) {
    EXPECT_EQ(parse_price_micros("1.20").value(), 1'200'000);
    EXPECT_EQ(parse_price_micros("0.000001").value(), 1);
    EXPECT_EQ(parse_price_micros("3").value(), 3'000'000);
    for (const char* text :
         {"", "0", "0.0", "-1", "1.", ".5", "1.2345678", "1,2", "1e3", "1000001", "1.+5"})
        EXPECT_FALSE(parse_price_micros(text)) << text;
}

}  // namespace
}  // namespace penstock::agent

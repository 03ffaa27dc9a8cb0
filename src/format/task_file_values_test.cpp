#include "format/task_file_values.h"

#include <gtest/gtest.h>

namespace penstock::format {
namespace {

TEST(Price, is_read_exactly) {
    EXPECT_EQ(parse_price("12.50 CNY"), (Price{12'500'000, "CNY"}));
    EXPECT_EQ(parse_price("0.000001"), (Price{1, "CNY"}));
    EXPECT_EQ(parse_price("0.1 USD"), (Price{100'000, "USD"}));
    EXPECT_EQ(parse_price("3"), (Price{3'000'000, "CNY"}));
    EXPECT_EQ(parse_price("999999999999.999999"), (Price{999'999'999'999'999'999, "CNY"}));
    for (const char* wrong : {"",          "CNY",   "CNY 1", "1 cny", "1CNY",   "1  CNY",
                              "1 CNY ",    "1 CN",  "-1",    "+1",    "1.",     ".5",
                              "1.0000001", "1e3",   "01",    "1,000", "1 CNYY", "1000000000000",
                              "0x10",      "1.5.2", "٣"}) {
        EXPECT_FALSE(parse_price(wrong)) << wrong;
    }
}

TEST(Memory, is_read_exactly) {
    EXPECT_EQ(parse_memory("2GB"), 2'000'000'000U);
    EXPECT_EQ(parse_memory("512MiB"), 512U << 20);
    EXPECT_EQ(parse_memory("4"), 4ULL << 30);
    EXPECT_EQ(parse_memory("4+"), 4ULL << 30);
    EXPECT_EQ(parse_memory("1.5 GiB"), 3ULL << 29);
    EXPECT_EQ(parse_memory("0.3"), 322'122'548U);
    EXPECT_EQ(parse_memory("1024TiB"), 1ULL << 50);
    for (const char* wrong : {"", "GB", "2 ", "2gb", "2Gi", "-2", "1025TiB", "2  GB", "2GB GB", "+",
                              "1e3", "999999999999TiB", "1024.000001TiB"}) {
        EXPECT_FALSE(parse_memory(wrong)) << wrong;
    }
}

TEST(Seconds, are_read_with_and_without_units) {
    EXPECT_EQ(parse_seconds("90"), 90);
    EXPECT_EQ(parse_seconds("45s"), 45);
    EXPECT_EQ(parse_seconds("30m"), 1'800);
    EXPECT_EQ(parse_seconds("1h30m"), 5'400);
    EXPECT_EQ(parse_seconds("1d1s"), 86'401);
    EXPECT_EQ(parse_seconds("366d"), 366 * 86'400);
    for (const char* wrong : {"", "s", "m30", "30m1h", "1m1m", "1.5h", "-1s", "1 h", "1w", "01s",
                              "367d", "366d1s", "99999999999999999999s", "31622401", "1h30"}) {
        EXPECT_FALSE(parse_seconds(wrong)) << wrong;
    }
}

TEST(RelativePath, has_one_form_and_stays_below_its_folder) {
    EXPECT_EQ(parse_relative_path("a/b.txt"), "a/b.txt");
    EXPECT_EQ(parse_relative_path("././a/"), "a");
    EXPECT_EQ(parse_relative_path("..a/b.."), "..a/b..");
    EXPECT_EQ(parse_relative_path("数据/表"), "数据/表");
    for (const std::string& wrong :
         {std::string(), std::string("."), std::string("./"), std::string("/"), std::string("/a"),
          std::string(".."), std::string("../a"), std::string("a/../b"), std::string("a//b"),
          std::string("a/./b"), std::string("a/.."), std::string("~/a"), std::string("a\nb"),
          std::string("a\0b", 3), std::string(1'025, 'a'), std::string(256, 'a')}) {
        EXPECT_FALSE(parse_relative_path(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace penstock::format

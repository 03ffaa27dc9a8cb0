#include "format/openjd/int_ranges.h"

#include <gtest/gtest.h>

namespace penstock::openjd {
namespace {

using Values = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

TEST(OpenJdIntRanges, are_read_as_the_specification_shows) {
    EXPECT_EQ(parse_int_ranges("1 - 5"), (Values{1, 2, 3, 4, 5}));
    EXPECT_EQ(parse_int_ranges("1 - -1"), (Values{1}));
    EXPECT_EQ(parse_int_ranges("-1 - 1"), (Values{-1, 0, 1}));
    EXPECT_EQ(parse_int_ranges("10-15:2,1-5"), (Values{1, 2, 3, 4, 5, 10, 12, 14}));
    EXPECT_EQ(parse_int_ranges("1-10:4"), (Values{1, 5, 9}));
    EXPECT_EQ(parse_int_ranges("30-25:-2"), (Values{26, 28, 30}));
}

TEST(OpenJdIntRanges, are_refused_when_malformed_overlapping_or_endless) {
    for (const char* text :
         {"", ",", "1,", "1-", "1-5:0", "1-5:", "a", "1 2", "1-10:4,10-15,9", "0-100000",
          "99999999999999999999", "-9223372036854775808-9223372036854775807"})
        EXPECT_FALSE(parse_int_ranges(text)) << text;
    EXPECT_EQ(parse_int_ranges("9223372036854775806-9223372036854775807")->size(), 2U);
}

TEST(OpenJdIntRanges, come_back_from_their_text) {
    for (const Values& values : {Values{1}, Values{1, 5}, Values{1, 3, 5}, Values{1, 2, 3, 9},
                                 Values{-3, -2, 0, 2, 4}, Values{1, 5, 6, 7}})
        EXPECT_EQ(parse_int_ranges(int_ranges_text(values)), values);
    EXPECT_EQ(int_ranges_text(Values{1, 2, 3, 7, 9, 11}), "1-3,7-11:2");
}

TEST(OpenJdIntRanges, are_cut_into_chunks) {
    const Values values = *parse_int_ranges("1,10-12,18-50");
    EXPECT_EQ(chunk_texts(values, 12, RangeConstraint::contiguous),
              (Texts{"1-1", "10-12", "18-28", "29-39", "40-50"}));
    EXPECT_EQ(chunk_texts(Values{1, 3, 5, 6}, 2, RangeConstraint::noncontiguous),
              (Texts{"1,3", "5-6"}));
}

}  // namespace
}  // namespace penstock::openjd

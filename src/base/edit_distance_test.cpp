#include "base/edit_distance.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(EditDistance, counts_what_is_put_in_left_out_and_replaced) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("h100", "h100"), 0u);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
    EXPECT_EQ(edit_distance("sitting", "kitten"), 3u);
    EXPECT_EQ(edit_distance("ab", "ba"), 2u) << "two letters that changed places are two edits";
}

}  // namespace
}  // namespace penstock

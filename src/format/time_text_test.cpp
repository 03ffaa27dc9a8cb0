#include "format/time_text.h"

#include <gtest/gtest.h>

namespace penstock::format {
namespace {

constexpr Instant kLeapDay{
    1'835'423'999'000'000'000};  // 2028-02-29, one second before 16:00 UTC+8.

TEST(TimeText, knows_leap_days_and_offsets) {
    EXPECT_EQ(local_time_text(kLeapDay, 480), "2028-02-29 15:59");
    EXPECT_EQ(local_time_text(kLeapDay, -480), "2028-02-28 23:59");
    EXPECT_EQ(date_text(kLeapDay, -480), "2028-02-28");
    EXPECT_EQ(date_text(kLeapDay + seconds(8 * 3'600 + 1), 480), "2028-03-01");
    EXPECT_EQ(iso_time_text(kLeapDay), "2028-02-29T07:59:59Z");
}

TEST(TimeText, gives_fractions_to_the_nanosecond) {
    EXPECT_EQ(iso_time_text(Instant{1}), "1970-01-01T00:00:00.000000001Z");
    EXPECT_EQ(iso_time_text(kLeapDay + milliseconds(500)), "2028-02-29T07:59:59.5Z");
    EXPECT_EQ(fraction_text(0), "");
    EXPECT_EQ(fraction_text(10'000'000), ".01");
}

}  // namespace
}  // namespace penstock::format

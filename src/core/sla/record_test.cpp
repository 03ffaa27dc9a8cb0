#include "core/sla/record.h"

#include <gtest/gtest.h>

#include <string>

#include "base/archive.h"

namespace penstock::sla {
namespace {

constexpr Instant kStart{1'800'000'000'000'000'000};
constexpr Duration kHour = seconds(3'600);

Instant after(std::int64_t hours) {
    return kStart + seconds(3'600 * hours);
}

TEST(ServiceRecord, counts_neither_outages_that_are_excused_nor_the_time_itself) {
    ServiceRecord record(kStart);
    record.set_in_service(false, after(10));
    record.set_excused(true, after(11));  // Maintenance begins in the outage …
    record.set_in_service(true, after(12));
    record.set_excused(false, after(20));  // … and ends after it.
    record.close(after(100));
    const Share attained = record.attained(ObjectiveKind::availability);
    EXPECT_EQ(attained.whole, Wide{91} * kHour.ns);
    EXPECT_EQ(attained.part, Wide{90} * kHour.ns);
}

TEST(ServiceRecord, goes_on_in_the_next_period_as_it_ended) {
    ServiceRecord record(kStart);
    record.set_in_service(false, after(1));
    ServiceRecord next = record.close(after(2));
    next.set_in_service(true, after(3));
    next.close(after(4));
    EXPECT_EQ(record.attained(ObjectiveKind::availability).ppm(), 500'000U);
    EXPECT_EQ(next.attained(ObjectiveKind::availability).ppm(), 500'000U);
    EXPECT_EQ(next.attained(ObjectiveKind::availability).whole, Wide{2} * kHour.ns);
}

TEST(ServiceRecord, of_nothing_attains_everything) {
    ServiceRecord record(kStart);
    record.set_excused(true, kStart);
    record.close(after(5));
    for (const ObjectiveKind kind :
         {ObjectiveKind::availability, ObjectiveKind::start_time, ObjectiveKind::throughput}) {
        EXPECT_EQ(record.attained(kind).ppm(), kWholePpm);
        EXPECT_FALSE(record.attained(kind).is_below(kWholePpm));
    }
}

TEST(ServiceRecord, weighs_work_by_its_time_and_lets_no_excess_make_up_for_a_lack) {
    ServiceRecord record(kStart);
    record.add_work(kHour, 400'000);
    record.add_work(kHour, 3'000'000);
    record.add_work(seconds(7'200), 1'000'000);
    EXPECT_EQ(record.attained(ObjectiveKind::throughput).ppm(), 850'000U);
    record.add_start(true);
    record.add_start(false);
    record.add_start(true);
    EXPECT_EQ(record.attained(ObjectiveKind::start_time).ppm(), 666'666U);
}

TEST(ServiceRecord, stops_counting_work_before_its_sum_could_overflow) {
    ServiceRecord record(kStart);
    for (int i = 0; i < 1'000'001; ++i) record.add_work(kWorkMax, kWholePpm);
    const Share attained = record.attained(ObjectiveKind::throughput);
    EXPECT_EQ(attained.whole, kWorkSumMax * kWholePpm);
    EXPECT_EQ(attained.ppm(), kWholePpm);
    EXPECT_FALSE(attained.is_below(kWholePpm));
}

TEST(ServiceRecord, is_compared_with_a_step_exactly) {
    const Share just{999'000, 1'000'000};
    EXPECT_FALSE(just.is_below(999'000));
    const Share less{Wide{999'000} * 1'000'000'000 - 1, Wide{1'000'000} * 1'000'000'000};
    EXPECT_TRUE(less.is_below(999'000));
    EXPECT_EQ(less.ppm(), 998'999U);
}

TEST(ServiceRecord, is_read_from_an_archive_only_when_it_can_be) {
    ServiceRecord record(kStart);
    record.add_work(kWorkMax, 700'000);
    record.add_start(true);
    record.set_in_service(false, after(1));
    record.set_in_service(true, after(3));
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(record);
    ServiceRecord again;
    ArchiveReader reader(bytes);
    reader(again);
    ASSERT_TRUE(reader.finished());
    for (const ObjectiveKind kind :
         {ObjectiveKind::availability, ObjectiveKind::start_time, ObjectiveKind::throughput})
        EXPECT_EQ(again.attained(kind).ppm(), record.attained(kind).ppm());
    constexpr std::size_t kUnavailable = 16;  // Behind two instants: out of service for longer.
    bytes[kUnavailable + 7] = 1;
    ServiceRecord damaged;
    ArchiveReader second(bytes);
    second(damaged);
    EXPECT_FALSE(second.ok());
}

}  // namespace
}  // namespace penstock::sla

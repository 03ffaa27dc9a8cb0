#include "base/step_function.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/archive.h"

namespace penstock {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr Interval between(std::int64_t start, std::int64_t end) {
    return {Instant{start}, Instant{end}};
}

TEST(StepFunction, is_zero_until_something_is_added) {
    const StepFunction function;
    EXPECT_EQ(function.at(Instant{-1}), 0);
    EXPECT_EQ(function.maximum(between(0, 100)), 0);
    EXPECT_THAT(function.steps(), IsEmpty());
}

TEST(StepFunction, includes_the_start_of_an_interval_and_not_its_end) {
    StepFunction function;
    function.add(between(10, 20), 4);
    EXPECT_EQ(function.at(Instant{9}), 0);
    EXPECT_EQ(function.at(Instant{10}), 4);
    EXPECT_EQ(function.at(Instant{19}), 4);
    EXPECT_EQ(function.at(Instant{20}), 0);
    EXPECT_EQ(function.maximum(between(0, 10)), 0);
    EXPECT_EQ(function.maximum(between(0, 11)), 4);
    EXPECT_EQ(function.minimum(between(10, 20)), 4);
    EXPECT_EQ(function.minimum(between(10, 21)), 0);
}

TEST(StepFunction, joins_neighbours_of_equal_value) {
    StepFunction function;
    function.add(between(0, 10), 3);
    function.add(between(10, 20), 3);
    EXPECT_THAT(function.steps(), ElementsAre(Pair(Instant{0}, 3), Pair(Instant{20}, 0)));
}

TEST(StepFunction, sets_a_level_that_replaces_all_later_ones) {
    StepFunction function;
    function.set_from(Instant{10}, 8);
    function.set_from(Instant{30}, 2);
    function.set_from(Instant{20}, 5);
    EXPECT_THAT(function.steps(), ElementsAre(Pair(Instant{10}, 8), Pair(Instant{20}, 5)));
    function.set_from(Instant{15}, 8);
    EXPECT_THAT(function.steps(), ElementsAre(Pair(Instant{10}, 8)));
    function.set_from(Instant{0}, 0);
    EXPECT_THAT(function.steps(), IsEmpty());
}

TEST(StepFunction, keeps_the_value_at_the_edge_of_what_it_forgets) {
    StepFunction function;
    function.add(between(0, 100), 7);
    function.forget_before(Instant{40});
    EXPECT_THAT(function.steps(), ElementsAre(Pair(Instant{40}, 7), Pair(Instant{100}, 0)));
    function.forget_before(Instant{100});
    EXPECT_THAT(function.steps(), IsEmpty());
}

TEST(StepFunction, refuses_bytes_with_a_superfluous_step) {
    std::map<Instant, std::int64_t> steps{{Instant{1}, 5}, {Instant{2}, 5}};
    std::string bytes;
    ArchiveWriter{bytes}(steps);
    ArchiveReader reader(bytes);
    StepFunction function;
    reader(function);
    EXPECT_FALSE(reader.ok());
}

TEST(StepFunctionDeathTest, stops_at_an_empty_interval) {
    StepFunction function;
    EXPECT_DEATH(function.add(between(5, 5), 1), "broken invariant");
    EXPECT_DEATH(function.maximum(between(5, 4)), "broken invariant");
}

}  // namespace
}  // namespace penstock

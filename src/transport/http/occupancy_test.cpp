#include "transport/http/occupancy.h"

#include <gtest/gtest.h>

#include <vector>

namespace penstock::transport {
namespace {

constexpr std::size_t kPiece = Occupancy::kBytesFree;

Occupancy::Address address(std::uint8_t last) {
    Occupancy::Address bytes{};
    bytes.back() = last;
    return bytes;
}

TEST(Occupancy, gives_an_address_so_many_places_and_no_more) {
    Occupancy occupancy({.connections_max = 2, .bytes_max = 0, .address_bytes_max = 0});
    auto first = occupancy.enter(address(1));
    auto second = occupancy.enter(address(1));
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(occupancy.enter(address(1)));
    EXPECT_TRUE(occupancy.enter(address(2)));
    first.reset();
    EXPECT_TRUE(occupancy.enter(address(1)));
}

TEST(Occupancy, bounds_what_an_address_holds_and_what_all_hold) {
    Occupancy occupancy(
        {.connections_max = 9, .bytes_max = 10 * kPiece, .address_bytes_max = 6 * kPiece});
    auto first = occupancy.enter(address(1));
    auto second = occupancy.enter(address(1));
    auto third = occupancy.enter(address(2));
    EXPECT_TRUE(first->hold(kPiece));  // Free.
    EXPECT_EQ(occupancy.bytes(), 0u);
    EXPECT_TRUE(first->hold(3 * kPiece + 1));
    EXPECT_EQ(occupancy.bytes(), 4 * kPiece);
    EXPECT_FALSE(second->hold(3 * kPiece));
    EXPECT_TRUE(second->hold(2 * kPiece));
    EXPECT_FALSE(third->hold(5 * kPiece));
    EXPECT_EQ(occupancy.bytes(), 6 * kPiece);
    EXPECT_TRUE(third->hold(4 * kPiece));
    EXPECT_TRUE(first->hold(0));
    EXPECT_TRUE(third->hold(6 * kPiece));
    second.reset();
    third.reset();
    EXPECT_EQ(occupancy.bytes(), 0u);
}

}  // namespace
}  // namespace penstock::transport

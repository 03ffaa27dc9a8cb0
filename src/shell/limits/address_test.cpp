#include "shell/limits/address.h"

#include <gtest/gtest.h>

namespace penstock::limits {
namespace {

TEST(CountedAddress, leaves_the_port_out) {
    EXPECT_EQ(counted_address("192.0.2.7:50310"), "192.0.2.7");
    EXPECT_EQ(counted_address("192.0.2.7:1"), counted_address("192.0.2.7:2"));
}

TEST(CountedAddress, takes_the_network_of_one_customer_for_one) {
    EXPECT_EQ(counted_address("[2001:db8:1:2:3:4:5:6]:80"), "2001:db8:1:2::/64");
    EXPECT_EQ(counted_address("[2001:db8:1:2:ffff::1]:81"), "2001:db8:1:2::/64");
    EXPECT_NE(counted_address("[2001:db8:1:3::1]:80"), "2001:db8:1:2::/64");
}

TEST(CountedAddress, knows_an_address_in_either_form) {
    EXPECT_EQ(counted_address("[::ffff:192.0.2.7]:80"), "192.0.2.7");
    EXPECT_EQ(counted_address("[fe80::1%eth0]:80"), "fe80::/64");
}

TEST(CountedAddress, counts_what_is_none_together) {
    for (const char* text : {"", ":", "[", "[]", "[::1", "elsewhere:80", "1.2.3:4"})
        EXPECT_TRUE(counted_address(text).empty() || counted_address(text) == "::/64") << text;
}

}  // namespace
}  // namespace penstock::limits

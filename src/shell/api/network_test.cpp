#include "shell/api/network.h"

#include <gtest/gtest.h>

#include <vector>

namespace penstock::shell {
namespace {

TEST(Network, has_one_canonical_form) {
    EXPECT_EQ(canonical_network("192.0.2.0/24").value(), "192.0.2.0/24");
    EXPECT_EQ(canonical_network("192.0.2.7").value(), "192.0.2.7/32");
    EXPECT_EQ(canonical_network("0.0.0.0/0").value(), "0.0.0.0/0");
    EXPECT_EQ(canonical_network("2001:DB8:0:0::/32").value(), "2001:db8::/32");
    EXPECT_EQ(canonical_network("::1").value(), "::1/128");
    EXPECT_EQ(canonical_network("::/0").value(), "::/0");
    EXPECT_EQ(canonical_network("::ffff:10.0.0.0/104").value(), "10.0.0.0/8");
    for (const char* text : {"", "/", "/8", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0/8",
                             "10.0.0.0/-1", "10.0.0.0/8 ", "2001:db8::/129", "2001:db8::1/32",
                             "office", "010.0.0.0/8", "10.0.0.0/8/8"})
        EXPECT_EQ(canonical_network(text).error().reason(), "NETWORKS_INVALID") << text;
}

TEST(Network, holds_the_peers_within_it_and_no_others) {
    const std::vector<std::string> networks{"192.0.2.0/25", "2001:db8::/33"};
    for (const char* peer : {"192.0.2.0:1", "192.0.2.127:50310", "[2001:db8::7]:1",
                             "[2001:db8:7fff::1]:443", "[::ffff:192.0.2.9]:80"})
        EXPECT_TRUE(is_in_networks(peer, networks)) << peer;
    for (const char* peer : {"192.0.2.128:1", "192.0.3.0:1", "[2001:db8:8000::]:1", "[::1]:1", "",
                             ":1", "[]:1", "[", "unix:"})
        EXPECT_FALSE(is_in_networks(peer, networks)) << peer;
    EXPECT_FALSE(is_in_networks("192.0.2.1:1", {}));
}

}  // namespace
}  // namespace penstock::shell

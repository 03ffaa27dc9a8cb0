#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::limits {

/// The text under which a peer is counted: "192.0.2.7" of "192.0.2.7:50310", also when it comes in
/// the form of IPv6; the /64 of any other IPv6 address, for that is what one customer has. What is
/// no address counts as "".
std::string counted_address(std::string_view peer);

/// The line in which a party's calls wait, or those of nobody in particular at an address.
std::uint64_t flow_of_party(std::uint64_t party);
std::uint64_t flow_of_address(std::string_view peer);

}  // namespace penstock::limits

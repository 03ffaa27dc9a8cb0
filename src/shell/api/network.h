#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::shell {

/// The canonical form of a network, "192.0.2.0/24" or "2001:db8::/32"; a lone address is a network
/// of itself.
/// @retval kNetworksInvalid  It is neither, or has bits beyond its prefix.
Result<std::string> canonical_network(std::string_view text);

/// Does a peer, "192.0.2.7:50310" or "[2001:db8::1]:50310", stand in one of these networks? An IPv4
/// address counts as itself when it comes in the form of IPv6.
/// @param networks  In their canonical form.
bool is_in_networks(std::string_view peer, std::span<const std::string> networks);

}  // namespace penstock::shell

#include "shell/api/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "core/party/error.h"

namespace penstock::shell {

namespace {

/// An address as one of IPv6, so that both kinds compare alike.
using Address = std::array<std::uint8_t, 16>;
constexpr unsigned kMappedBits = 96;
constexpr Address kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct Network {
    Address address{};
    unsigned prefix = 0;
    bool is_v4 = false;
};

std::optional<Network> parse_address(std::string_view text) {
    const std::string terminated(text);
    Network network;
    network.address = kMapped;
    if (::inet_pton(AF_INET, terminated.c_str(), network.address.data() + 12) == 1) {
        network.is_v4 = true;
    } else if (::inet_pton(AF_INET6, terminated.c_str(), network.address.data()) == 1) {
        network.is_v4 = std::equal(kMapped.begin(), kMapped.begin() + 12, network.address.begin());
    } else {
        return std::nullopt;
    }
    network.prefix = 128;
    return network;
}

bool bit_of(const Address& address, unsigned bit) {
    return (address[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

std::optional<Network> parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    auto network = parse_address(text.substr(0, slash));
    if (!network || slash == std::string_view::npos) return network;
    const bool is_dotted = text.find(':') == std::string_view::npos;
    const std::string_view digits = text.substr(slash + 1);
    unsigned prefix = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (prefix > (is_dotted ? 32U : 128U)) return std::nullopt;
    network->prefix = is_dotted ? prefix + kMappedBits : prefix;
    if (network->prefix < kMappedBits) network->is_v4 = false;
    for (unsigned bit = network->prefix; bit < 128; ++bit) {
        if (bit_of(network->address, bit)) return std::nullopt;
    }
    return network;
}

/// "192.0.2.7" of "192.0.2.7:50310", "2001:db8::1" of "[2001:db8::1]:50310".
std::string_view host_of(std::string_view peer) {
    if (peer.starts_with('[')) return peer.substr(1, peer.find(']') - 1);
    return peer.substr(0, peer.rfind(':'));
}

}  // namespace

Result<std::string> canonical_network(std::string_view text) {
    const auto network = parse_network(text);
    if (!network) return reject(party::kNetworksInvalid, "networks");
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    const void* bytes = network->address.data() + (network->is_v4 ? 12 : 0);
    ::inet_ntop(network->is_v4 ? AF_INET : AF_INET6, bytes, buffer.data(), buffer.size());
    const unsigned prefix = network->is_v4 ? network->prefix - kMappedBits : network->prefix;
    return std::string(buffer.data()) + "/" + std::to_string(prefix);
}

bool is_in_networks(std::string_view peer, std::span<const std::string> networks) {
    const auto address = parse_address(host_of(peer));
    if (!address) return false;
    return std::ranges::any_of(networks, [&](const std::string& text) {
        const auto network = parse_network(text);
        if (!network) return false;
        for (unsigned bit = 0; bit < network->prefix; ++bit) {
            if (bit_of(network->address, bit) != bit_of(address->address, bit)) return false;
        }
        return true;
    });
}

}  // namespace penstock::shell

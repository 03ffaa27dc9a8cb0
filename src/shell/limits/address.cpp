#include "shell/limits/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>

namespace penstock::limits {

namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// Apart from the numbers of parties.
constexpr std::uint64_t kOfAddress = std::uint64_t{1} << 63;

std::string text_of(int family, const void* bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family, bytes, text.data(), text.size());
    return text.data();
}

}  // namespace

std::string counted_address(std::string_view peer) {
    if (!peer.starts_with('[')) {
        const std::string host(peer.substr(0, peer.rfind(':')));
        in_addr address{};
        return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ? host : std::string();
    }
    const std::size_t end = peer.find_first_of("%]");
    if (end == std::string_view::npos) return {};
    const std::string host(peer.substr(1, end - 1));
    std::array<std::uint8_t, 16> bytes{};
    if (::inet_pton(AF_INET6, host.c_str(), bytes.data()) != 1) return {};
    if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin()))
        return text_of(AF_INET, bytes.data() + kMapped.size());
    std::fill(bytes.begin() + 8, bytes.end(), 0);
    return text_of(AF_INET6, bytes.data()) + "/64";
}

std::uint64_t flow_of_party(std::uint64_t party) {
    return party & ~kOfAddress;
}

std::uint64_t flow_of_address(std::string_view peer) {
    // Who finds another of this hash shares a line with it, and gains nothing.
    return std::hash<std::string>()(counted_address(peer)) | kOfAddress;
}

}  // namespace penstock::limits

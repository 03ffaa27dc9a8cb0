#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::transport {

enum class Scheme { http, https };

struct BaseUrl {
    Scheme scheme = Scheme::http;
    std::string host;  ///< Without the brackets of an IPv6 address.
    std::uint16_t port = 0;
    std::string host_header;  ///< As written, the port included unless it is the scheme's own.
};

/// Reads "http://host:port" or "https://host:port"; a "/" may follow, and nothing else.
/// @retval kHttpBadUrl
Result<BaseUrl> parse_base_url(std::string_view text);

}  // namespace penstock::transport

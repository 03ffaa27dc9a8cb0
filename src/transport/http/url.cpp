#include "transport/http/url.h"

#include <charconv>

#include "transport/http/error.h"

namespace penstock::transport {
namespace {

constexpr std::string_view kHostCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%";

}  // namespace

Result<BaseUrl> parse_base_url(std::string_view text) {
    const auto bad = [&] { return reject(kHttpBadUrl, {}, "Given: " + std::string(text) + "."); };
    BaseUrl url;
    std::string_view rest = text;
    if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
        url.port = 80;
    } else if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
        url.scheme = Scheme::https;
        url.port = 443;
    } else {
        return bad();
    }
    if (rest.ends_with('/')) rest.remove_suffix(1);
    url.host_header = rest;
    std::string_view port;
    if (rest.starts_with('[')) {
        const std::size_t end = rest.find(']');
        if (end == std::string_view::npos) return bad();
        url.host = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        if (!rest.empty() && rest[0] != ':') return bad();
        port = rest;
    } else {
        const std::size_t colon = rest.find(':');
        url.host = rest.substr(0, colon);
        if (url.host.find(':') != std::string::npos) return bad();
        if (colon != std::string_view::npos) port = rest.substr(colon);
    }
    if (url.host.empty() || url.host.find_first_not_of(kHostCharacters) != std::string::npos)
        return bad();
    if (port.empty()) return url;
    port.remove_prefix(1);
    const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (code != std::errc() || end != port.data() + port.size() || url.port == 0) return bad();
    return url;
}

}  // namespace penstock::transport

#include "shell/oidc/base64_url.h"

#include <algorithm>

#include "crypto/base64.h"

namespace penstock::oidc {

std::string base64_url(crypto::ByteView bytes) {
    std::string text = crypto::base64(bytes);
    while (text.ends_with('=')) text.pop_back();
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

std::optional<crypto::Bytes> parse_base64_url(std::string_view text) {
    if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
    std::string padded(text);
    std::ranges::replace(padded, '-', '+');
    std::ranges::replace(padded, '_', '/');
    while (padded.size() % 4 != 0) padded.push_back('=');
    auto bytes = crypto::parse_base64(padded);
    if (!bytes) return std::nullopt;
    return *std::move(bytes);
}

}  // namespace penstock::oidc

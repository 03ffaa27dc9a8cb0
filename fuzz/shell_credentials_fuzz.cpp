// What stands in headers to say who calls: cookies, tokens of sessions, networks, addresses.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "shell/api/cookie.h"
#include "shell/api/forwarded_peer.h"
#include "shell/api/network.h"
#include "shell/api/session_token.h"
#include "shell/identity/email.h"
#include "shell/limits/address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock;
    using namespace penstock::shell;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto cookie = find_cookie(text, "penstock_session")) {
        PENSTOCK_ASSERT(text.find("penstock_session=" + std::string(*cookie)) != text.npos);
        PENSTOCK_ASSERT(cookie->find(';') == cookie->npos);
    }
    if (const auto token = SessionToken::parse(text)) {
        const auto again = SessionToken::parse(token->text());
        PENSTOCK_ASSERT(again && again->session == token->session &&
                        again->secret == token->secret);
    }
    if (const auto network = canonical_network(text)) {
        PENSTOCK_ASSERT(canonical_network(*network).value() == *network);
        is_in_networks(text, std::span(&*network, 1));
    }
    const std::string everywhere = "0.0.0.0/0";
    is_in_networks(text, std::span(&everywhere, 1));
    if (const auto email = canonical_email(text))
        PENSTOCK_ASSERT(canonical_email(*email).value() == *email);
    const std::string counted = limits::counted_address(text);
    PENSTOCK_ASSERT(counted.empty() || canonical_network(counted));
    transport::HttpRequest request;
    request.headers.add(ForwardedPeer::kHeader, text);
    const ForwardedPeer servers({});
    PENSTOCK_ASSERT(!servers.of_head(request, Instant{}) && !servers.of(request, Instant{}));
    return 0;
}

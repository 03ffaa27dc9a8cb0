// What an identity provider sends: its tokens, its keys, what it says of a person.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "shell/oidc/base64_url.h"
#include "shell/oidc/id_token.h"
#include "shell/oidc/provider.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock::oidc;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto bytes = parse_base64_url(text)) PENSTOCK_ASSERT(base64_url(*bytes) == text);
    const Expected expected{.issuer = "https://id.test",
                            .client_id = "penstock",
                            .nonce = "nonce",
                            .now_seconds = 1'800'000'000};
    // Nobody signs with keys that do not exist.
    PENSTOCK_ASSERT(!check_id_token(text, {}, expected));
    if (const auto keys = parse_key_set(text)) {
        for (const auto& [id, key] : *keys)
            PENSTOCK_ASSERT(!key.verify(penstock::crypto::TokenAlgorithm::rs256, {}, {}));
    }
    Claims claims{.subject = "7", .email = "", .second_factor = false};
    const bool added = add_user_info(text, claims).has_value();
    PENSTOCK_ASSERT(claims.subject == "7" && (added || claims.email.empty()));
    if (const auto settings = parse_settings(text)) {
        for (const ProviderSettings& provider : *settings)
            PENSTOCK_ASSERT(provider.issuer.starts_with("http"));
    }
    return 0;
}

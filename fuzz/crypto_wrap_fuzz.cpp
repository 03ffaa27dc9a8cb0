// Sealed files and seal keys: what is read is what would have been written, and nothing opens that
// was not sealed.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "crypto/wrap.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace penstock::crypto;
    static const WrapKey key = WrapKey::parse(
                                   "penstock-seal-key/v1 aes-256-gcm "
                                   "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
                                   .value();
    static const WrapKey sm4 = WrapKey::parse(
                                   "penstock-seal-key/v1 sm4-ctr-hmac-sm3 "
                                   "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
                                   .value();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto parsed = WrapKey::parse(text)) PENSTOCK_ASSERT(parsed->text() == text);
    if (const auto header = parse_wrap_header(text)) PENSTOCK_ASSERT(is_wrapped(text));
    for (const WrapKey* opener : {&key, &sm4}) {
        const auto secret = unwrap(*opener, text, "fuzz");
        if (secret)
            PENSTOCK_ASSERT(unwrap(*opener, wrap(*opener, *secret, "fuzz"), "fuzz").value() ==
                            *secret);
    }
    return 0;
}

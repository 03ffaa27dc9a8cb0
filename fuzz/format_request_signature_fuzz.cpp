// The header by which agents say who they are.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "crypto/base64.h"
#include "format/request_signature.h"

using namespace penstock;
using namespace penstock::format;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto pair = crypto::KeyPair::from_seed(crypto::Seed{1});
    const std::string_view text = crypto::text_of({data, size});
    const auto signature = parse_request_signature(text);
    if (!signature) return 0;
    PENSTOCK_ASSERT(text == "Penstock-Agent " + signature->agent + "." +
                                std::to_string(signature->unix_ms) + "." +
                                crypto::base64(signature->signature));
    const SignedRequest request{"POST", "/v1/agents", text};
    PENSTOCK_ASSERT(
        !verify_request_signature(*signature, request, pair.public_key(), signature->unix_ms));
    return 0;
}

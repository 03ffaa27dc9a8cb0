// Requests and answers over HTTP: however the bytes are cut into pieces, the result is the same.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "pieces.h"
#include "transport/http/request_parser.h"
#include "transport/http/url.h"

namespace {

using namespace penstock::transport;

/// Beast looks at the bound only where it waits for more of a head, so that heads about as long as
/// it pass or not as they are cut.
constexpr std::size_t kNoBound = 1 << 20;

Outcome parse(std::string_view bytes, std::size_t step, std::size_t header_bytes_max) {
    HttpRequest request;
    RequestParser parser(request, header_bytes_max);
    parser.set_body_bytes_max(512);
    Outcome outcome;
    outcome.failed = !put_in_pieces(parser, bytes, step);
    outcome.done = !outcome.failed && parser.is_done();
    if (!outcome.done) return outcome;
    outcome.text = request.verb + " " + request.target + "\n" + request.body;
    for (std::size_t i = 0; i < request.headers.size(); ++i)
        outcome.text.append(request.headers.name_at(i)).append(request.headers.value_at(i));
    PENSTOCK_ASSERT(request.body.size() <= 512);
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    assert_cuts_do_not_matter(
        bytes, [](std::string_view all, std::size_t step) { return parse(all, step, kNoBound); });
    parse(bytes, 1 + bytes.size() / 3, 1024);
    (void)parse_base_url(bytes);
    if (const auto decoded = percent_decode(bytes))
        PENSTOCK_ASSERT(percent_decode(percent_encode(*decoded)) == *decoded);
    return 0;
}

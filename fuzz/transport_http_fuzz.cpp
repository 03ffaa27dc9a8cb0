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

Outcome parse(std::string_view bytes, std::size_t step) {
    HttpRequest request;
    RequestParser parser(request, 1024);
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
    assert_cuts_do_not_matter(bytes, parse);
    (void)parse_base_url(bytes);
    if (const auto decoded = percent_decode(bytes))
        PENSTOCK_ASSERT(percent_decode(percent_encode(*decoded)) == *decoded);
    return 0;
}

// Requests and answers over HTTP: however the bytes are cut into pieces, the result is the same.
#include <boost/asio/buffer.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "transport/http/request_parser.h"
#include "transport/http/url.h"

namespace {

using namespace penstock::transport;

struct Outcome {
    bool failed = false;
    bool done = false;
    std::string text;
};

Outcome parse(std::string_view bytes, std::size_t step) {
    HttpRequest request;
    RequestParser parser(request, 1024);
    parser.set_body_bytes_max(512);
    Outcome outcome;
    std::size_t start = 0;
    for (std::size_t end = std::min(step, bytes.size()); !parser.is_done();) {
        boost::beast::error_code code;
        const auto used = parser.put(boost::asio::buffer(bytes.data() + start, end - start), code);
        start += used;
        PENSTOCK_ASSERT(start <= end);
        if (code == boost::beast::http::error::need_more || (!code && used == 0)) {
            if (end == bytes.size()) break;
            end = std::min(end + step, bytes.size());
        } else if (code) {
            outcome.failed = true;
            return outcome;
        }
    }
    outcome.done = parser.is_done();
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
    if (bytes.empty()) return 0;
    const Outcome whole = parse(bytes, bytes.size());
    const Outcome pieces = parse(bytes, 1 + bytes.size() / 3);
    if (whole.done && pieces.done) PENSTOCK_ASSERT(whole.text == pieces.text);
    PENSTOCK_ASSERT(!(whole.done && pieces.failed) && !(whole.failed && pieces.done));
    (void)parse_base_url(bytes);
    if (const auto decoded = percent_decode(bytes))
        PENSTOCK_ASSERT(percent_decode(percent_encode(*decoded)) == *decoded);
    return 0;
}

// Answers over HTTP, as a hostile server may give them: bounded, and the same however they are cut.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "transport/http/message.h"
#include "transport/http/response_head.h"
#include "transport/http/response_parser.h"

namespace {

using namespace penstock::transport;

struct Outcome {
    bool failed = false;
    bool done = false;
    std::string text;
};

Outcome parse(std::string_view bytes, std::size_t step) {
    HttpResponse response;
    const ResponseParser::Take keep;
    ResponseParser parser(response, keep, 1024, 512);
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
    PENSTOCK_ASSERT(response.body.size() <= 512);
    outcome.text = std::to_string(response.status) + response.body;
    for (std::size_t i = 0; i < response.headers.size(); ++i)
        outcome.text.append(response.headers.name_at(i)).append(response.headers.value_at(i));
    return outcome;
}

/// No value that an application gives can forge a header, or end the head early.
void write_back(std::string_view bytes) {
    HttpResponse response;
    response.headers.add("x-fuzz", bytes);
    std::string head;
    write_head(response, {}, head);
    PENSTOCK_ASSERT(head.find("\r\n\r\n") == head.size() - 4);
    if (is_clean_header(bytes)) PENSTOCK_ASSERT(head.find(bytes) != head.npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    write_back(bytes);
    if (bytes.empty()) return 0;
    const Outcome whole = parse(bytes, bytes.size());
    const Outcome pieces = parse(bytes, 1 + bytes.size() / 3);
    if (whole.done && pieces.done) PENSTOCK_ASSERT(whole.text == pieces.text);
    PENSTOCK_ASSERT(!(whole.done && pieces.failed) && !(whole.failed && pieces.done));
    return 0;
}

// Answers over HTTP, as a hostile server may give them: bounded, and the same however they are cut.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "pieces.h"
#include "transport/http/message.h"
#include "transport/http/response_head.h"
#include "transport/http/response_parser.h"

namespace {

using namespace penstock::transport;

/// Beast looks at the bound only where it waits for more of a head, so that heads about as long as
/// it pass or not as they are cut.
constexpr std::size_t kNoBound = 1 << 20;

Outcome parse(std::string_view bytes, std::size_t step, std::size_t header_bytes_max) {
    HttpResponse response;
    const ResponseParser::Take keep;
    ResponseParser parser(response, keep, header_bytes_max, 512);
    Outcome outcome;
    outcome.failed = !put_in_pieces(parser, bytes, step);
    outcome.done = !outcome.failed && parser.is_done();
    if (outcome.failed) return outcome;
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
    assert_cuts_do_not_matter(
        bytes, [](std::string_view all, std::size_t step) { return parse(all, step, kNoBound); });
    parse(bytes, 1 + bytes.size() / 3, 1024);
    return 0;
}

#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <string>
#include <string_view>

#include "base/assert.h"

/// Gives bytes to one of Beast's parsers as a network would, in pieces of `step`.
/// @return False when the parser refused them; it may also wait for more.
template <typename Parser>
bool put_in_pieces(Parser& parser, std::string_view bytes, std::size_t step) {
    std::size_t start = 0;
    for (std::size_t end = std::min(step, bytes.size()); !parser.is_done();) {
        boost::beast::error_code code;
        const auto used = parser.put(boost::asio::buffer(bytes.data() + start, end - start), code);
        start += used;
        PENSTOCK_ASSERT(start <= end);
        if (code == boost::beast::http::error::need_more || (!code && used == 0)) {
            if (end == bytes.size()) return true;
            end = std::min(end + step, bytes.size());
        } else if (code) {
            return false;
        }
    }
    return true;
}

struct Outcome {
    bool failed = false;
    bool done = false;
    std::string text;
};

/// However bytes are cut, the result is the same.
/// @param parse  Gives the Outcome of bytes that come in pieces of a size.
template <typename Parse>
void assert_cuts_do_not_matter(std::string_view bytes, Parse parse) {
    if (bytes.empty()) return;
    const Outcome whole = parse(bytes, bytes.size());
    const Outcome pieces = parse(bytes, 1 + bytes.size() / 3);
    if (whole.done && pieces.done) PENSTOCK_ASSERT(whole.text == pieces.text);
    PENSTOCK_ASSERT(!(whole.done && pieces.failed) && !(whole.failed && pieces.done));
}

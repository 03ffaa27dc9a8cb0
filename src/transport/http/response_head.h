#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "transport/http/message.h"

namespace penstock::transport {

enum class Framing { length, chunked, until_close, none };

/// What the server itself says in the head of an answer.
struct HeadOptions {
    Framing framing = Framing::length;
    std::uint64_t length = 0;  ///< With Framing::length.
    bool keep_alive = true;
    bool http_1_0 = false;
    std::string_view date{};   ///< As in RFC 9110, section 5.6.7.
    std::string_view trace{};  ///< For the header traceparent.
};

/// Writes status line and headers, the empty line included. A header with a control character in it
/// is left out, so that no value can forge another header.
void write_head(const HttpResponse& response, const HeadOptions& options, std::string& out);

/// Whether text may stand in a header's name or value: no control character but the tab.
bool is_clean_header(std::string_view text);

/// "Not Found" for 404; empty for numbers without a phrase here.
std::string_view status_phrase(unsigned status);

/// The server's own answer to a request that never reaches the application: a JSON error.
HttpResponse fault_response(unsigned status);

/// The time now, as the Date header has it.
std::string http_date(std::int64_t seconds_since_1970);

}  // namespace penstock::transport

#include "transport/http/request_parser.h"

#include <algorithm>

namespace penstock::transport {
namespace {

namespace http = boost::beast::http;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

constexpr std::uint64_t kReserveMax = 1u << 20;  // A length claimed is not yet a length sent.

}  // namespace

void RequestParser::on_request_impl(Verb, Text verb, Text target, int version, Code&) {
    version_ = version;
    request_->verb = view(verb);
    request_->target = view(target);
    request_->headers.reserve(16, 768);
}

void RequestParser::on_field_impl(Field field, Text name, Text value, Code& code) {
    request_->headers.add(view(name), view(value));
    if (field == Field::host) ++hosts_;
    if (field == Field::transfer_encoding &&
        (version_ < 11 || !equal_ignoring_case(view(value), "chunked")))
        code = http::error::bad_transfer_encoding;
    if (field == Field::expect)
        expects_continue_ = equal_ignoring_case(view(value), "100-continue");
}

void RequestParser::on_header_impl(Code& code) {
    if (version_ >= 11 ? hosts_ != 1 : hosts_ > 1) code = http::error::bad_field;
}

bool RequestParser::is_folded(std::string_view head) {
    return head.find("\n ") != head.npos || head.find("\n\t") != head.npos;
}

void RequestParser::on_body_init_impl(const Length& length, Code& code) {
    if (!length) return;
    if (*length > body_bytes_max_) {
        code = http::error::body_limit;
    } else if (!request_->sink) {
        request_->body.reserve(static_cast<std::size_t>(std::min(*length, kReserveMax)));
    }
}

std::size_t RequestParser::on_body_impl(Text piece, Code& code) {
    body_bytes_ += piece.size();
    if (body_bytes_ > body_bytes_max_) {
        code = http::error::body_limit;
    } else if (!request_->sink) {
        request_->body.append(piece.data(), piece.size());
    } else if (!request_->sink->write(view(piece))) {
        sink_failed_ = true;
        code = http::error::end_of_stream;
    }
    return piece.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text piece, Code& code) {
    return on_body_impl(piece, code);
}

}  // namespace penstock::transport

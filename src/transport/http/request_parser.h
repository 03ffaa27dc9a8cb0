#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <string_view>

#include "transport/http/message.h"

namespace penstock::transport {

/// Beast's parser, writing straight into an HttpRequest: two allocations for all the headers.
///
/// Stricter than Beast where a proxy before us might read the same bytes as another request
/// (RFC 9112, sections 3.2, 5.2 and 6.1): one Host, no coding but "chunked", no folded lines.
class RequestParser final : public boost::beast::http::basic_parser<true> {
  public:
    /// @param request  Filled; outlives the parser.
    RequestParser(HttpRequest& request, std::size_t header_bytes_max) : request_(&request) {
        header_limit(static_cast<std::uint32_t>(header_bytes_max));
        body_limit(boost::none);  // Ours is applied once the head has been seen.
    }

    /// Whether a head has a line that goes on in the next one.
    static bool is_folded(std::string_view head);

    void set_body_bytes_max(std::uint64_t bytes) { body_bytes_max_ = bytes; }
    bool expects_continue() const { return expects_continue_; }
    bool at_least_1_1() const { return version_ >= 11; }
    bool has_body() const { return chunked() || content_length().value_or(0) > 0; }
    /// The sink refused a piece.
    bool sink_failed() const { return sink_failed_; }

  private:
    using Verb = boost::beast::http::verb;
    using Field = boost::beast::http::field;
    using Text = boost::beast::string_view;
    using Code = boost::beast::error_code;
    using Length = boost::optional<std::uint64_t>;

    void on_request_impl(Verb, Text verb, Text target, int version, Code& code) override;
    void on_response_impl(int, Text, int, Code&) override {}
    void on_field_impl(Field field, Text name, Text value, Code& code) override;
    void on_header_impl(Code& code) override;
    void on_body_init_impl(const Length& length, Code& code) override;
    std::size_t on_body_impl(Text piece, Code& code) override;
    void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text piece, Code& code) override;
    void on_finish_impl(Code&) override {}

    HttpRequest* request_;
    std::uint64_t body_bytes_max_ = 0;
    std::uint64_t body_bytes_ = 0;
    int version_ = 11;
    unsigned hosts_ = 0;
    bool expects_continue_ = false;
    bool sink_failed_ = false;
};

}  // namespace penstock::transport

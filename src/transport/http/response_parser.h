#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <functional>
#include <string_view>

#include "transport/http/message.h"

namespace penstock::transport {

/// Beast's parser, writing straight into an HttpResponse, or handing a 200's body on.
class ResponseParser final : public boost::beast::http::basic_parser<false> {
  public:
    using Take = std::function<bool(std::string_view)>;

    /// @param take  Empty: the body is kept. All outlive the parser.
    ResponseParser(HttpResponse& response, const Take& take, std::size_t header_bytes_max,
                   std::uint64_t body_bytes_max)
        : response_(&response), take_(&take), body_bytes_max_(body_bytes_max) {
        header_limit(static_cast<std::uint32_t>(header_bytes_max));
        body_limit(boost::none);  // Ours holds only for what is kept.
        eager(true);
    }
    /// `take` said to stop.
    bool stopped() const { return stopped_; }
    bool interim() const { return is_header_done() && response_->status / 100 == 1; }

  private:
    using Field = boost::beast::http::field;
    using Verb = boost::beast::http::verb;
    using Text = boost::beast::string_view;
    using Code = boost::beast::error_code;
    using Length = boost::optional<std::uint64_t>;

    void on_request_impl(Verb, Text, Text, int, Code&) override {}
    void on_response_impl(int status, Text, int, Code&) override {
        response_->status = static_cast<unsigned>(status);
    }
    void on_field_impl(Field, Text name, Text value, Code&) override {
        response_->headers.add({name.data(), name.size()}, {value.data(), value.size()});
    }
    void on_header_impl(Code&) override {}
    void on_body_init_impl(const Length&, Code&) override {}
    std::size_t on_body_impl(Text piece, Code& code) override;
    void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text piece, Code& code) override {
        return on_body_impl(piece, code);
    }
    void on_finish_impl(Code&) override {}

    HttpResponse* response_;
    const Take* take_;
    std::uint64_t body_bytes_max_;
    bool stopped_ = false;
};

}  // namespace penstock::transport

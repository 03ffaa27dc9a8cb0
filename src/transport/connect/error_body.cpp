#include "transport/connect/error_body.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "base/base64.h"
#include "penstock/v1/types.pb.h"
#include "transport/json/write.h"

namespace penstock::transport {
namespace {

constexpr std::string_view kDetailType = "penstock.v1.ErrorDetail";

v1::ErrorDetail detail_of(const Error& error, std::string_view trace_id) {
    v1::ErrorDetail detail;
    detail.set_reason(std::string(error.reason()));
    detail.set_field(error.field());
    detail.set_message(error.message());
    detail.set_number(error.number());
    detail.set_trace_id(std::string(trace_id));
    return detail;
}

Code code_named(std::string_view text, Code fallback) {
    for (int i = 1; i <= 16; ++i)
        if (name(static_cast<Code>(i)) == text) return static_cast<Code>(i);
    return fallback;
}

std::string_view text_at(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains({key.data(), key.size()});
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

void read_details(const boost::json::array& details, RemoteError& error) {
    for (const auto& item : details) {
        const auto* object = item.if_object();
        if (object == nullptr || text_at(*object, "type") != kDetailType) continue;
        const auto bytes = read_base64(text_at(*object, "value"));
        v1::ErrorDetail detail;
        if (!bytes || !detail.ParseFromString(*bytes)) continue;
        error.reason = detail.reason();
        error.field = detail.field();
        error.number = detail.number();
        error.trace_id = detail.trace_id();
        return;
    }
}

}  // namespace

unsigned http_status(Code code) {
    switch (code) {
        case Code::cancelled:
            return 499;
        case Code::unknown:
            return 500;
        case Code::invalid_argument:
            return 400;
        case Code::deadline_exceeded:
            return 504;
        case Code::not_found:
            return 404;
        case Code::already_exists:
            return 409;
        case Code::permission_denied:
            return 403;
        case Code::resource_exhausted:
            return 429;
        case Code::failed_precondition:
            return 400;
        case Code::aborted:
            return 409;
        case Code::out_of_range:
            return 400;
        case Code::unimplemented:
            return 501;
        case Code::internal:
            return 500;
        case Code::unavailable:
            return 503;
        case Code::data_loss:
            return 500;
        case Code::unauthenticated:
            return 401;
    }
    return 500;
}

Code code_of_status(unsigned http_status) {
    switch (http_status) {
        case 400:
            return Code::internal;
        case 401:
            return Code::unauthenticated;
        case 403:
            return Code::permission_denied;
        case 404:
            return Code::unimplemented;
        case 429:
        case 502:
        case 503:
        case 504:
            return Code::unavailable;
        default:
            return Code::unknown;
    }
}

HttpResponse error_response(const Error& error, std::string_view trace_id) {
    HttpResponse response;
    response.status = http_status(error.code());
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    add_retry_after(error, response);
    write_error(error, response.body, trace_id);
    return response;
}

void fail(Responder& responder, const Error& error) {
    responder.set_reason(error.reason());
    responder.send(error_response(error, responder.trace().id()));
}

Refusal refusal(Error error) {
    return [error = std::move(error)](Responder responder) { fail(responder, error); };
}

void write_error(const Error& error, std::string& out, std::string_view trace_id) {
    const v1::ErrorDetail detail = detail_of(error, trace_id);
    out.append("{\"code\":\"").append(name(error.code())).append("\",\"message\":");
    write_json_string(detail.message(), out);
    out.append(",\"details\":[{\"type\":\"").append(kDetailType).append("\",\"value\":\"");
    write_base64(detail.SerializeAsString(), out, Base64Padding::without);
    out.append("\",\"debug\":");
    write_json(detail, out);
    out.append("}]}");
}

void add_retry_after(const Error& error, HttpResponse& response) {
    if (error.retry_after_seconds() == 0) return;
    response.headers.add("Retry-After", std::to_string(error.retry_after_seconds()));
    response.rest = kRestOfTheHasty;
}

RemoteError read_error(std::string_view json, Code fallback) {
    RemoteError error;
    error.code = fallback;
    boost::system::error_code code;
    const auto value = boost::json::parse({json.data(), json.size()}, code);
    const auto* object = code ? nullptr : value.if_object();
    if (object == nullptr) {
        error.message = "The server answered with an error of unknown form.";
        return error;
    }
    error.code = code_named(text_at(*object, "code"), fallback);
    error.message = text_at(*object, "message");
    const auto* details = object->if_contains("details");
    if (details != nullptr && details->is_array()) read_details(details->get_array(), error);
    return error;
}

RemoteError read_error(const HttpResponse& answer) {
    RemoteError error = read_error(answer.body, code_of_status(answer.status));
    error.retry_after = retry_after(answer.headers);
    return error;
}

std::chrono::seconds retry_after(const Headers& headers) {
    constexpr std::int64_t kLongest = 3'600;
    const std::string_view text = headers.value("retry-after");
    std::int64_t seconds = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (code != std::errc{} || end != text.data() + text.size()) return {};
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kLongest));
}

RemoteError to_remote(const Error& error) {
    return {.code = error.code(),
            .reason = std::string(error.reason()),
            .field = error.field(),
            .message = error.message(),
            .number = error.number(),
            .retry_after = std::chrono::seconds(error.retry_after_seconds())};
}

}  // namespace penstock::transport

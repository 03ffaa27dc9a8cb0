#include "transport/http/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "transport/http/trace.h"

namespace penstock::transport {
namespace {

template <class Number>
void append_number(Number value, std::string& out) {
    std::array<char, 24> digits;
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), result.ptr);
}

}  // namespace

bool is_clean_header(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\t';
    });
}

std::string_view status_phrase(unsigned status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 499:
            return "Client Closed Request";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        case 507:
            return "Insufficient Storage";
        default:
            return {};
    }
}

void write_head(const HttpResponse& response, const HeadOptions& options, std::string& out) {
    out.append("HTTP/1.1 ");
    append_number(response.status, out);
    out.append(" ").append(status_phrase(response.status)).append("\r\n");
    for (std::size_t i = 0; i < response.headers.size(); ++i) {
        const std::string_view name = response.headers.name_at(i);
        const std::string_view value = response.headers.value_at(i);
        if (!is_clean_header(name) || !is_clean_header(value)) continue;
        out.append(name).append(": ").append(value).append("\r\n");
    }
    if (options.framing == Framing::length) {
        out.append("Content-Length: ");
        append_number(options.length, out);
        out.append("\r\n");
    } else if (options.framing == Framing::chunked) {
        out.append("Transfer-Encoding: chunked\r\n");
    }
    out.append("Date: ").append(options.date).append("\r\n");
    if (!options.trace.empty())
        out.append(kTraceHeader).append(": ").append(options.trace).append("\r\n");
    if (!options.keep_alive) {
        out.append("Connection: close\r\n");
    } else if (options.http_1_0) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
}

HttpResponse fault_response(unsigned status) {
    HttpResponse response;
    response.status = status;
    response.close = true;
    response.headers.add("Content-Type", "application/json");
    switch (status) {
        case 408:
            response.body =
                R"({"code":"deadline_exceeded","message":"The request came too slowly."})";
            break;
        case 413:
            response.body = R"({"code":"resource_exhausted","message":"The body is too large."})";
            break;
        case 429:
            response.headers.add("Retry-After", "5");
            response.body =
                R"({"code":"resource_exhausted","message":"Too many connections from your address."})";
            break;
        case 431:
            response.body =
                R"({"code":"resource_exhausted","message":"The headers are too large."})";
            break;
        case 503:
            response.body =
                R"({"code":"unavailable","message":"The server is busy or stopping; try again."})";
            break;
        case 507:
            response.body =
                R"({"code":"resource_exhausted","message":"The body cannot be stored."})";
            break;
        default:
            response.body =
                R"({"code":"invalid_argument","message":"The request is not HTTP/1.1."})";
    }
    return response;
}

std::string http_date(std::int64_t seconds_since_1970) {
    static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto time = static_cast<std::time_t>(seconds_since_1970);
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 64> text;
    const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                                   kMonths[static_cast<std::size_t>(parts.tm_mon)],
                                   parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace penstock::transport

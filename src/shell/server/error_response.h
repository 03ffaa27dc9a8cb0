#pragma once

#include <string>

#include "base/error.h"
#include "transport/connect/error_body.h"
#include "transport/http/message.h"

namespace penstock::shell {

inline transport::HttpResponse json_response(unsigned status, std::string body) {
    transport::HttpResponse response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

/// The body and status that a REST call would get.
inline transport::HttpResponse error_response(const Error& error) {
    std::string body;
    transport::write_error(error, body);
    return json_response(transport::http_status(error.code()), std::move(body));
}

}  // namespace penstock::shell

#pragma once

#include <string_view>

#include "app/client/session.h"

namespace penstock::client {

/// Reads a list to its end.
/// @param take  Called with each page's response.
template <class Response, class Request, class Take>
RemoteResult<void> for_each_page(Session& session, std::string_view method, Request request,
                                 const Take& take) {
    request.mutable_page()->set_size(200);
    while (true) {
        TRY_ASSIGN(const Response response, session.call<Response>(method, request));
        take(response);
        if (response.page().next_cursor().empty()) return {};
        request.mutable_page()->set_cursor(response.page().next_cursor());
    }
}

}  // namespace penstock::client

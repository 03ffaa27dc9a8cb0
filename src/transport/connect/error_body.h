#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "transport/connect/client.h"
#include "transport/http/message.h"
#include "transport/http/server.h"

namespace penstock::transport {

/// The HTTP status of a unary error, as the Connect protocol maps it.
unsigned http_status(Code code);

/// The code that Connect reads from an answer whose body is not an error in JSON.
Code code_of_status(unsigned http_status);

/// The status and body of an error outside of streams; never to be kept by a cache.
/// @param trace_id  Of the request, for whoever looks for it in the logs; may be empty.
HttpResponse error_response(const Error& error, std::string_view trace_id);

/// Answers a request that is no call of a method with an error, which names the request's trace,
/// and tells the server's observer why. Calls have RpcResponder::fail.
void fail(Responder& responder, const Error& error);

/// The same for a request whose body is not read.
Refusal refusal(Error error);

/// Appends an error as Connect writes it: code, message, and our ErrorDetail in `details`.
void write_error(const Error& error, std::string& out, std::string_view trace_id = {});

/// Has an answer say when the same is welcome again, and the connection rest, if the error knows.
void add_retry_after(const Error& error, HttpResponse& response);

/// Reads what write_error wrote, or what another Connect server would.
/// @param fallback  The code when the text is no error in JSON.
RemoteError read_error(std::string_view json, Code fallback);

/// The error that an answer of another status than 2xx holds.
RemoteError read_error(const HttpResponse& answer);

/// What Retry-After asks for in seconds, up to an hour; 0 when it is not there, or a date.
std::chrono::seconds retry_after(const Headers& headers);

}  // namespace penstock::transport

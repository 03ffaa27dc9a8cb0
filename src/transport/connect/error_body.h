#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "transport/connect/client.h"

namespace penstock::transport {

/// The HTTP status of a unary error, as the Connect protocol maps it.
unsigned http_status(Code code);

/// The code that Connect reads from an answer whose body is not an error in JSON.
Code code_of_status(unsigned http_status);

/// Appends an error as Connect writes it: code, message, and our ErrorDetail in `details`.
void write_error(const Error& error, std::string& out);

/// Reads what write_error wrote, or what another Connect server would.
/// @param fallback  The code when the text is no error in JSON.
RemoteError read_error(std::string_view json, Code fallback);

}  // namespace penstock::transport

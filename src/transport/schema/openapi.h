#pragma once

#include <string>
#include <string_view>

#include "transport/schema/method_table.h"

namespace penstock::transport {

/// The OpenAPI 3.1 document of every routed method, as JSON text, in a stable order.
/// @param version  Of the program, for instance "0.1.0".
/// Costs milliseconds: make it once and keep it.
std::string openapi_document(const MethodTable& table, std::string_view version);

}  // namespace penstock::transport

#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace penstock::transport {

/// The pairs of a URL's query, percent-decoded, in order. Nothing when it is not well-formed.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

/// Sets the fields that a query names: "page.size=10"; a list by repetition.
/// @retval kRpcBadQuery for a name that is no field; kRpcGivenTwice for a field that is set
/// already.
Result<void> read_query(std::string_view query, google::protobuf::Message& into);

/// Sets one singular field from a step of the path. @retval kRpcGivenTwice as above.
Result<void> read_path_field(std::string_view text, const google::protobuf::FieldDescriptor& field,
                             google::protobuf::Message& into);

}  // namespace penstock::transport

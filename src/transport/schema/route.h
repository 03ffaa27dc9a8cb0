#pragma once

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string_view>
#include <vector>

#include "transport/schema/method_table.h"

namespace penstock::transport {

/// Takes a route such as "/v1/contracts/{contract}" apart. Nothing when it is not well-formed, or
/// names a field that the request lacks, or that is repeated or a message.
std::optional<std::vector<RouteSegment>> parse_route(std::string_view path,
                                                     const google::protobuf::Descriptor& request);

}  // namespace penstock::transport

#pragma once

#include <google/protobuf/descriptor.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::transport {

/// Public methods whose requests the shell turns into internal commands, so that what is secret in
/// them is not journaled.
std::span<const std::string_view> prepared_methods();

/// What the schema does against its own rules, one sentence each; empty when it is clean.
///
/// Every rpc has a kind and a permission, and, outside InternalService, a route; owner_field and
/// the fields of a route exist in the request and are singular (owner_field a string); no two
/// routes collide; id_prefix stands on strings only; no message reached from a service holds a
/// float, map, Any or Struct; no command holds a secret field unless it is among `prepared`.
/// @param files     Whose services are checked.
/// @param prepared  Names such as "PartyService/EnrolAgent".
std::vector<std::string> lint(std::span<const google::protobuf::FileDescriptor* const> files,
                              std::span<const std::string_view> prepared = prepared_methods());

}  // namespace penstock::transport

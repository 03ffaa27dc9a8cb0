#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace penstock::evidence {

/// A message as canonical JSON (RFC 8785): one text for one content, for ever.
///
/// proto3's JSON form with the keys of every object sorted by their bytes and no white space:
/// lowerCamelCase keys, 64-bit integers as strings, bytes in base64, enumeration values by name,
/// fields at their default left out, so that a field added to the schema changes no older text.
/// @param message  Without floating-point and map fields (the schema's lint sees to that); its
///                 texts are UTF-8.
std::string canonical_json(const google::protobuf::Message& message);

}  // namespace penstock::evidence

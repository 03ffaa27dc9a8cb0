#pragma once

#include <google/protobuf/message.h>

#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "transport/json/error.h"

namespace penstock::transport {

struct JsonLimits {
    std::size_t bytes_max = 4u << 20;
    unsigned depth_max = 32;  ///< Objects and arrays within one another, at most 32.
    /// Scalars and objects in all. A stranger's text makes messages many times its own size.
    std::size_t values_max = kValuesMax;
};

/// Reads a message from proto3's JSON form, strictly.
///
/// Keys are a field's lowerCamelCase or its own name; 64-bit integers are strings or numbers, bytes
/// base64 (either alphabet, padded or not), enumeration values names or known numbers; null leaves
/// a field absent. Refused are keys given twice or unknown, trailing commas or data, comments,
/// text that is not UTF-8, numbers with a fraction or exponent, and two members of one oneof.
/// @param text  One JSON object.
/// @param into  Cleared first; its content is unspecified after an error.
/// @retval  An error of json/error.h, its field in the schema's names: `lines[2].term.start_ns`.
/// Thread-safe. O(length); allocates what the message does.
Result<void> read_json(std::string_view text, google::protobuf::Message& into,
                       const JsonLimits& limits = {});

/// Sets one scalar field from text as a URL carries it, with the rules of JSON strings; booleans
/// are `true` or `false`. On a repeated field, appends.
/// @retval  An error of json/error.h that names the field.
Result<void> read_scalar(std::string_view text, const google::protobuf::FieldDescriptor& field,
                         google::protobuf::Message& into);

}  // namespace penstock::transport

#pragma once

#include <google/protobuf/message.h>

#include <string_view>

#include "base/error.h"

namespace penstock::transport {

/// Refuses a message that holds, at any depth, a field or enumeration value that this build's
/// schema does not know, so that nothing is silently dropped. Thread-safe. O(size of the message).
/// @retval  kBinaryUnknownField, kBinaryUnknownEnum or kBinaryTooDeep, with the path.
Result<void> refuse_unknown(const google::protobuf::Message& message);

/// Reads a serialised message and refuses what is unknown.
/// @param into  Cleared first; its content is unspecified after an error.
/// @retval  kBinaryMalformed, kTooManyValues too.
Result<void> read_binary(std::string_view bytes, google::protobuf::Message& into);

}  // namespace penstock::transport

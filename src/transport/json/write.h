#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

namespace penstock::transport {

enum class Defaults {
    skip,   ///< As proto3's JSON does: a scalar at its default is left out.
    print,  ///< Every scalar and list is printed; absent messages are still left out.
};

/// Appends a message in proto3's JSON form: lowerCamelCase keys in the order of declaration, 64-bit
/// integers as strings, bytes in padded base64, enumeration values by name. The same message gives
/// the same bytes on every build. Thread-safe.
void write_json(const google::protobuf::Message& message, std::string& out,
                Defaults defaults = Defaults::skip);

std::string to_json(const google::protobuf::Message& message, Defaults defaults = Defaults::skip);

/// Appends text as a JSON string with its quotes.
/// @param text  UTF-8.
void write_json_string(std::string_view text, std::string& out);

}  // namespace penstock::transport

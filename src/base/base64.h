#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock {

enum class Base64Padding { with, without };

/// Appends bytes in the standard alphabet (RFC 4648, section 4).
void write_base64(std::string_view bytes, std::string& out,
                  Base64Padding padding = Base64Padding::with);

/// Reads the standard or the URL alphabet, padded or not. Nothing for any other character, a wrong
/// length or padding, or left-over bits that are not zero: each byte string has one text per
/// alphabet and padding.
std::optional<std::string> read_base64(std::string_view text);

}  // namespace penstock

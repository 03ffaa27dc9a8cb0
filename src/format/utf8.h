#pragma once

#include <string_view>

namespace penstock::format {

/// Whether `text` is well-formed UTF-8 (RFC 3629): no overlong forms, surrogates or numbers beyond
/// U+10FFFF.
bool is_utf8(std::string_view text);

/// Whether well-formed `text` has a control character (U+0000 to U+001F) other than a line end.
bool has_control(std::string_view text);

/// Whether well-formed `text` has white space of any script, or a control character.
bool has_space_or_control(std::string_view text);

}  // namespace penstock::format

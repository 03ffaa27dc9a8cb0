#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::shell {

/// An e-mail address as it is compared: trimmed of nothing, ASCII letters in lower case.
/// @retval kEmailInvalid  Not one "@" between two parts, blanks or control characters, no
/// dot-joined
///                        labels behind it, or over 254 bytes. Whether mail arrives is not known.
Result<std::string> canonical_email(std::string_view text);

}  // namespace penstock::shell

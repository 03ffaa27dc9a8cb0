#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::shell {

/// May somebody have this password? There are no rules about kinds of characters: length, and being
/// nobody's first guess, is what counts (NIST SP 800-63B, section 5.1.1.2; OWASP ASVS 5.0, 6.2).
/// @param about  The person's address and name, the party's name: no password is made of these.
/// @retval kPasswordLength, kPasswordCommon, kPasswordPersonal
Result<void> check_password(std::string_view password, std::span<const std::string> about);

}  // namespace penstock::shell

#pragma once

#include <string_view>

#include "crypto/bytes.h"

namespace penstock::crypto {

/// Whether two runs of bytes are equal, in a time that depends on their lengths alone. For secrets
/// and their hashes: an ordinary comparison tells an attacker how many bytes he has right.
bool equal_in_constant_time(ByteView left, ByteView right);
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace penstock::crypto

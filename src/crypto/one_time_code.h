#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/bytes.h"

namespace penstock::crypto {

/// Which hash a code is made with; authenticator apps know SHA-1 alone for certain.
enum class CodeHash : std::uint8_t { sha1, sha256, sha512 };

/// The code of a counter: HOTP (RFC 4226), with the other hashes of RFC 6238.
/// @param digits  6 to 8.
std::string one_time_code(ByteView secret, std::uint64_t counter, unsigned digits = 6,
                          CodeHash hash = CodeHash::sha1);

/// Seconds of a step of time (RFC 6238).
inline constexpr std::int64_t kCodeStepSeconds = 30;

/// The step, of now or one beside it, whose code of six digits this is; a clock may be off by
/// that. Compares all three in constant time.
/// @param after  Steps up to this one were used, and count no more.
std::optional<std::uint64_t> find_code_step(ByteView secret, std::string_view code,
                                            std::int64_t unix_seconds, std::uint64_t after);

/// Base32 without padding, in upper case (RFC 4648, section 6), as authenticator apps take secrets.
std::string base32(ByteView bytes);
/// The bytes that `base32` wrote as `text`; nothing when it wrote no such text.
std::optional<Bytes> parse_base32(std::string_view text);

}  // namespace penstock::crypto

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock {

inline constexpr Rejection kIdentifierInvalid{1001, Code::invalid_argument, "IDENTIFIER_INVALID",
                                              "This is not a compute identifier, or a character of "
                                              "it is wrong; compare it with the original."};

/// What a compute identifier names; a resource is a product.
enum class IdentifierKind : char { site = 'S', pool = 'P', resource = 'R' };

/// The first number that no identifier can have: 36^10.
inline constexpr std::uint64_t kIdentifierNumberEnd = 3'656'158'440'062'976;

/// Our compute identifier (算力标识), PSK1-<issuer>-<kind>-<number>-<check>, for instance
/// PSK1-BJ01-P-000000002S-QM: docs/identifiers.md. It is ours, not the national one, which is kept
/// beside it as an opaque text where one was issued.
struct Identifier {
    std::string issuer;  ///< Four of A-Z and 0-9: which exchange numbered it.
    IdentifierKind kind = IdentifierKind::pool;
    std::uint64_t number = 0;  ///< Below kIdentifierNumberEnd; never reused by its issuer.
    bool operator==(const Identifier&) const = default;
};

/// Whether an exchange may issue under this name.
bool is_identifier_issuer(std::string_view issuer);

/// The one text of an identifier.
/// @param identifier  Issuer and number must be as described.
std::string identifier_text(const Identifier& identifier);

/// @retval kIdentifierInvalid  Any text that `identifier_text` would not have written: one wrong
///                             character and two neighbours swapped are always found.
Result<Identifier> parse_identifier(std::string_view text);

}  // namespace penstock

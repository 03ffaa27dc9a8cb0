#include "base/identifier.h"

#include <algorithm>

#include "base/assert.h"

namespace penstock {

namespace {

constexpr std::string_view kPrefix = "PSK1-";
constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::size_t kIssuerSize = 4;
constexpr std::size_t kNumberSize = 10;
constexpr std::size_t kIssuerAt = 5;
constexpr std::size_t kKindAt = 10;
constexpr std::size_t kNumberAt = 12;
constexpr std::size_t kCheckAt = 23;
constexpr std::size_t kSize = 25;

// ISO/IEC 7064 MOD 1271-36: a pure system with two check characters.
constexpr unsigned kModulus = 1271;
constexpr unsigned kRadix = 36;

bool is_digit(char c) {
    return kDigits.find(c) != kDigits.npos;
}

/// The two characters that make the whole text, hyphens left out, sum to 1 modulo 1271.
std::string check_characters(std::string_view text) {
    unsigned sum = 0;
    for (const char c : text) {
        if (c == '-') continue;
        sum = (sum + static_cast<unsigned>(kDigits.find(c))) * kRadix % kModulus;
    }
    // The check characters stand in the last two places, of weight 36 and 1.
    const unsigned check = (kModulus + 1 - sum * kRadix % kModulus) % kModulus;
    return {kDigits[check / kRadix], kDigits[check % kRadix]};
}

}  // namespace

bool is_identifier_issuer(std::string_view issuer) {
    return issuer.size() == kIssuerSize && std::ranges::all_of(issuer, is_digit);
}

std::string identifier_text(const Identifier& identifier) {
    PENSTOCK_ASSERT(is_identifier_issuer(identifier.issuer));
    PENSTOCK_ASSERT(identifier.number < kIdentifierNumberEnd);
    std::string number(kNumberSize, '0');
    std::uint64_t rest = identifier.number;
    for (auto digit = number.rbegin(); digit != number.rend(); ++digit, rest /= kRadix) {
        *digit = kDigits[rest % kRadix];
    }
    std::string text(kPrefix);
    text.append(identifier.issuer).append("-").append(1, static_cast<char>(identifier.kind));
    text.append("-").append(number).append("-");
    return text.append(check_characters(text));
}

Result<Identifier> parse_identifier(std::string_view text) {
    const bool shaped = text.size() == kSize && text.starts_with(kPrefix) &&
                        text[kKindAt - 1] == '-' && text[kKindAt + 1] == '-' &&
                        text[kCheckAt - 1] == '-' &&
                        is_identifier_issuer(text.substr(kIssuerAt, kIssuerSize)) &&
                        std::string_view("SPR").find(text[kKindAt]) != std::string_view::npos &&
                        std::ranges::all_of(text.substr(kNumberAt, kNumberSize), is_digit);
    if (!shaped || text.substr(kCheckAt) != check_characters(text.substr(0, kCheckAt))) {
        return reject(kIdentifierInvalid, "identifier");
    }
    Identifier identifier;
    identifier.issuer = text.substr(kIssuerAt, kIssuerSize);
    identifier.kind = static_cast<IdentifierKind>(text[kKindAt]);
    for (const char c : text.substr(kNumberAt, kNumberSize)) {
        identifier.number = identifier.number * kRadix + kDigits.find(c);
    }
    return identifier;
}

}  // namespace penstock

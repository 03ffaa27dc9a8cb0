#include "shell/identity/email.h"

#include <algorithm>

#include "base/text.h"
#include "shell/identity/error.h"

namespace penstock::shell {

namespace {

constexpr std::size_t kLengthMax = 254;
constexpr std::size_t kLocalLengthMax = 64;

bool is_domain(std::string_view domain) {
    bool label_is_empty = true;
    for (const char letter : domain) {
        const bool is_plain = (letter >= 'a' && letter <= 'z') ||
                              (letter >= '0' && letter <= '9') || letter == '-' ||
                              static_cast<unsigned char>(letter) >= 0x80;
        if (!is_plain && (letter != '.' || label_is_empty)) return false;
        label_is_empty = letter == '.';
    }
    return !label_is_empty;
}

}  // namespace

Result<std::string> canonical_email(std::string_view text) {
    std::string email(text);
    std::ranges::transform(email, email.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    const std::size_t at = email.find('@');
    const bool is_sound = email.size() <= kLengthMax && is_label(email, {3, kLengthMax}) &&
                          email.find(' ') == std::string::npos && at != std::string::npos &&
                          at == email.rfind('@') && at > 0 && at <= kLocalLengthMax &&
                          is_domain(std::string_view(email).substr(at + 1));
    if (!is_sound) return reject(kEmailInvalid, "email");
    return email;
}

}  // namespace penstock::shell

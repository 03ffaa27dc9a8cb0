#include "shell/api/cookie.h"

namespace penstock::shell {

std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name) {
    std::optional<std::string_view> found;
    while (!header.empty()) {
        std::string_view pair = header.substr(0, header.find(';'));
        header.remove_prefix(std::min(header.size(), pair.size() + 1));
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        while (pair.ends_with(' ')) pair.remove_suffix(1);
        if (!pair.starts_with(name) || pair.size() == name.size() || pair[name.size()] != '=')
            continue;
        if (found) return std::nullopt;
        found = pair.substr(name.size() + 1);
    }
    return found;
}

std::string cookie_name(std::string_view stem, bool secure) {
    return (secure ? "__Host-penstock_" : "penstock_") + std::string(stem);
}

std::string set_cookie(std::string_view stem, std::string_view value, const CookieTerms& terms) {
    std::string text = cookie_name(stem, terms.secure) + "=" + std::string(value) +
                       "; Path=/; HttpOnly; Max-Age=" +
                       std::to_string(terms.max_age_seconds > 0 ? terms.max_age_seconds : 0);
    text.append(terms.same_site == CookieTerms::SameSite::strict ? "; SameSite=Strict"
                                                                 : "; SameSite=Lax");
    if (terms.secure) text.append("; Secure");
    return text;
}

}  // namespace penstock::shell

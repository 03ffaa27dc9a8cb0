#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::shell {

/// The value of one cookie in a Cookie header (RFC 6265, section 5.4). Nothing when it is not
/// there, or there more than once: of two, nobody knows which is ours.
std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name);

/// How a cookie of this server is set.
struct CookieTerms {
    enum class SameSite { strict, lax };
    bool secure = true;                ///< Sent over TLS only; such cookies have names that say so.
    std::int64_t max_age_seconds = 0;  ///< 0 or less: the cookie goes at once.
    SameSite same_site = SameSite::strict;
};

/// "__Host-penstock_session" over TLS, else "penstock_session": the prefix keeps other hosts of a
/// domain from setting it.
std::string cookie_name(std::string_view stem, bool secure);

/// The value of a Set-Cookie header. Scripts never see the cookie.
std::string set_cookie(std::string_view stem, std::string_view value, const CookieTerms& terms);

}  // namespace penstock::shell

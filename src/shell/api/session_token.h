#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/sha256.h"

namespace penstock::shell {

/// How a session's token travels. The two are not exchangeable: what a page can never read must not
/// work where a page could put it.
enum class TokenCarrier : std::uint8_t {
    cookie,  ///< In a cookie, set by us, that scripts do not see.
    bearer,  ///< In the Authorization header, for programs.
};

/// A session's token: "pss_<session number>_<secret>".
struct SessionToken {
    std::uint64_t session = 0;
    std::string secret;

    std::string text() const;
    /// What of it the exchange keeps.
    crypto::Sha256 hash(TokenCarrier carrier) const;
    /// What a page sends along with what it changes, to show that it is ours: other sites cannot
    /// read it, nor work it out without the token.
    std::string csrf_token() const;

    static std::optional<SessionToken> parse(std::string_view text);
    /// 256 bits of the system's randomness, as text.
    static std::string draw_secret();
};

inline constexpr std::string_view kSessionTokenPrefix = "pss_";
inline constexpr std::string_view kSessionCookie = "session";
inline constexpr std::string_view kDeviceCookie = "device";
inline constexpr std::string_view kCsrfHeader = "x-csrf-token";

}  // namespace penstock::shell

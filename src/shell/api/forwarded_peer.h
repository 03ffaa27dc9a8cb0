#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "crypto/sha256.h"
#include "transport/http/message.h"

namespace penstock::shell {

/// How a server that passes a request on tells the leader whose it is, so that nobody else can.
///
/// The header is
///
///     Penstock-Forwarded: <peer> <unix ms> <hex SHA-256 of the body> <hex HMAC-SHA-256>
///
/// and the code is over these, verb, target, credentials and idempotency key, under a key derived
/// from the secret that all servers of one exchange share. Whoever overhears it can repeat the
/// whole request as it was, within the time that clocks may differ by, and nothing else.
/// Immutable; thread-safe.
class ForwardedPeer {
  public:
    static constexpr const char* kHeader = "Penstock-Forwarded";

    explicit ForwardedPeer(const crypto::Sha256& key) : key_(key) {}

    /// The header's value for a request on its way to the leader.
    /// @param request  Its `peer` is vouched for.
    std::string vouch(const transport::HttpRequest& request, Instant now) const;

    /// The peer that another server vouches for, as far as the head can tell; nothing when there is
    /// no such header, or it is forged, old, or another request's.
    std::optional<std::string> of_head(const transport::HttpRequest& head, Instant now) const;
    /// The same for a request with its body.
    std::optional<std::string> of(const transport::HttpRequest& request, Instant now) const;

  private:
    struct Voucher;
    std::optional<Voucher> check(const transport::HttpRequest& head, Instant now) const;
    crypto::Sha256 code(const transport::HttpRequest& request, std::string_view vouched) const;

    const crypto::Sha256 key_;
};

}  // namespace penstock::shell

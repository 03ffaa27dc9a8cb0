#pragma once

#include <stop_token>
#include <string>

#include "agent/exchange.h"
#include "agent/identity.h"

namespace penstock::agent {

/// Joins the exchange with the one-time token, unless this folder has joined already. Restart-safe:
/// the idempotency key is on disk before the request, so that a token whose answer was lost is
/// answered the same again.
///
/// Waits while the exchange cannot be reached.
/// @retval kNotEnrolled  There is no token, the exchange refuses it, or `stop` was asked for.
Result<Identity> ensure_enrolled(Exchange& exchange, const std::string& folder,
                                 const std::string& token, std::stop_token stop);

}  // namespace penstock::agent

#pragma once

#include "app/client/session.h"
#include "base/time.h"

namespace penstock::client {

/// Now by the exchange's clock, which judges terms: this machine's may be wrong.
RemoteResult<Instant> exchange_moment(Session& session);

}  // namespace penstock::client

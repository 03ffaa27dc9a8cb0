#include "app/client/exchange_moment.h"

#include "penstock/v1/system.pb.h"

namespace penstock::client {

RemoteResult<Instant> exchange_moment(Session& session) {
    TRY_ASSIGN(const auto status, session.call_patiently<v1::GetStatusResponse>(
                                      "SystemService/GetStatus", v1::GetStatusRequest(), ""));
    return Instant{status.now_ns()};
}

}  // namespace penstock::client

#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/error.h"
#include "base/time.h"
#include "core/exchange/state.h"
#include "shell/api/api.h"
#include "shell/sequencer/sequencer.h"

namespace penstock::shell {

/// Looks at the exchange and gives it commands from a worker's thread, and waits for the answer.
/// Never from the sequencer's threads or a connection's.
class ExchangePort {
  public:
    explicit ExchangePort(Sequencer& sequencer) : sequencer_(sequencer) {}

    /// @param look  On the sequencer's thread: short.
    Result<void> look(const std::function<Result<void>(const exchange::State&, Instant now)>& look);

    /// The same, if this server leads.
    /// @return The epoch in which it does.
    /// @retval kNotLeading, and what `look` says
    Result<std::uint64_t> look_as_leader(
        const std::function<Result<void>(const exchange::State&)>& look);

    /// As the system.
    template <class Response>
    Result<Response> give(std::string_view method, const google::protobuf::Message& request) {
        return read<Response>(submit({exchange::Actor::Kind::system, 0}, method, request, {}));
    }
    /// As the caller, with its idempotency key.
    template <class Response>
    Result<Response> give_for(const ApiCall& call, std::string_view method,
                              const google::protobuf::Message& request) {
        return read<Response>(submit(call.identity.actor, method, request,
                                     std::string(call.context.idempotency_key())));
    }

  private:
    Result<std::string> submit(const exchange::Actor& actor, std::string_view method,
                               const google::protobuf::Message& request,
                               std::string idempotency_key);
    template <class Response>
    static Result<Response> read(Result<std::string> reply) {
        if (!reply) return std::unexpected(std::move(reply).error());
        Response response;
        const bool parsed = response.ParseFromString(*reply);
        PENSTOCK_ASSERT(parsed);
        return response;
    }

    Sequencer& sequencer_;
};

}  // namespace penstock::shell

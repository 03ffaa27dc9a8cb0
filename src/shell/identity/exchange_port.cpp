#include "shell/identity/exchange_port.h"

#include <future>
#include <utility>

#include "core/exchange/exchange.h"

namespace penstock::shell {

Result<void> ExchangePort::look(
    const std::function<Result<void>(const exchange::State&, Instant now)>& look) {
    Result<void> seen;
    std::promise<Result<std::string>> done;
    sequencer_.inspect(
        [&](const Core& core, Instant now) { seen = look(core.exchange().state(), now); },
        [&done](Outcome outcome) { done.set_value(std::move(outcome.reply)); });
    if (auto outcome = done.get_future().get(); !outcome)
        return std::unexpected(std::move(outcome).error());
    return seen;
}

Result<std::string> ExchangePort::submit(const exchange::Actor& actor, std::string_view method,
                                         const google::protobuf::Message& request,
                                         std::string idempotency_key) {
    std::promise<Result<std::string>> done;
    sequencer_.submit({.actor = actor,
                       .method = method,
                       .request = request.SerializeAsString(),
                       .idempotency_key = std::move(idempotency_key),
                       .guard = {}},
                      [&done](Outcome outcome) { done.set_value(std::move(outcome.reply)); });
    return done.get_future().get();
}

}  // namespace penstock::shell

#include "shell/identity/exchange_port.h"

#include <future>
#include <utility>

#include "base/try.h"
#include "core/exchange/exchange.h"
#include "shell/sequencer/error.h"

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

Result<std::uint64_t> ExchangePort::look_as_leader(
    const std::function<Result<void>(const exchange::State&)>& look) {
    std::uint64_t epoch = 0;
    TRY(this->look([&](const exchange::State& state, Instant) -> Result<void> {
        // On the sequencer's thread, where alone it changes.
        epoch = sequencer_.status().epoch;
        if (epoch == 0) return reject(kNotLeading);
        return look(state);
    }));
    return epoch;
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

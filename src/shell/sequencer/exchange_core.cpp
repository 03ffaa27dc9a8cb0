#include "shell/sequencer/exchange_core.h"

#include <utility>

#include "base/try.h"
#include "core/exchange/exchange.h"

namespace penstock::shell {

namespace {

class ExchangeCore final : public Core {
  public:
    explicit ExchangeCore(exchange::Exchange exchange) : exchange_(std::move(exchange)) {}

    exchange::Reply apply(const exchange::Command& command, exchange::EventSink& events) override {
        return exchange_.apply(command, events);
    }
    Result<std::string> query(std::string_view method, const exchange::Actor& actor, Instant now,
                              std::string_view request) const override {
        return exchange_.query(method, actor, now, request);
    }
    bool has_due_timers(Instant now) const override { return exchange_.has_due_timers(now); }
    std::uint64_t last_sequence() const override { return exchange_.last_sequence(); }
    Instant last_time() const override { return exchange_.last_time(); }
    Digest rolling_hash() const override { return exchange_.rolling_hash(); }
    std::string snapshot() const override { return exchange_.snapshot(); }
    const exchange::Exchange& exchange() const override { return exchange_; }

  private:
    exchange::Exchange exchange_;
};

}  // namespace

std::unique_ptr<Core> ExchangeFactory::create() const {
    return std::make_unique<ExchangeCore>(exchange::Exchange());
}

Result<std::unique_ptr<Core>> ExchangeFactory::restore(std::string_view snapshot) const {
    TRY_ASSIGN(auto exchange, exchange::Exchange::restore(snapshot));
    return std::make_unique<ExchangeCore>(std::move(exchange));
}

}  // namespace penstock::shell

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "core/exchange/command.h"

namespace penstock::exchange {
class Exchange;
}

namespace penstock::shell {

/// What the sequencer needs of the deterministic core; the words are those of
/// core/exchange/exchange.h. A port, so that the sequencer is tested with a core of a few lines.
class Core {
  public:
    virtual ~Core() = default;
    virtual exchange::Reply apply(const exchange::Command& command,
                                  exchange::EventSink& events) = 0;
    virtual Result<std::string> query(std::string_view method, const exchange::Actor& actor,
                                      Instant now, std::string_view request) const = 0;
    virtual bool has_due_timers(Instant now) const = 0;
    virtual std::uint64_t last_sequence() const = 0;
    virtual Instant last_time() const = 0;
    virtual Digest rolling_hash() const = 0;
    virtual std::string snapshot() const = 0;
    /// The exchange itself, for inspections. A test's core may have none and assert.
    virtual const exchange::Exchange& exchange() const = 0;
};

/// Makes cores: the sequencer drops one and makes another when the journal has failed it.
class CoreFactory {
  public:
    virtual ~CoreFactory() = default;
    virtual std::unique_ptr<Core> create() const = 0;
    virtual Result<std::unique_ptr<Core>> restore(std::string_view snapshot) const = 0;
};

}  // namespace penstock::shell

#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "core/exchange/directory.h"
#include "shell/sequencer/sequencer.h"
#include "transport/http/message.h"

namespace penstock::shell {

/// Who sent a request.
struct Identity {
    exchange::Actor actor;
    PartyId party;                               ///< None for an anonymous caller.
    std::optional<exchange::AgentRecord> agent;  ///< When it is one.
};

/// Finds out who sent a request, from its Authorization header: an API key or an agent's signature.
///
/// Keys are remembered until an event says that they have changed, so that most requests need not
/// ask the sequencer; that a key still counts is decided by the core at the moment of the command.
/// Thread-safe.
class Authenticator final : public EventObserver {
  public:
    using Callback = std::move_only_function<void(Result<Identity>)>;

    explicit Authenticator(const Clock& clock) : clock_(clock) {}
    /// Before the first request. The sequencer outlives the last one.
    void attach(Sequencer& sequencer) { sequencer_ = &sequencer; }

    /// @param request   Must live until `callback` is called, on this thread or the sequencer's.
    /// @retval kCredentialsMalformed, kCredentialsWrong, kAgentUnknown, and those of
    ///         format::verify_request_signature. No header at all is an anonymous caller.
    void authenticate(const transport::HttpRequest& request, Callback callback);

    std::uint64_t position() const override { return kOnlyNew; }
    void on_event(const v1::Event& event, std::string_view bytes) override;
    void caught_up(std::uint64_t) override {}

  private:
    template <class Record>
    struct Cache {
        std::unordered_map<std::uint64_t, Record> records;
        std::uint64_t changes = 0;  ///< Counts events: a look-up older than one is not kept.
    };

    template <class Record, class Find>
    void find(Cache<Record>& cache, std::uint64_t id, Find find,
              std::move_only_function<void(Result<std::optional<Record>>)> found);
    void check_key(std::string_view token, Callback callback);
    void check_agent(const transport::HttpRequest& request, std::string_view header,
                     Callback callback);

    const Clock& clock_;
    Sequencer* sequencer_ = nullptr;
    std::mutex mutex_;
    Cache<exchange::KeyRecord> keys_;
    Cache<exchange::AgentRecord> agents_;
};

}  // namespace penstock::shell

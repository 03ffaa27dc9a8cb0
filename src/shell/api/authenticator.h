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
#include "penstock/v1/internal.pb.h"
#include "shell/api/cookie.h"
#include "shell/api/session_token.h"
#include "shell/sequencer/sequencer.h"
#include "transport/http/message.h"

namespace penstock::shell {

/// Who sent a request.
struct Identity {
    exchange::Actor actor;
    PartyId party;                               ///< None for an anonymous caller.
    std::optional<exchange::AgentRecord> agent;  ///< When it is one.
    std::optional<SessionToken> token{};         ///< When it is a user who has signed in.
    bool by_cookie = false;                      ///< The browser sent it by itself.
    bool csrf_shown = false;                     ///< And the page showed that it is ours.

    static Identity anonymous() {
        return {{exchange::Actor::Kind::anonymous, 0}, {}, std::nullopt};
    }
};

/// Finds out who sent a request: from its Authorization header (an API key, the token of a session,
/// or an agent's signature), or else from its session cookie.
///
/// Keys are remembered until an event says that they have changed, so that most requests need not
/// ask the sequencer; that a key still counts is decided by the core at the moment of the command.
/// Thread-safe.
class Authenticator final : public EventObserver {
  public:
    using Callback = std::move_only_function<void(Result<Identity>)>;

    /// @param secure_cookies  Whether cookies have the names of those sent over TLS only.
    Authenticator(const Clock& clock, bool secure_cookies)
        : clock_(clock), session_cookie_(cookie_name(kSessionCookie, secure_cookies)) {}
    /// Before the first request. The sequencer outlives the last one.
    void attach(Sequencer& sequencer) { sequencer_ = &sequencer; }

    /// @param request   Must live until `callback` is called, on this thread or the sequencer's.
    /// @retval kCredentialsMalformed, kCredentialsWrong, kKeyElsewhere, kAgentUnknown, and those of
    ///         format::verify_request_signature. No header at all is an anonymous caller, and so is
    ///         a cookie that counts no more: browsers send them whatever is asked.
    void authenticate(const transport::HttpRequest& request, Callback callback);

    JournalPosition position() const override { return kOnlyNew; }
    void on_event(const v1::Event& event, std::string_view bytes) override;
    bool caught_up(const JournalPosition&) override { return true; }

  private:
    template <class Record>
    struct Cache {
        std::unordered_map<std::uint64_t, Record> records;
        std::uint64_t changes = 0;  ///< Counts events: a look-up older than one is not kept.
    };

    template <class Record, class Find>
    void find(Cache<Record>& cache, std::uint64_t id, std::string_view peer, Find find,
              std::move_only_function<void(Result<std::optional<Record>>)> found);
    void check_key(std::string_view token, std::string_view peer, Callback callback);
    void check_session(const SessionToken& token, std::string_view peer, TokenCarrier carrier,
                       bool csrf_shown, Callback callback);
    void check_cookie(const transport::HttpRequest& request, Callback callback);
    /// Tells the exchange that a credential is in use, unless it was told a while ago.
    void note_use(const v1::NoteUseRequest& request, Instant last, Duration every);
    void check_agent(const transport::HttpRequest& request, std::string_view header,
                     Callback callback);

    const Clock& clock_;
    const std::string session_cookie_;
    Sequencer* sequencer_ = nullptr;
    std::mutex mutex_;
    Cache<exchange::KeyRecord> keys_;
    Cache<exchange::SessionRecord> sessions_;
    std::unordered_map<std::string, Instant> noted_;  ///< When a use was last told.
    Cache<exchange::AgentRecord> agents_;
};

}  // namespace penstock::shell

#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "core/party/people.h"
#include "crypto/password.h"
#include "penstock/v1/identity.pb.h"
#include "penstock/v1/internal.pb.h"
#include "shell/api/api.h"
#include "shell/identity/exchange_port.h"
#include "shell/sequencer/clock.h"
#include "shell/vault/vault.h"

namespace penstock::shell {

struct IdentityOptions {
    bool secure_cookies = false;  ///< The server is reached over TLS.
    Duration session_idle = seconds(1'800);
    Duration session_lifetime = seconds(12 * 3'600);
    crypto::PasswordCost password_cost{};
};

/// Answers IdentityService where more is needed than the exchange knows: passwords, codes, names.
///
/// It compares, on threads of its own, and tells the exchange what came of it; what counts is
/// decided there. What the exchange no longer knows it erases from the vault, which other servers
/// may share: only while this one leads, for who follows may not know yet what is in force.
class IdentityDesk final : public EventObserver {
  public:
    /// Both outlive the desk.
    IdentityDesk(vault::Vault& vault, const Clock& clock, IdentityOptions options);

    /// Has `api` serve the methods, and, if this server leads, erases what was left behind. Before
    /// the first call.
    Result<void> start(Api& api, Sequencer& sequencer);
    /// Ends the threads, after what they are at. Before the sequencer goes.
    void stop();
    /// Whether this server leads; it does until it is told otherwise. Whoever begins to erases what
    /// the leader before left behind.
    void set_leading(bool leads);

    JournalPosition position() const override { return kOnlyNew; }
    /// Erases whoever was removed, and the credentials of who was reset.
    void on_event(const v1::Event& event, std::string_view bytes) override;
    bool caught_up(const JournalPosition&) override { return true; }

    /// Begins a session for somebody whom an identity provider vouches for, and sets its cookie.
    /// On a worker's thread.
    /// @return What SignIn answers, and the cookies.
    struct Opened {
        v1::SignInResponse response;
        std::vector<std::string> cookies;
    };
    struct Proven {
        UserId user;
        v1::SignInMeans means = v1::SIGN_IN_PASSWORD;
        party::VaultRef password{};
        party::SecondFactorProof proof;
        bool provider_second_factor = false;
        std::string device;  ///< The token that came; empty: none.
        bool bearer = false;
    };
    Result<Opened> open_session(const Proven& proven);
    ExchangePort& exchange() { return *exchange_; }

  private:
    using Facts = std::optional<party::User>;
    using Work = Result<void> (IdentityDesk::*)(ApiCall&);
    /// What the desk knows of a signed-in caller.
    struct Self {
        UserId id;
        party::User user;
        party::Permissions may;
        bool limited = false;
        v1::Session session;
    };

    /// Has `work` answer the calls of a method, on a thread of the desk.
    void serve(Api& api, const char* method, Work work);
    /// The same, for those with the method's permission.
    void serve_authorised(Api& api, const char* method, Work work);
    /// The same, on a thread of its own: nobody who reads waits for passwords.
    void serve_reading(Api& api, const char* method, Work work);
    /// Has `work` answer a call, where passwords are compared.
    void compare(std::unique_ptr<ApiCall> call, Work work);
    /// Has `work` answer a call on one of the workers, or refuses it.
    void answer_by(Workers& workers, const Rejection& too_many, std::unique_ptr<ApiCall> call,
                   Work work);

    // sign_in.cpp
    Result<void> sign_in(ApiCall& call);
    Result<void> accept_invitation(ApiCall& call);
    Result<void> change_password(ApiCall& call);
    Result<void> get_session(ApiCall& call);
    void sign_out(std::unique_ptr<ApiCall> call);
    std::string device_of(const ApiCall& call) const;
    Result<void> count_failure(UserId user, std::string_view device);

    // second_factor.cpp
    Result<void> begin_second_factor(ApiCall& call);
    Result<void> confirm_second_factor(ApiCall& call);
    Result<void> use_second_factor(ApiCall& call);
    /// What a code proves, if it is the user's.
    Result<std::optional<party::SecondFactorProof>> check_code(const party::User& user,
                                                               std::string_view code);

    // manage_users.cpp
    Result<void> add_user(ApiCall& call);
    Result<void> list_users(ApiCall& call);
    void reinvite_user(std::unique_ptr<ApiCall> call);

    /// Erases every record that the exchange does not know.
    Result<void> sweep();
    /// Erases what of a profile is not in force: some secrets, or all of it. Never while this
    /// thread holds keeping_.
    void erase_stale(const vault::Ref& profile);
    /// @retval kNotLeading
    Result<vault::InForce> in_force_of(const vault::Ref& profile);
    /// Does something in the background, if this server leads.
    void tidy(Workers::Job job);

    Result<Self> self_of(const ApiCall& call);
    /// A reference, or other bytes, that the same request sent again gets again. They are in the
    /// journal, so nothing secret or personal goes into them.
    crypto::Sha256 derive(const ApiCall& call, std::string_view purpose) const;
    /// @param besides  What makes the request another one, if nothing else of it does.
    vault::Ref derive_ref(const ApiCall& call, std::string_view besides = {}) const;
    /// Keeps what the password is compared with.
    /// @retval kIdempotencyMismatch  The same request came before, with another password.
    Result<void> keep_password(const vault::Ref& ref, const vault::Ref& profile,
                               const std::string& password);
    /// After a request that came again: whether its password is the one that it had then. Guesses
    /// count as those of a sign-in.
    /// @retval kIdempotencyMismatch, kSignInLocked
    Result<void> check_repeated(UserId user, const vault::Ref& ref, const std::string& password);
    /// What no password of the user may be made of.
    Result<std::vector<std::string>> words_about(const party::User& user);

    vault::Vault& vault_;
    const Clock& clock_;
    const IdentityOptions options_;
    const std::string nobodys_verifier_;  ///< Compared with where there is nobody.
    Api* api_ = nullptr;
    std::unique_ptr<ExchangePort> exchange_;
    std::unique_ptr<Workers> passwords_;
    std::unique_ptr<Workers> reads_;  ///< Of what only reads: it waits for the vault.

    /// Held shared by whoever looks at the exchange, keeps a record, and then gives the command
    /// that puts it into force; alone by who erases what is not in force.
    std::shared_mutex keeping_;
    std::mutex mutex_;  // Guards what follows.
    bool leads_ = true;
    std::unique_ptr<Workers> tidying_;  ///< Null before start() and after stop().
};

}  // namespace penstock::shell

#include "shell/identity/identity_desk.h"

#include <set>
#include <utility>

#include "base/try.h"
#include "core/exchange/describe.h"
#include "crypto/random.h"
#include "penstock/v1/event.pb.h"
#include "shell/api/error.h"
#include "shell/api/session_token.h"
#include "shell/identity/error.h"
#include "shell/identity/impersonal.h"
#include "shell/sequencer/error.h"
#include "shell/vault/error.h"

namespace penstock::shell {

namespace {

/// Each takes 64 MiB while it compares a password.
constexpr unsigned kThreads = 2;
constexpr std::size_t kWaitingMax = 64;
/// Of one party, so that it takes eight to fill all lines.
constexpr std::size_t kLineWaitingMax = 8;
constexpr std::size_t kReadsMax = 1'024;
constexpr std::size_t kErasuresMax = 65'536;

std::optional<vault::Ref> ref_of(std::string_view bytes) {
    vault::Ref ref;
    if (bytes.size() != ref.size()) return std::nullopt;
    std::ranges::copy(bytes, ref.begin());
    return ref;
}

}  // namespace

IdentityDesk::IdentityDesk(vault::Vault& vault, const Clock& clock, IdentityOptions options)
    : vault_(vault),
      clock_(clock),
      options_(options),
      nobodys_verifier_(
          crypto::make_password_verifier(SessionToken::draw_secret(), options.password_cost)) {}

Result<void> IdentityDesk::start(Api& api, Sequencer& sequencer) {
    api_ = &api;
    exchange_ = std::make_unique<ExchangePort>(sequencer);
    passwords_ = std::make_unique<Workers>(kThreads, kWaitingMax, kLineWaitingMax);
    reads_ = std::make_unique<Workers>(1, kReadsMax);
    bool leads = false;
    {
        const std::scoped_lock lock(mutex_);
        tidying_ = std::make_unique<Workers>(1, kErasuresMax);
        leads = leads_;
    }
    if (leads) {
        auto swept = sweep();
        // Whoever leads since does it.
        const bool led = swept || (swept.error().number() != kNotLeading.number &&
                                   swept.error().number() != vault::kErasureFenced.number);
        if (led) TRY(std::move(swept));
    }

    serve(api, "IdentityService/SignIn", &IdentityDesk::sign_in);
    serve(api, "IdentityService/AcceptInvitation", &IdentityDesk::accept_invitation);
    serve_authorised(api, "IdentityService/ChangePassword", &IdentityDesk::change_password);
    serve_reading(api, "IdentityService/GetSession", &IdentityDesk::get_session);
    serve_authorised(api, "IdentityService/BeginSecondFactor", &IdentityDesk::begin_second_factor);
    serve_authorised(api, "IdentityService/ConfirmSecondFactor",
                     &IdentityDesk::confirm_second_factor);
    serve_authorised(api, "IdentityService/RemoveSecondFactor", &IdentityDesk::use_second_factor);
    serve_authorised(api, "IdentityService/RaiseSession", &IdentityDesk::use_second_factor);
    serve_authorised(api, "IdentityService/AddUser", &IdentityDesk::add_user);
    serve_reading(api, "IdentityService/ListUsers", &IdentityDesk::list_users);
    api.serve("IdentityService/SignOut",
              [this](std::unique_ptr<ApiCall> call) { sign_out(std::move(call)); });
    api.serve("IdentityService/ReinviteUser",
              [this](std::unique_ptr<ApiCall> call) { reinvite_user(std::move(call)); });
    return {};
}

void IdentityDesk::stop() {
    passwords_.reset();
    reads_.reset();
    std::unique_ptr<Workers> last;
    {
        const std::scoped_lock lock(mutex_);
        last = std::move(tidying_);
    }
}

void IdentityDesk::set_leading(bool leads) {
    {
        const std::scoped_lock lock(mutex_);
        leads_ = leads;
    }
    // Should it fail, the next leader does it.
    tidy([this] { (void)sweep(); });
}

void IdentityDesk::tidy(Workers::Job job) {
    const std::scoped_lock lock(mutex_);
    if (leads_ && tidying_) (void)tidying_->add(job);
}

Result<void> IdentityDesk::sweep() {
    const std::unique_lock alone(keeping_);
    return vault_.forget_all([this]() -> Result<vault::InForce> {
        vault::InForce in_force;
        TRY_ASSIGN(in_force.epoch, exchange_->look_as_leader([&](const exchange::State& state) {
            state.people.users().for_each([&](UserId, const party::User& user) {
                if (user.state == party::UserState::removed) return;
                in_force.profiles.insert(user.profile);
                for (const auto& ref : {user.password, user.second_factor, user.offered_factor})
                    in_force.secrets.insert(ref);
            });
            return Result<void>();
        }));
        return in_force;
    });
}

Result<vault::InForce> IdentityDesk::in_force_of(const vault::Ref& profile) {
    vault::InForce in_force;
    TRY_ASSIGN(in_force.epoch, exchange_->look_as_leader([&](const exchange::State& state) {
        if (const auto id = state.people.find_by_profile(profile)) {
            const party::User& user = state.people.user(*id);
            in_force.profiles = {profile};
            in_force.secrets = {user.password, user.second_factor, user.offered_factor};
        }
        return Result<void>();
    }));
    return in_force;
}

void IdentityDesk::erase_stale(const vault::Ref& profile) {
    const std::unique_lock alone(keeping_);
    const auto ask = [&] { return in_force_of(profile); };
    // Should it fail, the next start or leader erases what is left behind.
    if (vault_.forget(profile, ask)) (void)vault_.forget_secrets(profile, ask);
}

void IdentityDesk::answer_by(Workers& workers, const Rejection& too_many,
                             std::unique_ptr<ApiCall> call, Work work) {
    const limits::Turn turn = call->turn();
    auto held = std::make_shared<std::unique_ptr<ApiCall>>(std::move(call));
    Workers::Job job = [this, work, held] {
        if (auto done = (this->*work)(**held); !done) (*held)->responder.fail(done.error());
    };
    if (!workers.add(job, turn)) (*held)->responder.fail(Error(too_many));
}

void IdentityDesk::compare(std::unique_ptr<ApiCall> call, Work work) {
    answer_by(*passwords_, kSignInsWaiting, std::move(call), work);
}

void IdentityDesk::serve(Api& api, const char* method, Work work) {
    api.serve(method,
              [this, work](std::unique_ptr<ApiCall> call) { compare(std::move(call), work); });
}

void IdentityDesk::serve_authorised(Api& api, const char* method, Work work) {
    api.serve(method, [this, work](std::unique_ptr<ApiCall> call) {
        api_->with_authorised(
            std::move(call), Ownership::checked, {},
            [this, work](std::unique_ptr<ApiCall> asked) { compare(std::move(asked), work); });
    });
}

void IdentityDesk::serve_reading(Api& api, const char* method, Work work) {
    api.serve(method, [this, work](std::unique_ptr<ApiCall> call) {
        api_->with_authorised(std::move(call), Ownership::checked, {},
                              [this, work](std::unique_ptr<ApiCall> asked) {
                                  answer_by(*reads_, kTooBusy, std::move(asked), work);
                              });
    });
}

void IdentityDesk::on_event(const v1::Event& event, std::string_view) {
    if (!event.has_user_changed()) return;
    const v1::User& user = event.user_changed();
    const auto profile = ref_of(user.profile());
    if (!profile) return;
    if (user.state() == v1::USER_REMOVED || user.state() == v1::USER_INVITED)
        tidy([this, profile = *profile] { erase_stale(profile); });
}

Result<IdentityDesk::Self> IdentityDesk::self_of(const ApiCall& call) {
    Self self;
    TRY(exchange_->look([&](const exchange::State& state, Instant now) -> Result<void> {
        const SessionId session{call.identity.actor.id};
        TRY_ASSIGN(const party::Caller caller, state.people.identify(session, now));
        self.id = caller.user;
        self.user = state.people.user(caller.user);
        self.may = caller.may;
        self.limited = caller.needs_second_factor;
        exchange::describe(state, session, &self.session);
        return {};
    }));
    return self;
}

crypto::Sha256 IdentityDesk::derive(const ApiCall& call, std::string_view purpose) const {
    const std::string body = impersonal_text(*call.request);
    const std::string method = call.method->full_name + " " + std::string(purpose);
    return api_->secrets().derive({.method = method,
                                   .actor = call.identity.actor,
                                   .idempotency_key = call.context.idempotency_key(),
                                   .body = body});
}

vault::Ref IdentityDesk::derive_ref(const ApiCall& call, std::string_view besides) const {
    const crypto::Sha256 derived = derive(call, "reference " + std::string(besides));
    vault::Ref ref;
    std::copy_n(derived.begin(), ref.size(), ref.begin());
    return ref;
}

Result<std::vector<std::string>> IdentityDesk::words_about(const party::User& user) {
    std::vector<std::string> words;
    TRY_ASSIGN(const auto profile, vault_.profile(user.profile));
    if (profile) words = {profile->email, profile->name};
    TRY(exchange_->look([&](const exchange::State& state, Instant) -> Result<void> {
        words.push_back(state.directory.party(user.party).name);
        return {};
    }));
    return words;
}

}  // namespace penstock::shell

// IdentityDesk's part about the second factor: codes of RFC 6238, and recovery codes.
#include <algorithm>

#include "base/try.h"
#include "core/party/error.h"
#include "crypto/bytes.h"
#include "crypto/one_time_code.h"
#include "crypto/random.h"
#include "shell/api/session_token.h"
#include "shell/identity/error.h"
#include "shell/identity/identity_desk.h"
#include "transport/http/message.h"

namespace penstock::shell {

namespace {

/// As long as the hash, as RFC 4226 wants it.
constexpr std::size_t kSecretBytes = 20;
constexpr int kRecoveryCodes = 10;
constexpr std::size_t kRecoveryBytes = 10;
constexpr std::size_t kCodeLength = 6;
constexpr const char* kIssuer = "Penstock";

std::string text_of(std::span<const std::uint8_t> bytes) {
    return std::string(crypto::text_of(bytes));
}

/// "ABCD-EFGH-IJKL-MNOP"
std::string recovery_text(std::string_view code) {
    std::string text;
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (i > 0 && i % 4 == 0) text.push_back('-');
        text.push_back(code[i]);
    }
    return text;
}

/// As it was made, however it was typed.
std::string plain(std::string_view code) {
    std::string text;
    for (const char c : code) {
        if (c == '-' || c == ' ') continue;
        text.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    }
    return text;
}

}  // namespace

Result<std::optional<party::SecondFactorProof>> IdentityDesk::check_code(const party::User& user,
                                                                         std::string_view code) {
    using Proof = std::optional<party::SecondFactorProof>;
    const std::string text = plain(code);
    if (text.size() != kCodeLength) {
        const party::SecretHash hash = hash_of_secret(text);
        if (!user.recovery.contains(hash)) return Proof();
        return Proof({.step = 0, .recovery = hash});
    }
    TRY_ASSIGN(const auto secret, vault_.secret(user.second_factor));
    if (!secret) return Proof();
    const auto step = crypto::find_code_step(crypto::bytes_of(*secret), text,
                                             clock_.wall().ns / seconds(1).ns, user.last_step);
    if (!step) return Proof();
    return Proof({.step = *step, .recovery = {}});
}

Result<void> IdentityDesk::begin_second_factor(ApiCall& call) {
    TRY(check_idempotency_key(call.identity, call.context.idempotency_key()));
    std::shared_lock keeping(keeping_);
    TRY_ASSIGN(const Self self, self_of(call));
    const vault::Ref ref = derive_ref(call);
    TRY(vault_.put_secret(ref, self.user.profile,
                          crypto::text_of(crypto::random_bytes(kSecretBytes))));
    v1::OfferSecondFactorRequest offer;
    offer.set_secret(text_of(ref));
    TRY(exchange_->give_for<v1::OfferSecondFactorResponse>(
        call, "InternalService/OfferSecondFactor", offer));
    keeping.unlock();
    erase_stale(self.user.profile);
    // What is kept, which for a request that came again is the first one's.
    TRY_ASSIGN(const auto secret, vault_.secret(ref));
    TRY_ASSIGN(const auto profile, vault_.profile(self.user.profile));
    if (!secret || !profile) return reject(party::kSecondFactorState);
    v1::BeginSecondFactorResponse response;
    response.set_secret(crypto::base32(crypto::bytes_of(*secret)));
    response.set_uri(std::string("otpauth://totp/") + kIssuer + ":" +
                     transport::percent_encode(profile->email) + "?secret=" + response.secret() +
                     "&issuer=" + kIssuer);
    call.responder.reply(response);
    return {};
}

Result<void> IdentityDesk::confirm_second_factor(ApiCall& call) {
    TRY(check_idempotency_key(call.identity, call.context.idempotency_key()));
    TRY_ASSIGN(const Self self, self_of(call));
    // After a request that came again the offered one is in force.
    const party::VaultRef offered = self.user.offered_factor != party::VaultRef{}
                                        ? self.user.offered_factor
                                        : self.user.second_factor;
    TRY_ASSIGN(const auto secret, vault_.secret(offered));
    if (!secret) return reject(party::kSecondFactorState, {}, "It was not begun.");
    const auto step = crypto::find_code_step(
        crypto::bytes_of(*secret), plain(call.request_as<v1::ConfirmSecondFactorRequest>().code()),
        clock_.wall().ns / seconds(1).ns, 0);
    if (!step) return reject(kCodeWrong, "code");
    v1::SetSecondFactorRequest set;
    set.set_secret(text_of(offered));
    set.set_step(*step);
    v1::ConfirmSecondFactorResponse response;
    for (int i = 0; i < kRecoveryCodes; ++i) {
        const crypto::Sha256 drawn =
            derive(call, "recovery " + std::to_string(i) + " " + text_of(offered));
        const std::string code = crypto::base32(std::span(drawn).first(kRecoveryBytes));
        set.add_recovery_hashes(text_of(hash_of_secret(code)));
        response.add_recovery_codes(recovery_text(code));
    }
    TRY(exchange_->give_for<v1::SetSecondFactorResponse>(call, "InternalService/SetSecondFactor",
                                                         set));
    call.responder.reply(response);
    return {};
}

Result<void> IdentityDesk::use_second_factor(ApiCall& call) {
    TRY(check_idempotency_key(call.identity, call.context.idempotency_key()));
    TRY_ASSIGN(const Self self, self_of(call));
    const bool remove = call.method->full_name == "IdentityService/RemoveSecondFactor";
    const std::string& code = remove ? call.request_as<v1::RemoveSecondFactorRequest>().code()
                                     : call.request_as<v1::RaiseSessionRequest>().code();
    if (!self.user.has_second_factor())
        return reject(party::kSecondFactorState, {}, "There is none.");
    // Who has stolen a session shall not guess codes at his leisure.
    if (clock_.wall() < self.user.failures.locked_until) return reject(party::kSignInLocked);
    TRY_ASSIGN(const auto proof, check_code(self.user, code));
    if (!proof) {
        TRY(count_failure(self.id, {}));
        return reject(kCodeWrong, "code");
    }
    v1::UseSecondFactorRequest use;
    use.set_remove(remove);
    if (proof->step != 0)
        use.mutable_proof()->set_step(proof->step);
    else
        use.mutable_proof()->set_recovery_hash(text_of(proof->recovery));
    TRY(exchange_->give_for<v1::UseSecondFactorResponse>(call, "InternalService/UseSecondFactor",
                                                         use));
    if (!remove) {
        call.responder.reply(v1::RaiseSessionResponse());
        return {};
    }
    erase_stale(self.user.profile);
    call.responder.reply(v1::RemoveSecondFactorResponse());
    return {};
}

}  // namespace penstock::shell

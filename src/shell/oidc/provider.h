#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "shell/oidc/id_token.h"

namespace penstock::oidc {

/// An identity provider that users may sign in with, as the operator has set it up.
struct ProviderSettings {
    std::string name;  ///< In our own addresses: letters, digits and '-'.
    std::string issuer;
    std::string client_id;
    std::string client_secret;
    PartyId party;  ///< Whose users it may sign in; the id 0: anybody's.
};

/// Reads {"providers": [{"name", "issuer", "client_id", "client_secret", "party"}, …]}.
/// @retval kConfigurationInvalid  Among others when an issuer is reached neither over TLS nor on
/// this
///                                machine.
Result<std::vector<ProviderSettings>> parse_settings(std::string_view json);

/// Talks with one identity provider. Thread-safe; blocks for up to some seconds.
class Provider {
  public:
    explicit Provider(ProviderSettings settings) : settings_(std::move(settings)) {}

    const ProviderSettings& settings() const { return settings_; }

    struct Request {
        std::string redirect_uri;
        std::string state;
        std::string nonce;
        std::string code_challenge;
    };
    /// Where the browser is sent to sign in.
    /// @retval kProviderFailed
    Result<std::string> authorization_url(const Request& request);

    struct Redeem {
        std::string code;
        std::string redirect_uri;
        std::string code_verifier;
        std::string nonce;
        std::int64_t now_seconds = 0;
    };
    /// Changes a code for what the provider says of the person.
    /// @retval kProviderFailed, kProviderRefused, kTokenInvalid
    Result<Claims> redeem(const Redeem& redeem);

  private:
    struct Endpoints {
        std::string authorization;
        std::string token;
        std::string keys;
        std::string user_info;  ///< May be empty.
    };

    Result<Endpoints> endpoints();
    /// The keys; fetched anew when they lack this one, but not more often than every few seconds.
    Result<KeySet> keys_with(const Endpoints& endpoints, std::string_view key_id);

    const ProviderSettings settings_;
    std::mutex mutex_;
    std::optional<Endpoints> endpoints_;
    KeySet keys_;
    std::chrono::steady_clock::time_point keys_fetched_{};
};

}  // namespace penstock::oidc

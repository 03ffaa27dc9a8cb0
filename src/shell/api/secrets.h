#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "core/exchange/command.h"
#include "crypto/secret_files.h"
#include "crypto/sha256.h"

namespace penstock::shell {

/// Text of an API key: "psk_<key number>_<secret>".
std::string api_key_text(std::uint64_t key_number, std::string_view secret);

/// What of a secret the exchange keeps: SHA-256 of its text.
crypto::Sha256 hash_of_secret(std::string_view secret);

/// Makes the secrets that the exchange hands out. They are not drawn but derived, from a secret of
/// the server and the request, so that a request sent again gets the same secret, though neither it
/// nor the answer is kept anywhere. Immutable; thread-safe.
class SecretMaker {
  public:
    /// @param server_secret  32 random bytes.
    explicit SecretMaker(std::string server_secret) : server_secret_(std::move(server_secret)) {}
    /// As what its file is sealed.
    static constexpr const char* kRole = "server.secret";
    /// Reads the server's secret, or draws it when there is none.
    /// @retval kFileFault, and those of SecretFiles::read
    static Result<SecretMaker> open(const std::filesystem::path& file,
                                    const crypto::SecretFiles& files = {});

    struct Request {
        std::string_view method;
        exchange::Actor actor;
        std::string_view idempotency_key;
        std::string_view body;  ///< Serialised.
    };
    /// 32 bytes that nobody without the server's secret can foretell.
    crypto::Sha256 derive(const Request& request) const;
    /// The same as text of letters, digits, '-' and '_'.
    std::string derive_text(const Request& request) const;

  private:
    std::string server_secret_;
};

}  // namespace penstock::shell

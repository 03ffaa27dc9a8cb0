#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::crypto {

/// How a secret is wrapped.
enum class WrapAlgorithm : std::uint8_t {
    aes_256_gcm,  ///< NIST SP 800-38D.
    /// GB/T 32907 in counter mode, then HMAC with the hash of GB/T 32905 over all that stands
    /// before it. OpenSSL 3.0 has no SM4-GCM.
    sm4_ctr_hmac_sm3,
};

/// "aes-256-gcm" or "sm4-ctr-hmac-sm3".
std::string_view name(WrapAlgorithm algorithm);
/// @retval kWrapAlgorithmUnknown
Result<WrapAlgorithm> parse_wrap_algorithm(std::string_view text);

/// A key under which other secrets are kept, of one algorithm. Wiped when it goes.
class WrapKey {
  public:
    static constexpr std::size_t kBytes = 32;

    /// A new one, drawn.
    static WrapKey draw(WrapAlgorithm algorithm);
    /// Reads what text() gives.
    /// @retval kSealKeyInvalid, kWrapAlgorithmUnknown, kSealFormatUnknown
    static Result<WrapKey> parse(std::string_view text);
    WrapKey(const WrapKey&) = default;
    WrapKey& operator=(const WrapKey&) = default;
    ~WrapKey();

    /// One line: "penstock-seal-key/v1 <algorithm> <base64 of 32 bytes>\n". Secret.
    std::string text() const;
    /// Tells keys apart, and tells nothing of them: 16 digits of a hash.
    const std::string& id() const { return id_; }
    WrapAlgorithm algorithm() const { return algorithm_; }

  private:
    using Root = std::array<std::uint8_t, kBytes>;
    friend std::string wrap(const WrapKey&, std::string_view, std::string_view);
    friend Result<std::string> unwrap(const WrapKey&, std::string_view, std::string_view);
    WrapKey(WrapAlgorithm algorithm, const Root& root);

    WrapAlgorithm algorithm_;
    Root root_;
    std::string id_;
};

/// What the first line of a wrapped secret says.
struct WrapHeader {
    WrapAlgorithm algorithm{};
    std::string key_id;
};

/// Wraps a secret. Two lines: "penstock-sealed/v1 <algorithm> <key id>", and the base64 of nonce,
/// ciphertext and tag. The first line is authenticated with the rest.
/// @param context  Bound to the secret but not part of it: moved elsewhere, it opens no more.
std::string wrap(const WrapKey& key, std::string_view secret, std::string_view context);

/// Is this something that wrap() made, of whatever version?
bool is_wrapped(std::string_view text);

/// @retval kSealFormatUnknown     Of another version.
/// @retval kWrapAlgorithmUnknown  Of an algorithm that we have not.
/// @retval kSealBroken            Not two such lines.
Result<WrapHeader> parse_wrap_header(std::string_view text);

/// The secret.
/// @retval kSealKeyOther  It is wrapped under another key; the detail names both.
/// @retval kSealBroken    Not one bit as it was, or from another context.
/// @retval others         See parse_wrap_header.
Result<std::string> unwrap(const WrapKey& key, std::string_view text, std::string_view context);

}  // namespace penstock::crypto

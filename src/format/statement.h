#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/ed25519.h"
#include "penstock/v1/types.pb.h"

namespace penstock::format {

inline constexpr std::string_view kProfileStatement = "profile";
inline constexpr std::string_view kUsageStatement = "usage";

/// Signs "penstock-statement/v1 <type>\n" followed by `body`.
/// @param type       1 to 32 of a-z, '-' and '_'.
/// @param body       The serialised statement; it is kept as it is.
/// @param key_epoch  Which of the signer's keys `pair` is, from 1. It is not part of what is
/// signed:
///                   it only tells the verifier which key to try.
v1::SignedStatement sign_statement(std::string_view type, std::string body, std::uint32_t key_epoch,
                                   const crypto::KeyPair& pair);

/// Whether `statement` is of `type` and signed by `key`. Its body is not read.
/// @retval kStatementWrong  It is not.
Result<void> verify_statement(const v1::SignedStatement& statement, std::string_view type,
                              const crypto::PublicKey& key);

}  // namespace penstock::format

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::crypto {

/// What one hashing of a password costs. Every verifier carries its own.
struct PasswordCost {
    unsigned long long passes = 2;
    std::size_t memory_bytes = std::size_t{64} << 20;
};

/// What is kept of a password: Argon2id (RFC 9106) with a salt of its own, as the usual text
/// "$argon2id$v=19$…". Costs a tenth of a second and the memory; blocks. Thread-safe.
std::string make_password_verifier(std::string_view password, PasswordCost cost = {});

/// Whether the password is the verifier's. Costs as much as making it did.
bool is_password(std::string_view password, const std::string& verifier);

}  // namespace penstock::crypto

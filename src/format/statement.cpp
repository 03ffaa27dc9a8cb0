#include "format/statement.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "format/error.h"

namespace penstock::format {

namespace {

bool is_type(std::string_view type) {
    return !type.empty() && type.size() <= 32 && std::ranges::all_of(type, [](char c) {
        return (c >= 'a' && c <= 'z') || c == '-' || c == '_';
    });
}

std::string signed_bytes(std::string_view type, std::string_view body) {
    std::string bytes = "penstock-statement/v1 ";
    return bytes.append(type).append("\n").append(body);
}

}  // namespace

v1::SignedStatement sign_statement(std::string_view type, std::string body, std::uint32_t key_epoch,
                                   const crypto::KeyPair& pair) {
    PENSTOCK_ASSERT(is_type(type) && key_epoch >= 1);
    const crypto::Signature signature = pair.sign(signed_bytes(type, body));
    v1::SignedStatement statement;
    statement.set_type(std::string(type));
    statement.set_body(std::move(body));
    statement.set_key_epoch(key_epoch);
    statement.set_signature(std::string(crypto::text_of(signature)));
    return statement;
}

Result<void> verify_statement(const v1::SignedStatement& statement, std::string_view type,
                              const crypto::PublicKey& key) {
    PENSTOCK_ASSERT(is_type(type));
    if (statement.type() != type) return reject(kStatementWrong, "type");
    crypto::Signature signature;
    if (statement.signature().size() != signature.size()) {
        return reject(kStatementWrong, "signature");
    }
    const auto bytes = crypto::bytes_of(statement.signature());
    std::copy(bytes.begin(), bytes.end(), signature.begin());
    if (!crypto::verify(key, signed_bytes(type, statement.body()), signature)) {
        return reject(kStatementWrong, "signature");
    }
    return {};
}

}  // namespace penstock::format

#include "shell/api/secrets.h"

#include <system_error>
#include <utility>

#include "base/hash.h"
#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/random.h"
#include "files/error.h"

namespace penstock::shell {

namespace {

constexpr std::size_t kServerSecretBytes = 32;

/// base64url without padding (RFC 4648, section 5).
std::string base64_url(crypto::ByteView bytes) {
    std::string text = crypto::base64(bytes);
    while (text.ends_with('=')) text.pop_back();
    for (char& letter : text) {
        if (letter == '+') letter = '-';
        if (letter == '/') letter = '_';
    }
    return text;
}

void append_piece(std::string& out, std::string_view piece) {
    for (std::size_t shift = 0; shift < 64; shift += 8)
        out.push_back(static_cast<char>(std::uint64_t{piece.size()} >> shift & 0xff));
    out.append(piece);
}

}  // namespace

std::string api_key_text(std::uint64_t key_number, std::string_view secret) {
    return "psk_" + std::to_string(key_number) + "_" + std::string(secret);
}

crypto::Sha256 hash_of_secret(std::string_view secret) {
    return crypto::sha256(secret);
}

Result<SecretMaker> SecretMaker::open(const std::filesystem::path& file,
                                      const crypto::SecretFiles& files) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        const crypto::Bytes drawn = crypto::random_bytes(kServerSecretBytes);
        TRY(files.write(file, kRole, crypto::text_of(drawn)));
    }
    TRY_ASSIGN(std::string secret, files.read(file, kRole));
    if (secret.size() != kServerSecretBytes)
        return reject(files::kFileFault, {},
                      file.string() + " is damaged; restore it from a backup.");
    return SecretMaker(std::move(secret));
}

crypto::Sha256 SecretMaker::derive(const Request& request) const {
    std::string message;
    append_piece(message, "penstock-secret/v1");
    append_piece(message, request.method);
    append_piece(message, std::to_string(static_cast<int>(request.actor.kind)));
    append_piece(message, std::to_string(request.actor.id));
    append_piece(message, request.idempotency_key);
    append_piece(message, request.body);
    return crypto::hmac_sha256(crypto::bytes_of(server_secret_), crypto::bytes_of(message));
}

std::string SecretMaker::derive_text(const Request& request) const {
    return base64_url(derive(request));
}

}  // namespace penstock::shell

#include "shell/evidence/log_keys.h"

#include <system_error>
#include <utility>

#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/key_file.h"
#include "crypto/sha256.h"
#include "shell/evidence/error.h"

namespace penstock::evidence {

namespace {

Result<crypto::KeyPair> load_or_create(const crypto::SecretFiles& files,
                                       const std::filesystem::path& folder, const char* name,
                                       LogKeys::Missing missing) {
    const std::filesystem::path path = folder / name;
    std::error_code error;
    if (std::filesystem::exists(path, error)) {
        TRY_ASSIGN(const std::string text, files.read(path, name));
        auto pair = crypto::parse_key_text(text);
        if (!pair) return reject(pair.error().rejection(), {}, path.string());
        return pair;
    }
    if (missing == LogKeys::Missing::refuse) return reject(kEvidenceKeyMissing, {}, path.string());
    const crypto::KeyPair pair = crypto::KeyPair::generate();
    TRY(files.write(path, name, crypto::key_text(pair)));
    return pair;
}

template <class Number>
void put_big_end_first(Number number, crypto::Bytes& out) {
    for (std::size_t byte = sizeof(Number); byte-- > 0;)
        out.push_back(static_cast<std::uint8_t>(number >> (8 * byte)));
}

}  // namespace

Result<LogKeys> LogKeys::open(const std::filesystem::path& folder, std::string origin,
                              Missing missing, const crypto::SecretFiles& files) {
    TRY_ASSIGN(const crypto::KeyPair pair, load_or_create(files, folder, kSigner, missing));
    // A file of the same form: the seed of its pair is the key of the salts.
    TRY_ASSIGN(const crypto::KeyPair epoch, load_or_create(files, folder, kEpoch, missing));
    if (origin.empty())
        origin = "penstock.local/evidence/" +
                 crypto::hex(crypto::sha256(pair.public_key())).substr(0, 8);
    if (!format::is_key_name(origin))
        return reject(kEvidenceFault, {}, "\"" + origin + "\" cannot name a log.");
    return LogKeys(std::move(origin), pair, epoch.seed());
}

format::Salt LogKeys::salt(std::uint64_t sequence, std::uint32_t ordinal) const {
    crypto::Bytes place;
    put_big_end_first(sequence, place);
    put_big_end_first(ordinal, place);
    return crypto::hmac_sha256(epoch_key_, place);
}

crypto::Signature LogKeys::sign_identifier(std::string_view record) const {
    return pair_.sign(std::string("penstock-identifier/v1\n").append(record));
}

}  // namespace penstock::evidence

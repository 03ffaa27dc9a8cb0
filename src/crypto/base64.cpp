#include "crypto/base64.h"

#include "base/base64.h"

namespace penstock::crypto {

std::string base64(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    write_base64(text_of(bytes), text);
    return text;
}

Result<Bytes> parse_base64(std::string_view text) {
    // The codec also reads the URL alphabet, and text without padding; the writer wrote neither.
    const bool is_padded = text.size() % 4 == 0;
    if (!is_padded || text.find_first_of("-_") != text.npos) return reject(kBase64Invalid);
    const auto bytes = read_base64(text);
    if (!bytes) return reject(kBase64Invalid);
    const ByteView view = bytes_of(*bytes);
    return Bytes(view.begin(), view.end());
}

}  // namespace penstock::crypto

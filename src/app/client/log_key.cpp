#include "app/client/log_key.h"

#include <filesystem>
#include <system_error>

#include "app/client/local_file.h"
#include "penstock/v1/evidence.pb.h"

namespace penstock::client {

namespace {

RemoteResult<format::VerifierKey> parse(std::string text) {
    while (text.ends_with('\n') || text.ends_with('\r') || text.ends_with(' ')) text.pop_back();
    const auto key = format::VerifierKey::parse(text);
    if (!key) return refuse(key.error());
    return *key;
}

}  // namespace

RemoteResult<format::VerifierKey> fetch_log_key(Session& session) {
    TRY_ASSIGN(const auto response, session.call<v1::GetLogKeyResponse>("EvidenceService/GetLogKey",
                                                                        v1::GetLogKeyRequest()));
    return parse(response.verifier_key());
}

RemoteResult<format::VerifierKey> read_log_key(const std::string& text_or_file) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(text_or_file, error)) {
        auto key = parse(text_or_file);
        if (!key) key.error().message += " Nor is there a file of this name.";
        return key;
    }
    const auto content = read_file(text_or_file);
    if (!content) return refuse(content.error());
    return parse(*content);
}

}  // namespace penstock::client

#include "app/client/saved_session.h"

#include <cstdlib>
#include <system_error>

#include "app/client/error.h"
#include "base/try.h"
#include "files/whole_file.h"

namespace penstock::client {

namespace {

constexpr std::uint64_t kFileBytesMax = 4'096;

std::filesystem::path folder_named(const char* variable) {
    const char* value = std::getenv(variable);
    return value == nullptr ? "" : value;
}

}  // namespace

std::filesystem::path session_file() {
    if (auto file = folder_named("PENSTOCK_SESSION_FILE"); !file.empty()) return file;
    if (auto folder = folder_named("XDG_CONFIG_HOME"); !folder.empty())
        return folder / "penstock" / "session";
    if (auto home = folder_named("HOME"); !home.empty())
        return home / ".config" / "penstock" / "session";
    return {};
}

std::string saved_token(std::string_view server) {
    const auto text = files::read_file(session_file(), kFileBytesMax);
    // One line: the server, a blank, the token.
    if (!text || !text->starts_with(server) || text->size() <= server.size() ||
        (*text)[server.size()] != ' ')
        return {};
    std::string token = text->substr(server.size() + 1);
    while (token.ends_with('\n')) token.pop_back();
    return token;
}

Result<void> save_token(std::string_view server, std::string_view token) {
    const auto file = session_file();
    if (file.empty())
        return reject(kLocalFile, {}, "Set PENSTOCK_SESSION_FILE: there is no home folder.");
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    const auto written = files::write_durably(file, {server, " ", token, "\n"}, 0600);
    if (!written) return reject(kLocalFile, {}, file.string());
    return {};
}

void forget_token() {
    std::error_code ignored;
    std::filesystem::remove(session_file(), ignored);
}

}  // namespace penstock::client

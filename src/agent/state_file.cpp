#include "agent/state_file.h"

#include <unistd.h>

#include <boost/json.hpp>

#include "agent/error.h"
#include "base/try.h"
#include "crypto/hex.h"
#include "crypto/random.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace json = boost::json;

namespace {

std::string text_of(const StateValues& values) {
    json::object object;
    for (const auto& [name, value] : values) object[name] = value;
    return json::serialize(object) + '\n';
}

}  // namespace

Result<void> write_state(const std::string& path, const StateValues& values) {
    return files::write_durably(path, {text_of(values)});
}

Result<void> replace_state(const std::string& path, const StateValues& values) {
    return files::replace_file(path, text_of(values));
}

Result<StateValues> read_state(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0) return StateValues{};
    TRY_ASSIGN(const auto text, files::read_file(path));
    try {
        StateValues values;
        const auto parsed = json::parse(text);
        for (const auto& entry : parsed.as_object())
            values[entry.key()] = std::string(entry.value().as_string());
        return values;
    } catch (const std::exception& fault) {
        return reject(kStateDamaged, {}, path + ": " + fault.what());
    }
}

Result<std::string> ensure_random_text(const std::string& path) {
    TRY_ASSIGN(auto values, read_state(path));
    if (values["text"].empty()) {
        values["text"] = crypto::hex(crypto::random_bytes(16));
        TRY(write_state(path, values));
    }
    return values["text"];
}

}  // namespace penstock::agent

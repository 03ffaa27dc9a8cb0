#include "app/client/state_file.h"

#include <boost/json.hpp>
#include <system_error>

#include "app/client/error.h"
#include "app/client/local_file.h"
#include "base/try.h"
#include "crypto/base64.h"
#include "crypto/hex.h"
#include "crypto/random.h"

namespace penstock::client {

std::string new_run_id() {
    return crypto::hex(crypto::random_array<16>());
}

Result<std::optional<boost::json::object>> read_state(const std::filesystem::path& file,
                                                      std::string_view form) {
    std::error_code missing;
    if (file.empty() || !std::filesystem::exists(file, missing)) return std::nullopt;
    TRY_ASSIGN(const std::string text, read_file(file));
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(text, error);
    const auto* object = error ? nullptr : value.if_object();
    if (object == nullptr || text_in(*object, "form") != form) return damaged_state();
    return *object;
}

Result<void> write_state(const std::filesystem::path& file, std::string_view form,
                         const boost::json::object& fields) {
    if (file.empty()) return {};
    boost::json::object object{{"form", form}};
    for (const auto& field : fields) object.emplace(field.key(), field.value());
    return write_file(file, boost::json::serialize(object) + "\n");
}

std::unexpected<Error> damaged_state() {
    return reject(kStateFile, {}, "It is damaged.");
}

std::string text_in(const boost::json::object& object, std::string_view name) {
    const auto* found = object.if_contains(name);
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::optional<std::int64_t> number_in(const boost::json::object& object, std::string_view name) {
    const auto* found = object.if_contains(name);
    if (found == nullptr || !found->is_int64()) return std::nullopt;
    return found->get_int64();
}

bool read_message(const boost::json::object& object, std::string_view name,
                  google::protobuf::Message& out) {
    const auto bytes = crypto::parse_base64(text_in(object, name));
    return bytes && out.ParseFromArray(bytes->data(), static_cast<int>(bytes->size()));
}

std::string message_text(const google::protobuf::Message& message) {
    const std::string bytes = message.SerializeAsString();
    return crypto::base64(crypto::bytes_of(bytes));
}

}  // namespace penstock::client

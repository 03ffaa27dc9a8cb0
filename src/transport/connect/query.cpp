#include "transport/connect/query.h"

#include "base/try.h"
#include "transport/connect/error.h"
#include "transport/http/message.h"
#include "transport/json/read.h"

namespace penstock::transport {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kPairsMax = 256;

const FieldDescriptor* find_field(const Message& message, std::string_view name) {
    const auto& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i)
        if (type.field(i)->json_name() == name || type.field(i)->name() == name)
            return type.field(i);
    return nullptr;
}

Result<void> set_named(std::string_view name, std::string_view value, Message& into) {
    Message* message = &into;
    std::string path;
    while (true) {
        const std::size_t dot = name.find('.');
        const FieldDescriptor* field = find_field(*message, name.substr(0, dot));
        if (field == nullptr)
            return reject(kRpcBadQuery, path, "No field: " + std::string(name.substr(0, 80)) + ".");
        if (dot == std::string_view::npos) {
            auto done = read_path_field(value, *field, *message);
            if (!done && !path.empty())
                return std::unexpected(std::move(done).error().within(path));
            return done;
        }
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_repeated())
            return reject(kRpcBadQuery, path, "No message: " + field->name() + ".");
        path += path.empty() ? field->name() : "." + field->name();
        message = message->GetReflection()->MutableMessage(message, field);
        name.remove_prefix(dot + 1);
    }
}

}  // namespace

std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(
    std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        auto name = percent_decode(pair.substr(0, equals), Plus::space);
        auto value = percent_decode(
            equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1),
            Plus::space);
        if (!name || !value || pairs.size() == kPairsMax) return std::nullopt;
        pairs.emplace_back(*std::move(name), *std::move(value));
    }
    return pairs;
}

Result<void> read_query(std::string_view query, Message& into) {
    const auto pairs = parse_query(query);
    if (!pairs) return reject(kRpcBadQuery);
    for (const auto& [name, value] : *pairs) TRY(set_named(name, value, into));
    return {};
}

Result<void> read_path_field(std::string_view text, const FieldDescriptor& field, Message& into) {
    if (!field.is_repeated() && into.GetReflection()->HasField(into, &field))
        return reject(kRpcGivenTwice, field.name());
    return read_scalar(text, field, into);
}

}  // namespace penstock::transport

#include "transport/json/read.h"

#include <boost/json/basic_parser_impl.hpp>
#include <string>

#include "base/text.h"
#include "transport/json/message_builder.h"

namespace penstock::transport {
namespace {

std::unexpected<Error> text_fault(const boost::system::error_code& code, std::size_t offset,
                                  const MessageBuilder& builder) {
    const bool deep = code == boost::json::error::too_deep;
    return std::unexpected(
        Error(deep ? kJsonTooDeep : kJsonMalformed, builder.path(),
              "At byte " + std::to_string(offset) + ": " + code.message() + "."));
}

}  // namespace

Result<void> read_json(std::string_view text, google::protobuf::Message& into,
                       const JsonLimits& limits) {
    into.Clear();
    if (text.size() > limits.bytes_max) return reject(kJsonTooLarge);
    boost::json::parse_options options;  // Strict: no comments, commas too many, or bad UTF-8.
    options.max_depth = limits.depth_max < 32 ? limits.depth_max : 32;
    boost::json::basic_parser<MessageBuilder> parser(options, into, limits.values_max);
    boost::system::error_code code;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), code);
    if (parser.handler().error()) return std::unexpected(*parser.handler().error());
    if (code) return text_fault(code, used, parser.handler());
    if (used != text.size()) {
        code = boost::json::make_error_code(boost::json::error::extra_data);
        return text_fault(code, used, parser.handler());
    }
    return {};
}

Result<void> read_scalar(std::string_view text, const google::protobuf::FieldDescriptor& field,
                         google::protobuf::Message& into) {
    if (field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE)
        return reject(kJsonWrongType, field.name());
    if (!is_utf8(text)) return reject(kJsonMalformed, field.name(), "The text is not UTF-8.");
    const ScalarSetter setter{into, field};
    const bool boolean = field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_BOOL;
    const Rejection* failure = nullptr;
    if (boolean && (text == "true" || text == "false")) {
        failure = setter.from_bool(text == "true");
    } else {
        failure = setter.from_text(text);
    }
    // An enumeration may be given by number in a URL too, where all values are text.
    if (failure == &kJsonUnknownEnum && !text.empty() && text.size() <= 9 &&
        text.find_first_not_of("0123456789") == std::string_view::npos) {
        failure = setter.from_int64(std::stoll(std::string(text)));
    }
    if (failure != nullptr) return reject(*failure, field.name());
    return {};
}

}  // namespace penstock::transport

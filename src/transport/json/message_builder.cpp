#include "transport/json/message_builder.h"

#include <cmath>
#include <utility>

#include "transport/json/error.h"
#include "transport/json/field_path.h"

namespace penstock::transport {
namespace {

using google::protobuf::FieldDescriptor;

const FieldDescriptor* find_field(const google::protobuf::Descriptor& type, std::string_view name) {
    // Messages are small: comparing a dozen names costs less than hashing one.
    for (int i = 0; i < type.field_count(); ++i) {
        const FieldDescriptor* field = type.field(i);
        if (field->json_name() == name || field->name() == name) return field;
    }
    return nullptr;
}

bool is_message(const FieldDescriptor& field) {
    return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

}  // namespace

std::string MessageBuilder::path() const {
    std::string path;
    for (std::size_t i = 0; i < depth_; ++i) {
        if (frames_[i].field == nullptr) break;
        append_field(path, frames_[i].field->name());
        if (frames_[i].in_array) append_index(path, frames_[i].index);
    }
    return path;
}

bool MessageBuilder::refuse(const Rejection* rejection, Code& code, std::string detail) {
    error_.emplace(*rejection, path(), std::move(detail));
    code = boost::json::make_error_code(boost::json::error::exception);
    return false;
}

bool MessageBuilder::done(const Rejection* failure, Code& code) {
    if (failure != nullptr) return refuse(failure, code);
    if (++values_ > values_max_) return refuse(&kTooManyValues, code);
    if (top().in_array) ++top().index;
    return true;
}

bool MessageBuilder::keep_part(Text text) {
    part_.append(text.data(), text.size());
    return true;
}

std::string_view MessageBuilder::whole(Text last) {
    if (part_.empty()) return {last.data(), last.size()};
    joined_ = std::move(part_);
    part_.clear();
    joined_.append(last.data(), last.size());
    return joined_;
}

bool MessageBuilder::on_object_begin(Code& code) {
    if (depth_ == 0) {
        frames_[depth_++].message = root_;
        return true;
    }
    Frame& frame = top();
    const FieldDescriptor& field = *frame.field;
    if (!is_message(field)) return refuse(&kJsonWrongType, code, "An object was not expected.");
    if (field.is_map()) return refuse(&kJsonUnsupportedField, code);
    if (field.is_repeated() != frame.in_array)
        return refuse(&kJsonWrongType, code, "A list of objects was expected.");
    if (depth_ == frames_.size()) return refuse(&kJsonTooDeep, code);
    const auto* reflection = frame.message->GetReflection();
    google::protobuf::Message* inner = field.is_repeated()
                                           ? reflection->AddMessage(frame.message, &field)
                                           : reflection->MutableMessage(frame.message, &field);
    frames_[depth_] = Frame{.message = inner, .field = nullptr, .seen = {}};
    ++depth_;
    return true;
}

bool MessageBuilder::on_object_end(std::size_t, Code& code) {
    --depth_;
    return depth_ == 0 || done(nullptr, code);
}

bool MessageBuilder::on_array_begin(Code& code) {
    if (depth_ == 0) return refuse(&kJsonWrongType, code, "The body must be one object.");
    Frame& frame = top();
    if (frame.in_array || !frame.field->is_repeated())
        return refuse(&kJsonWrongType, code, "A list was not expected.");
    if (frame.field->is_map()) return refuse(&kJsonUnsupportedField, code);
    frame.in_array = true;
    frame.index = 0;
    return true;
}

bool MessageBuilder::on_array_end(std::size_t, Code&) {
    top().in_array = false;
    return true;
}

bool MessageBuilder::on_key(Text text, std::size_t, Code& code) {
    const std::string_view key = whole(text);
    Frame& frame = top();
    frame.field = nullptr;  // So that a refusal names the object, and its detail the key.
    const FieldDescriptor* field = find_field(*frame.message->GetDescriptor(), key);
    if (field == nullptr)
        return refuse(&kJsonUnknownKey, code, "The key: " + std::string(key.substr(0, 80)));
    frame.field = field;
    const auto index = static_cast<std::size_t>(field->index());
    if (index >= kFieldsMax) return refuse(&kJsonUnsupportedField, code);
    if (frame.seen[index]) return refuse(&kJsonDuplicateKey, code);
    frame.seen[index] = true;
    const auto* choice = field->real_containing_oneof();
    if (choice != nullptr && frame.message->GetReflection()->HasOneof(*frame.message, choice))
        return refuse(&kJsonOneofTaken, code);
    return true;
}

std::optional<ScalarSetter> MessageBuilder::scalar(Code& code) {
    if (depth_ == 0) {
        refuse(&kJsonWrongType, code, "The body must be one object.");
        return std::nullopt;
    }
    Frame& frame = top();
    if (is_message(*frame.field) || frame.field->is_repeated() != frame.in_array) {
        refuse(&kJsonWrongType, code);
        return std::nullopt;
    }
    return ScalarSetter{*frame.message, *frame.field};
}

bool MessageBuilder::on_string(Text text, std::size_t, Code& code) {
    const std::string_view value = whole(text);
    const auto setter = scalar(code);
    return setter && done(setter->from_text(value), code);
}

bool MessageBuilder::on_int64(std::int64_t value, Text, Code& code) {
    const auto setter = scalar(code);
    return setter && done(setter->from_int64(value), code);
}

bool MessageBuilder::on_uint64(std::uint64_t value, Text, Code& code) {
    const auto setter = scalar(code);
    return setter && done(setter->from_uint64(value), code);
}

bool MessageBuilder::on_double(double value, Text, Code& code) {
    const auto setter = scalar(code);
    if (!setter) return false;
    switch (setter->field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_DOUBLE:
        case FieldDescriptor::CPPTYPE_FLOAT:
            return refuse(&kJsonUnsupportedField, code);
        case FieldDescriptor::CPPTYPE_STRING:
        case FieldDescriptor::CPPTYPE_BOOL:
            return refuse(&kJsonWrongType, code);
        default:
            break;
    }
    // An integer too large for 64 bits comes as a double too.
    const bool huge = !std::isfinite(value) || std::abs(value) >= 9.2e18;
    return refuse(huge ? &kJsonOutOfRange : &kJsonWrongType, code,
                  "Write an integer without fraction or exponent.");
}

bool MessageBuilder::on_bool(bool value, Code& code) {
    const auto setter = scalar(code);
    return setter && done(setter->from_bool(value), code);
}

bool MessageBuilder::on_null(Code& code) {
    if (depth_ == 0) return refuse(&kJsonWrongType, code, "The body must be one object.");
    if (top().in_array) return refuse(&kJsonWrongType, code, "A list holds no null.");
    return true;
}

}  // namespace penstock::transport

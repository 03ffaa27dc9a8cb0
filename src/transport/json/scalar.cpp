#include "transport/json/scalar.h"

#include <charconv>
#include <limits>
#include <string>
#include <utility>

#include "base/base64.h"

namespace penstock::transport {
namespace {

using google::protobuf::FieldDescriptor;

template <class To, class From>
bool fits(From value) {
    return std::in_range<To>(value);
}

/// Reads a decimal integer in its one canonical form: no sign but "-", no leading zero, no "-0".
template <class Integer>
const Rejection* read_integer(std::string_view text, Integer& value) {
    const bool negative = text.starts_with('-');
    const std::string_view digits = negative ? text.substr(1) : text;
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return &kJsonWrongType;
    if (digits[0] == '0' && (negative || digits.size() > 1)) return &kJsonWrongType;
    if (negative && std::is_unsigned_v<Integer>) return &kJsonOutOfRange;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc() && end == text.data() + text.size() ? nullptr : &kJsonOutOfRange;
}

}  // namespace

const Rejection* ScalarSetter::set_int32(std::int32_t value) const {
    const auto* reflection = message.GetReflection();
    if (field.is_repeated())
        reflection->AddInt32(&message, &field, value);
    else
        reflection->SetInt32(&message, &field, value);
    return nullptr;
}

const Rejection* ScalarSetter::set_uint32(std::uint32_t value) const {
    const auto* reflection = message.GetReflection();
    if (field.is_repeated())
        reflection->AddUInt32(&message, &field, value);
    else
        reflection->SetUInt32(&message, &field, value);
    return nullptr;
}

const Rejection* ScalarSetter::set_int64(std::int64_t value) const {
    const auto* reflection = message.GetReflection();
    if (field.is_repeated())
        reflection->AddInt64(&message, &field, value);
    else
        reflection->SetInt64(&message, &field, value);
    return nullptr;
}

const Rejection* ScalarSetter::set_uint64(std::uint64_t value) const {
    const auto* reflection = message.GetReflection();
    if (field.is_repeated())
        reflection->AddUInt64(&message, &field, value);
    else
        reflection->SetUInt64(&message, &field, value);
    return nullptr;
}

const Rejection* ScalarSetter::set_enum(const google::protobuf::EnumValueDescriptor* value) const {
    if (value == nullptr) return &kJsonUnknownEnum;
    const auto* reflection = message.GetReflection();
    if (field.is_repeated())
        reflection->AddEnum(&message, &field, value);
    else
        reflection->SetEnum(&message, &field, value);
    return nullptr;
}

const Rejection* ScalarSetter::set_string(std::string value) const {
    const auto* reflection = message.GetReflection();
    if (field.is_repeated())
        reflection->AddString(&message, &field, std::move(value));
    else
        reflection->SetString(&message, &field, std::move(value));
    return nullptr;
}

const Rejection* ScalarSetter::from_int64(std::int64_t value) const {
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            if (!fits<std::int32_t>(value)) return &kJsonOutOfRange;
            return set_int32(static_cast<std::int32_t>(value));
        case FieldDescriptor::CPPTYPE_UINT32:
            if (!fits<std::uint32_t>(value)) return &kJsonOutOfRange;
            return set_uint32(static_cast<std::uint32_t>(value));
        case FieldDescriptor::CPPTYPE_INT64:
            return set_int64(value);
        case FieldDescriptor::CPPTYPE_UINT64:
            if (value < 0) return &kJsonOutOfRange;
            return set_uint64(static_cast<std::uint64_t>(value));
        case FieldDescriptor::CPPTYPE_ENUM:
            if (!fits<int>(value)) return &kJsonUnknownEnum;
            return set_enum(field.enum_type()->FindValueByNumber(static_cast<int>(value)));
        case FieldDescriptor::CPPTYPE_DOUBLE:
        case FieldDescriptor::CPPTYPE_FLOAT:
            return &kJsonUnsupportedField;
        default:
            return &kJsonWrongType;
    }
}

const Rejection* ScalarSetter::from_uint64(std::uint64_t value) const {
    if (fits<std::int64_t>(value)) return from_int64(static_cast<std::int64_t>(value));
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_UINT64:
            return set_uint64(value);
        case FieldDescriptor::CPPTYPE_INT32:
        case FieldDescriptor::CPPTYPE_UINT32:
        case FieldDescriptor::CPPTYPE_INT64:
            return &kJsonOutOfRange;
        case FieldDescriptor::CPPTYPE_ENUM:
            return &kJsonUnknownEnum;
        case FieldDescriptor::CPPTYPE_DOUBLE:
        case FieldDescriptor::CPPTYPE_FLOAT:
            return &kJsonUnsupportedField;
        default:
            return &kJsonWrongType;
    }
}

const Rejection* ScalarSetter::from_bool(bool value) const {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_BOOL) return &kJsonWrongType;
    const auto* reflection = message.GetReflection();
    if (field.is_repeated())
        reflection->AddBool(&message, &field, value);
    else
        reflection->SetBool(&message, &field, value);
    return nullptr;
}

const Rejection* ScalarSetter::from_text(std::string_view value) const {
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_STRING: {
            if (field.type() == FieldDescriptor::TYPE_STRING) return set_string(std::string(value));
            auto bytes = read_base64(value);
            return bytes ? set_string(*std::move(bytes)) : &kJsonBadBase64;
        }
        case FieldDescriptor::CPPTYPE_ENUM:
            return set_enum(field.enum_type()->FindValueByName(std::string(value)));
        case FieldDescriptor::CPPTYPE_INT32:
        case FieldDescriptor::CPPTYPE_INT64: {
            std::int64_t number = 0;
            const auto* failure = read_integer(value, number);
            return failure != nullptr ? failure : from_int64(number);
        }
        case FieldDescriptor::CPPTYPE_UINT32:
        case FieldDescriptor::CPPTYPE_UINT64: {
            std::uint64_t number = 0;
            const auto* failure = read_integer(value, number);
            return failure != nullptr ? failure : from_uint64(number);
        }
        case FieldDescriptor::CPPTYPE_DOUBLE:
        case FieldDescriptor::CPPTYPE_FLOAT:
            return &kJsonUnsupportedField;
        default:
            return &kJsonWrongType;
    }
}

}  // namespace penstock::transport

#include "transport/json/write.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/base64.h"

namespace penstock::transport {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

template <class Number>
void append_number(Number value, std::string& out) {
    std::array<char, 32> digits;
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), result.ptr);
}

/// 64-bit integers go as strings, for readers whose numbers are doubles.
template <class Number>
void append_quoted(Number value, std::string& out) {
    out.push_back('"');
    append_number(value, out);
    out.push_back('"');
}

/// Floats are no part of the schema; they are written so that every message can be shown.
void append_double(double value, std::string& out) {
    if (std::isnan(value)) {
        out.append("\"NaN\"");
    } else if (std::isinf(value)) {
        out.append(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    } else {
        append_number(value, out);
    }
}

void append_enum(const FieldDescriptor& field, int number, std::string& out) {
    const auto* value = field.enum_type()->FindValueByNumber(number);
    if (value == nullptr) {
        append_number(number, out);
    } else {
        write_json_string(value->name(), out);
    }
}

void append_text(const FieldDescriptor& field, const std::string& text, std::string& out) {
    if (field.type() == FieldDescriptor::TYPE_STRING) return write_json_string(text, out);
    out.push_back('"');
    write_base64(text, out);
    out.push_back('"');
}

void append_single(const Message& message, const FieldDescriptor& field, std::string& out,
                   Defaults defaults) {
    const Reflection& reflection = *message.GetReflection();
    std::string scratch;
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            return append_number(reflection.GetInt32(message, &field), out);
        case FieldDescriptor::CPPTYPE_UINT32:
            return append_number(reflection.GetUInt32(message, &field), out);
        case FieldDescriptor::CPPTYPE_INT64:
            return append_quoted(reflection.GetInt64(message, &field), out);
        case FieldDescriptor::CPPTYPE_UINT64:
            return append_quoted(reflection.GetUInt64(message, &field), out);
        case FieldDescriptor::CPPTYPE_DOUBLE:
            return append_double(reflection.GetDouble(message, &field), out);
        case FieldDescriptor::CPPTYPE_FLOAT:
            return append_double(static_cast<double>(reflection.GetFloat(message, &field)), out);
        case FieldDescriptor::CPPTYPE_BOOL:
            out.append(reflection.GetBool(message, &field) ? "true" : "false");
            return;
        case FieldDescriptor::CPPTYPE_ENUM:
            return append_enum(field, reflection.GetEnumValue(message, &field), out);
        case FieldDescriptor::CPPTYPE_STRING:
            return append_text(field, reflection.GetStringReference(message, &field, &scratch),
                               out);
        case FieldDescriptor::CPPTYPE_MESSAGE:
            return write_json(reflection.GetMessage(message, &field), out, defaults);
    }
}

void append_element(const Message& message, const FieldDescriptor& field, int i, std::string& out,
                    Defaults defaults) {
    const Reflection& reflection = *message.GetReflection();
    std::string scratch;
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            return append_number(reflection.GetRepeatedInt32(message, &field, i), out);
        case FieldDescriptor::CPPTYPE_UINT32:
            return append_number(reflection.GetRepeatedUInt32(message, &field, i), out);
        case FieldDescriptor::CPPTYPE_INT64:
            return append_quoted(reflection.GetRepeatedInt64(message, &field, i), out);
        case FieldDescriptor::CPPTYPE_UINT64:
            return append_quoted(reflection.GetRepeatedUInt64(message, &field, i), out);
        case FieldDescriptor::CPPTYPE_DOUBLE:
            return append_double(reflection.GetRepeatedDouble(message, &field, i), out);
        case FieldDescriptor::CPPTYPE_FLOAT:
            return append_double(
                static_cast<double>(reflection.GetRepeatedFloat(message, &field, i)), out);
        case FieldDescriptor::CPPTYPE_BOOL:
            out.append(reflection.GetRepeatedBool(message, &field, i) ? "true" : "false");
            return;
        case FieldDescriptor::CPPTYPE_ENUM:
            return append_enum(field, reflection.GetRepeatedEnumValue(message, &field, i), out);
        case FieldDescriptor::CPPTYPE_STRING:
            return append_text(
                field, reflection.GetRepeatedStringReference(message, &field, i, &scratch), out);
        case FieldDescriptor::CPPTYPE_MESSAGE:
            return write_json(reflection.GetRepeatedMessage(message, &field, i), out, defaults);
    }
}

bool is_shown(const Message& message, const FieldDescriptor& field, Defaults defaults) {
    const Reflection& reflection = *message.GetReflection();
    if (field.is_repeated())
        return defaults == Defaults::print || reflection.FieldSize(message, &field) > 0;
    if (reflection.HasField(message, &field)) return true;
    return defaults == Defaults::print && !field.has_presence();
}

}  // namespace

void write_json_string(std::string_view text, std::string& out) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    out.push_back('"');
    std::size_t plain = 0;  // Start of the run of characters that go as they are.
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, plain, i - plain);
        plain = i + 1;
        out.push_back('\\');
        switch (c) {
            case '"':
            case '\\':
                out.push_back(static_cast<char>(c));
                break;
            case '\n':
                out.push_back('n');
                break;
            case '\r':
                out.push_back('r');
                break;
            case '\t':
                out.push_back('t');
                break;
            default:
                out.append("u00");
                out.push_back(kHex[c >> 4]);
                out.push_back(kHex[c & 15]);
        }
    }
    out.append(text, plain);
    out.push_back('"');
}

void write_json(const Message& message, std::string& out, Defaults defaults) {
    const auto& type = *message.GetDescriptor();
    out.push_back('{');
    bool first = true;
    for (int f = 0; f < type.field_count(); ++f) {
        const FieldDescriptor& field = *type.field(f);
        if (!is_shown(message, field, defaults)) continue;
        if (!first) out.push_back(',');
        first = false;
        out.append("\"").append(field.json_name()).append("\":");
        if (!field.is_repeated()) {
            append_single(message, field, out, defaults);
            continue;
        }
        out.push_back('[');
        const int size = message.GetReflection()->FieldSize(message, &field);
        for (int i = 0; i < size; ++i) {
            if (i > 0) out.push_back(',');
            append_element(message, field, i, out, defaults);
        }
        out.push_back(']');
    }
    out.push_back('}');
}

std::string to_json(const Message& message, Defaults defaults) {
    std::string out;
    write_json(message, out, defaults);
    return out;
}

}  // namespace penstock::transport

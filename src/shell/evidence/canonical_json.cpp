#include "shell/evidence/canonical_json.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "crypto/base64.h"

namespace penstock::evidence {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// RFC 8785, 3.2.2.2: only what must be escaped is, and in the shortest way.
void write_text(std::string_view text, std::string& out) {
    constexpr std::string_view digits = "0123456789abcdef";
    out.push_back('"');
    for (const char letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        switch (letter) {
            case '"':
                out.append("\\\"");
                break;
            case '\\':
                out.append("\\\\");
                break;
            case '\b':
                out.append("\\b");
                break;
            case '\f':
                out.append("\\f");
                break;
            case '\n':
                out.append("\\n");
                break;
            case '\r':
                out.append("\\r");
                break;
            case '\t':
                out.append("\\t");
                break;
            default:
                if (code < 0x20) {
                    out.append("\\u00");
                    out.push_back(digits[code >> 4]);
                    out.push_back(digits[code & 15]);
                } else {
                    out.push_back(letter);
                }
        }
    }
    out.push_back('"');
}

void write_quoted_number(std::string number, std::string& out) {
    out.append("\"").append(number).append("\"");
}

void write_message(const Message& message, std::string& out);

/// @param at  The place in a repeated field; -1 for a singular one.
void write_value(const Message& message, const FieldDescriptor& field, int at, std::string& out) {
    const Reflection& r = *message.GetReflection();
    const bool one = at < 0;
    std::string scratch;
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            out.append(std::to_string(one ? r.GetInt32(message, &field)
                                          : r.GetRepeatedInt32(message, &field, at)));
            return;
        case FieldDescriptor::CPPTYPE_UINT32:
            out.append(std::to_string(one ? r.GetUInt32(message, &field)
                                          : r.GetRepeatedUInt32(message, &field, at)));
            return;
        case FieldDescriptor::CPPTYPE_INT64:
            write_quoted_number(std::to_string(one ? r.GetInt64(message, &field)
                                                   : r.GetRepeatedInt64(message, &field, at)),
                                out);
            return;
        case FieldDescriptor::CPPTYPE_UINT64:
            write_quoted_number(std::to_string(one ? r.GetUInt64(message, &field)
                                                   : r.GetRepeatedUInt64(message, &field, at)),
                                out);
            return;
        case FieldDescriptor::CPPTYPE_BOOL: {
            const bool value =
                one ? r.GetBool(message, &field) : r.GetRepeatedBool(message, &field, at);
            out.append(value ? "true" : "false");
            return;
        }
        case FieldDescriptor::CPPTYPE_ENUM:
            write_text(
                (one ? r.GetEnum(message, &field) : r.GetRepeatedEnum(message, &field, at))->name(),
                out);
            return;
        case FieldDescriptor::CPPTYPE_MESSAGE:
            write_message(
                one ? r.GetMessage(message, &field) : r.GetRepeatedMessage(message, &field, at),
                out);
            return;
        case FieldDescriptor::CPPTYPE_STRING: {
            const std::string& text =
                one ? r.GetStringReference(message, &field, &scratch)
                    : r.GetRepeatedStringReference(message, &field, at, &scratch);
            write_text(field.type() == FieldDescriptor::TYPE_BYTES
                           ? crypto::base64(crypto::bytes_of(text))
                           : text,
                       out);
            return;
        }
        default:
            PENSTOCK_ASSERT(false && "the schema has no floating point");
    }
}

void write_message(const Message& message, std::string& out) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> present;
    reflection.ListFields(message, &present);
    // Field names are ASCII, for which the order of UTF-16 units is that of bytes.
    std::sort(present.begin(), present.end(),
              [](const auto* a, const auto* b) { return a->json_name() < b->json_name(); });
    out.push_back('{');
    bool first = true;
    for (const FieldDescriptor* field : present) {
        if (!first) out.push_back(',');
        first = false;
        write_text(field->json_name(), out);
        out.push_back(':');
        if (!field->is_repeated()) {
            write_value(message, *field, -1, out);
            continue;
        }
        out.push_back('[');
        for (int at = 0; at < reflection.FieldSize(message, field); ++at) {
            if (at > 0) out.push_back(',');
            write_value(message, *field, at, out);
        }
        out.push_back(']');
    }
    out.push_back('}');
}

}  // namespace

std::string canonical_json(const Message& message) {
    std::string text;
    write_message(message, text);
    return text;
}

}  // namespace penstock::evidence

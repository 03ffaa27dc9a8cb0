#include "transport/json/strict.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <limits>
#include <string>

#include "transport/json/error.h"
#include "transport/json/field_path.h"

namespace penstock::transport {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int kDepthMax = 32;

/// Finds the first thing unknown; writes its path only then, from the inside out.
struct Finding {
    const Rejection* rejection = nullptr;
    std::string path;
    std::string detail;
};

std::string prepend(const FieldDescriptor& field, int index, const std::string& inner) {
    std::string path = field.name();
    if (index >= 0) append_index(path, static_cast<std::size_t>(index));
    if (!inner.empty()) append_field(path, inner);
    return path;
}

Finding find_unknown(const Message& message, int depth);

Finding find_in_field(const Message& message, const FieldDescriptor& field, int depth) {
    const auto& reflection = *message.GetReflection();
    const int size = field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
    for (int i = 0; i < size; ++i) {
        const int index = field.is_repeated() ? i : -1;
        if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
            const int value = field.is_repeated()
                                  ? reflection.GetRepeatedEnumValue(message, &field, i)
                                  : reflection.GetEnumValue(message, &field);
            if (field.enum_type()->FindValueByNumber(value) != nullptr) continue;
            return {&kBinaryUnknownEnum, prepend(field, index, {}),
                    "The value: " + std::to_string(value) + "."};
        }
        const Message& inner = field.is_repeated()
                                   ? reflection.GetRepeatedMessage(message, &field, i)
                                   : reflection.GetMessage(message, &field);
        Finding finding = find_unknown(inner, depth + 1);
        if (finding.rejection == nullptr) continue;
        finding.path = prepend(field, index, finding.path);
        return finding;
    }
    return {};
}

Finding find_unknown(const Message& message, int depth) {
    if (depth > kDepthMax) return {&kBinaryTooDeep, {}, {}};
    const auto& reflection = *message.GetReflection();
    const auto& unknown = reflection.GetUnknownFields(message);
    if (!unknown.empty())
        return {&kBinaryUnknownField,
                {},
                "The field's number: " + std::to_string(unknown.field(0).number()) + "."};
    const auto& type = *message.GetDescriptor();
    for (int f = 0; f < type.field_count(); ++f) {
        const FieldDescriptor& field = *type.field(f);
        if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE &&
            field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM)
            continue;
        if (!field.is_repeated() && !reflection.HasField(message, &field)) continue;
        if (Finding finding = find_in_field(message, field, depth); finding.rejection != nullptr)
            return finding;
    }
    return {};
}

/// Counts what is in a serialised message before memory is made for it. A text that is not well
/// formed is left to the parser.
class ValueCounter {
  public:
    void count(std::string_view bytes, const Descriptor& type, int depth = 1) {
        if (depth > kDepthMax) return;
        CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                               static_cast<int>(bytes.size()));
        while (const std::uint32_t tag = input.ReadTag()) {
            if (++values_ > kValuesMax) return;
            std::uint32_t size = 0;
            const FieldDescriptor* field =
                type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
            if (field == nullptr ||
                WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
                if (!WireFormatLite::SkipField(&input, tag)) return;
                continue;
            }
            const auto start = static_cast<std::size_t>(input.CurrentPosition());
            if (!input.ReadVarint32(&size) || size > bytes.size()) return;
            const auto first = static_cast<std::size_t>(input.CurrentPosition());
            if (!input.Skip(static_cast<int>(size)) || first <= start) return;
            if (field->message_type() != nullptr)
                count(bytes.substr(first, size), *field->message_type(), depth + 1);
            else if (field->is_packable())
                values_ += size;  // A byte each, or more.
        }
    }
    bool has_too_many() const { return values_ > kValuesMax; }

  private:
    std::size_t values_ = 0;
};

}  // namespace

Result<void> refuse_unknown(const Message& message) {
    Finding finding = find_unknown(message, 1);
    if (finding.rejection == nullptr) return {};
    return reject(*finding.rejection, finding.path, std::move(finding.detail));
}

Result<void> read_binary(std::string_view bytes, Message& into) {
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return reject(kBinaryMalformed);
    ValueCounter counter;
    counter.count(bytes, *into.GetDescriptor());
    if (counter.has_too_many()) return reject(kTooManyValues);
    if (!into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return reject(kBinaryMalformed);
    return refuse_unknown(into);
}

}  // namespace penstock::transport

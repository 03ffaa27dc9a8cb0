#include "shell/projection/message_table.h"

#include <google/protobuf/descriptor.h>

#include <charconv>
#include <memory>
#include <utility>

#include "base/try.h"
#include "shell/projection/error.h"

namespace penstock::projection {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool is_flat(const Descriptor& type) {
    for (int i = 0; i < type.field_count(); ++i) {
        const FieldDescriptor& field = *type.field(i);
        if (field.is_repeated() || field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
            return false;
    }
    return true;
}

std::string_view sql_type(const FieldDescriptor& field, bool packed) {
    if (packed || field.type() == FieldDescriptor::TYPE_BYTES) return "BLOB";
    if (field.is_repeated() || field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ||
        field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM)
        return "TEXT";
    return "INTEGER";
}

/// Commas stand between items; those within have a backslash before them, as backslashes have.
std::string joined(const Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    std::string text;
    std::string scratch;
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
        if (i > 0) text.push_back(',');
        const std::string& item =
            field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM
                ? reflection.GetRepeatedEnum(message, &field, i)->name()
                : reflection.GetRepeatedStringReference(message, &field, i, &scratch);
        for (const char sign : item) {
            if (sign == ',' || sign == '\\') text.push_back('\\');
            text.push_back(sign);
        }
    }
    return text;
}

/// Takes the first item off what joined() has made.
std::string take_item(std::string_view& text) {
    std::string item;
    while (!text.empty()) {
        char sign = text.front();
        text.remove_prefix(1);
        if (sign == ',') break;
        if (sign == '\\' && !text.empty()) {
            sign = text.front();
            text.remove_prefix(1);
        }
        item.push_back(sign);
    }
    return item;
}

/// A message of the same type that holds only this field, serialised.
std::string packed_field(const Message& message, const FieldDescriptor& field) {
    std::unique_ptr<Message> alone(message.New());
    alone->CopyFrom(message);
    std::vector<const FieldDescriptor*> present;
    alone->GetReflection()->ListFields(*alone, &present);
    for (const FieldDescriptor* other : present)
        if (other != &field) alone->GetReflection()->ClearField(alone.get(), other);
    return alone->SerializeAsString();
}

void bind_scalar(sqlite::Statement& statement, int at, const Message& message,
                 const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    std::string scratch;
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            statement.bind(at, std::int64_t{reflection.GetInt32(message, &field)});
            return;
        case FieldDescriptor::CPPTYPE_INT64:
            statement.bind(at, std::int64_t{reflection.GetInt64(message, &field)});
            return;
        case FieldDescriptor::CPPTYPE_UINT32:
            statement.bind(at, std::int64_t{reflection.GetUInt32(message, &field)});
            return;
        case FieldDescriptor::CPPTYPE_UINT64:
            // Wraps above 2^63; read back, it wraps again.
            statement.bind(at, static_cast<std::int64_t>(reflection.GetUInt64(message, &field)));
            return;
        case FieldDescriptor::CPPTYPE_BOOL:
            statement.bind(at, std::int64_t{reflection.GetBool(message, &field)});
            return;
        case FieldDescriptor::CPPTYPE_ENUM:
            statement.bind(at, std::string_view(reflection.GetEnum(message, &field)->name()));
            return;
        default:
            break;
    }
    const std::string& text = reflection.GetStringReference(message, &field, &scratch);
    if (field.type() == FieldDescriptor::TYPE_BYTES)
        statement.bind_blob(at, std::string_view(text));
    else
        statement.bind(at, std::string_view(text));
}

bool read_list(std::string_view text, Message& into, const FieldDescriptor& field) {
    const Reflection& reflection = *into.GetReflection();
    while (!text.empty()) {
        const std::string item = take_item(text);
        if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
            const auto* value = field.enum_type()->FindValueByName(item);
            if (!value) return false;
            reflection.AddEnum(&into, &field, value);
        } else {
            reflection.AddString(&into, &field, item);
        }
    }
    return true;
}

bool read_scalar(const sqlite::Statement& row, int at, Message& into,
                 const FieldDescriptor& field) {
    const Reflection& reflection = *into.GetReflection();
    switch (field.cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            reflection.SetInt32(&into, &field, static_cast<std::int32_t>(row.integer(at)));
            return true;
        case FieldDescriptor::CPPTYPE_INT64:
            reflection.SetInt64(&into, &field, row.integer(at));
            return true;
        case FieldDescriptor::CPPTYPE_UINT32:
            reflection.SetUInt32(&into, &field, static_cast<std::uint32_t>(row.integer(at)));
            return true;
        case FieldDescriptor::CPPTYPE_UINT64:
            reflection.SetUInt64(&into, &field, row.unsigned_integer(at));
            return true;
        case FieldDescriptor::CPPTYPE_BOOL:
            reflection.SetBool(&into, &field, row.integer(at) != 0);
            return true;
        case FieldDescriptor::CPPTYPE_ENUM: {
            const auto* value = field.enum_type()->FindValueByName(std::string(row.text(at)));
            if (!value) return false;
            reflection.SetEnum(&into, &field, value);
            return true;
        }
        default:
            break;
    }
    const bool bytes = field.type() == FieldDescriptor::TYPE_BYTES;
    reflection.SetString(&into, &field, std::string(bytes ? row.blob(at) : row.text(at)));
    return true;
}

}  // namespace

MessageTable::MessageTable(std::string name, const Descriptor& type) : name_(std::move(name)) {
    for (int i = 0; i < type.field_count(); ++i) {
        const FieldDescriptor& field = *type.field(i);
        const bool message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
        if (message && !field.is_repeated() && is_flat(*field.message_type())) {
            for (int j = 0; j < field.message_type()->field_count(); ++j) {
                const FieldDescriptor& inner = *field.message_type()->field(j);
                columns_.push_back({field.name() + "_" + inner.name(), &field, &inner, false});
            }
            continue;
        }
        const bool list = field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM ||
                          field.type() == FieldDescriptor::TYPE_STRING;
        columns_.push_back(
            {field.name(), nullptr, &field, message || (field.is_repeated() && !list)});
    }
}

std::string MessageTable::create_sql() const {
    std::string sql = "CREATE TABLE " + name_ + "(rank INTEGER PRIMARY KEY";
    for (const Column& column : columns_)
        sql.append(", \"")
            .append(column.name)
            .append("\" ")
            .append(sql_type(*column.field, column.packed));
    return sql.append(");");
}

Result<void> MessageTable::prepare(const sqlite::Database& database) {
    std::string sql = "INSERT OR REPLACE INTO " + name_ + " VALUES(?";
    for (std::size_t i = 0; i < columns_.size(); ++i) sql.append(",?");
    TRY_ASSIGN(put_, database.prepare(sql.append(")")));
    return {};
}

Result<void> MessageTable::put(std::uint64_t number, const Message& message) {
    const Reflection& reflection = *message.GetReflection();
    put_.bind_unsigned(1, number);
    int at = 1;
    for (const Column& column : columns_) {
        ++at;
        if (column.outer) {
            // What is absent leaves NULL, so that it reads back as absent.
            if (reflection.HasField(message, column.outer))
                bind_scalar(put_, at, reflection.GetMessage(message, column.outer), *column.field);
        } else if (column.packed) {
            put_.bind_blob(at, std::string_view(packed_field(message, *column.field)));
        } else if (column.field->is_repeated()) {
            put_.bind(at, std::string_view(joined(message, *column.field)));
        } else if (!column.field->has_presence() || reflection.HasField(message, column.field)) {
            bind_scalar(put_, at, message, *column.field);
        }
    }
    return put_.run();
}

Result<void> MessageTable::read(const sqlite::Statement& row, Message& into) const {
    into.Clear();
    const Reflection& reflection = *into.GetReflection();
    int at = 0;
    for (const Column& column : columns_) {
        ++at;
        bool good = true;
        if (column.outer) {
            if (!row.is_null(at))
                good = read_scalar(row, at, *reflection.MutableMessage(&into, column.outer),
                                   *column.field);
        } else if (column.packed) {
            const std::string_view bytes = row.blob(at);
            good = into.MergeFromString(std::string(bytes));
        } else if (column.field->is_repeated()) {
            good = read_list(row.text(at), into, *column.field);
        } else if (!column.field->has_presence() || !row.is_null(at)) {
            good = read_scalar(row, at, into, *column.field);
        }
        if (!good)
            return reject(kProjectionDamaged, {}, "Table " + name_ + ", " + column.name + ".");
    }
    return {};
}

std::uint64_t number_of(std::string_view id) {
    const std::size_t line = id.rfind('_');
    if (line == std::string_view::npos) return 0;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data() + line + 1, id.data() + id.size(), number);
    return error == std::errc{} && end == id.data() + id.size() ? number : 0;
}

}  // namespace penstock::projection

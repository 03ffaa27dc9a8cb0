#include "transport/schema/openapi.h"

#include <algorithm>
#include <map>
#include <set>

#include "penstock/v1/types.pb.h"
#include "transport/schema/json_text.h"

namespace penstock::transport {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

constexpr std::string_view kReference = "#/components/schemas/";

void write_reference(std::string_view name, JsonText& out) {
    out.open_object().key("$ref").text(std::string(kReference).append(name)).close_object();
}

/// Gathers the schemas that the paths need, each once, and writes them.
class Schemas {
  public:
    const std::string& need(const Descriptor& message) {
        messages_.emplace(message.name(), &message);
        if (!seen_.insert(&message).second) return message.name();
        for (int i = 0; i < message.field_count(); ++i) {
            const FieldDescriptor& field = *message.field(i);
            if (field.message_type() != nullptr) need(*field.message_type());
            if (field.enum_type() != nullptr) enums_.emplace(enum_name(field), field.enum_type());
        }
        return message.name();
    }

    void write_field(const FieldDescriptor& field, JsonText& out) const {
        if (!field.is_repeated()) return write_type(field, out);
        out.open_object().key("type").text("array").key("items");
        write_type(field, out);
        out.close_object();
    }

    void write_all(JsonText& out) const {
        for (const auto& [name, message] : messages_) {
            out.key(name).open_object().key("type").text("object");
            out.key("additionalProperties").boolean(false);
            out.key("properties").open_object();
            for (int i = 0; i < message->field_count(); ++i) {
                out.key(message->field(i)->json_name());
                write_field(*message->field(i), out);
            }
            out.close_object().close_object();
        }
        for (const auto& [name, type] : enums_) {
            out.key(name).open_object().key("type").text("string").key("enum").open_array();
            for (int i = 0; i < type->value_count(); ++i) out.text(type->value(i)->name());
            out.close_array().close_object();
        }
    }

  private:
    static std::string enum_name(const FieldDescriptor& field) {
        const EnumDescriptor& type = *field.enum_type();
        const Descriptor* outer = type.containing_type();
        return outer == nullptr ? type.name() : outer->name() + "." + type.name();
    }

    static void write_type(const FieldDescriptor& field, JsonText& out) {
        if (field.message_type() != nullptr)
            return write_reference(field.message_type()->name(), out);
        if (field.enum_type() != nullptr) return write_reference(enum_name(field), out);
        out.open_object();
        switch (field.type()) {
            case FieldDescriptor::TYPE_BOOL:
                out.key("type").text("boolean");
                break;
            case FieldDescriptor::TYPE_BYTES:
                out.key("type").text("string").key("contentEncoding").text("base64");
                break;
            case FieldDescriptor::TYPE_STRING:
                out.key("type").text("string");
                break;
            default:
                write_number(field, out);
        }
        const auto& options = field.options();
        if (options.HasExtension(v1::id_prefix)) {
            const std::string& prefix = options.GetExtension(v1::id_prefix);
            out.key("pattern").text("^" + prefix + "_[0-9]+$");
        }
        if (options.GetExtension(v1::secret)) out.key("format").text("password");
        out.close_object();
    }

    static void write_number(const FieldDescriptor& field, JsonText& out) {
        switch (field.cpp_type()) {
            case FieldDescriptor::CPPTYPE_INT32:
                out.key("type").text("integer").key("format").text("int32");
                break;
            case FieldDescriptor::CPPTYPE_UINT32:
                out.key("type").text("integer").key("format").text("uint32");
                out.key("minimum").number(0);
                break;
            case FieldDescriptor::CPPTYPE_INT64:
                out.key("type").text("string").key("format").text("int64");
                out.key("pattern").text("^-?[0-9]+$");
                break;
            case FieldDescriptor::CPPTYPE_UINT64:
                out.key("type").text("string").key("format").text("uint64");
                out.key("pattern").text("^[0-9]+$");
                break;
            default:
                out.key("type").text("number");
        }
    }

    std::map<std::string, const Descriptor*> messages_;
    std::map<std::string, const EnumDescriptor*> enums_;
    std::set<const Descriptor*> seen_;
};

void write_parameter(std::string_view name, std::string_view place, JsonText& out) {
    out.open_object().key("name").text(name).key("in").text(place);
    out.key("required").boolean(place == "path");
}

/// Query parameters of a request without a body; fields of inner messages as "page.size".
void write_query(const Descriptor& message, const std::string& prefix, const Method& method,
                 const Schemas& schemas, JsonText& out) {
    for (int i = 0; i < message.field_count(); ++i) {
        const FieldDescriptor& field = *message.field(i);
        const std::string name = prefix + field.json_name();
        const bool in_path =
            prefix.empty() && std::any_of(method.route.begin(), method.route.end(),
                                          [&](const auto& step) { return step.field == &field; });
        if (in_path) continue;
        if (field.message_type() != nullptr) {
            if (!field.is_repeated() && prefix.empty())
                write_query(*field.message_type(), name + ".", method, schemas, out);
            continue;
        }
        write_parameter(name, "query", out);
        out.key("schema");
        schemas.write_field(field, out);
        out.close_object();
    }
}

void write_parameters(const Method& method, const Schemas& schemas, JsonText& out) {
    out.key("parameters").open_array();
    for (const RouteSegment& step : method.route) {
        if (step.field == nullptr) continue;
        write_parameter(step.field->name(), "path", out);
        out.key("schema");
        schemas.write_field(*step.field, out);
        out.close_object();
    }
    if (method.kind == v1::COMMAND) {
        write_parameter("Idempotency-Key", "header", out);
        out.key("schema").open_object().key("type").text("string").close_object();
        out.close_object();
    }
    if (method.verb == "GET" || method.verb == "DELETE")
        write_query(*method.descriptor->input_type(), "", method, schemas, out);
    out.close_array();
}

void write_content(std::string_view type, std::string_view schema, JsonText& out) {
    out.key("content").open_object().key(type).open_object().key("schema");
    write_reference(schema, out);
    out.close_object().close_object();
}

void write_operation(const Method& method, const Schemas& schemas, JsonText& out) {
    const auto& rpc = *method.descriptor;
    out.key(method.verb == "GET"      ? "get"
            : method.verb == "POST"   ? "post"
            : method.verb == "PUT"    ? "put"
            : method.verb == "DELETE" ? "delete"
                                      : "patch");
    out.open_object().key("operationId").text(rpc.service()->name() + "_" + rpc.name());
    out.key("tags").open_array().text(rpc.service()->name()).close_array();
    out.key("x-penstock-kind").text(v1::MethodKind_Name(method.kind));
    out.key("x-penstock-permission").text(v1::Permission_Name(method.permission));
    if (method.cost > 1) out.key("x-penstock-cost").number(method.cost);
    if (method.permission == v1::PERMISSION_PUBLIC) out.key("security").open_array().close_array();
    write_parameters(method, schemas, out);
    if (method.verb != "GET" && method.verb != "DELETE") {
        out.key("requestBody").open_object();
        write_content("application/json", rpc.input_type()->name(), out);
        out.close_object();
    }
    out.key("responses").open_object();
    out.key("200").open_object().key("description").text("The answer.");
    write_content(method.server_streaming ? "application/x-ndjson" : "application/json",
                  rpc.output_type()->name(), out);
    out.close_object();
    out.key("default").open_object().key("description").text("A refusal or fault.");
    write_content("application/json", "Error", out);
    out.close_object().close_object().close_object();
}

void write_error_schema(JsonText& out) {
    const auto string_property = [&](std::string_view name) {
        out.key(name).open_object().key("type").text("string").close_object();
    };
    out.key("Error").open_object().key("type").text("object").key("properties").open_object();
    string_property("code");
    string_property("message");
    out.key("details").open_object().key("type").text("array").key("items").open_object();
    out.key("type").text("object").key("properties").open_object();
    string_property("type");
    string_property("value");
    out.key("debug");
    write_reference("ErrorDetail", out);
    out.close_object().close_object().close_object().close_object();
    out.key("required").open_array().text("code").close_array().close_object();
}

}  // namespace

std::string openapi_document(const MethodTable& table, std::string_view version) {
    Schemas schemas;
    std::map<std::string, std::vector<const Method*>> paths;
    for (const Method& method : table.methods()) {
        if (method.route.empty()) continue;
        paths[method.path].push_back(&method);
        schemas.need(*method.descriptor->input_type());
        schemas.need(*method.descriptor->output_type());
    }
    schemas.need(*v1::ErrorDetail::descriptor());
    JsonText out;
    out.open_object().key("openapi").text("3.1.0");
    out.key("info").open_object().key("title").text("Penstock").key("version").text(version);
    out.close_object();
    out.key("security").open_array().open_object().key("key").open_array().close_array();
    out.close_object().close_array();
    out.key("paths").open_object();
    for (const auto& [path, methods] : paths) {
        out.key(path).open_object();
        for (const Method* method : methods) write_operation(*method, schemas, out);
        out.close_object();
    }
    out.close_object();
    out.key("components").open_object().key("schemas").open_object();
    schemas.write_all(out);
    write_error_schema(out);
    out.close_object();
    out.key("securitySchemes").open_object().key("key").open_object();
    out.key("type").text("http").key("scheme").text("bearer").close_object().close_object();
    out.close_object().close_object();
    return out.take();
}

}  // namespace penstock::transport

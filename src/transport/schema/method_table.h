#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "penstock/v1/options.pb.h"

namespace penstock::transport {

/// One step of a REST path: a literal, or a request field that the step's text fills.
struct RouteSegment {
    std::string literal;                                       ///< Empty for a field.
    const google::protobuf::FieldDescriptor* field = nullptr;  ///< Null for a literal.
};

/// What the schema says about one rpc, gathered once at start-up. Never changes, never moves.
struct Method {
    std::size_t index = 0;     ///< Position in MethodTable::methods().
    std::string full_name;     ///< "ContractService/PlaceOrder", as the journal names it.
    std::string connect_path;  ///< "/penstock.v1.ContractService/PlaceOrder".
    v1::MethodKind kind = v1::METHOD_KIND_UNSPECIFIED;
    v1::Permission permission = v1::PERMISSION_UNSPECIFIED;
    std::string verb;                 ///< Of the REST route; empty when it has none.
    std::string path;                 ///< As written: "/v1/contracts/{contract}".
    std::vector<RouteSegment> route;  ///< `path`, taken apart.
    /// The request field that names the owned resource; null when the method has none.
    const google::protobuf::FieldDescriptor* owner_field = nullptr;
    const google::protobuf::MethodDescriptor* descriptor = nullptr;
    const google::protobuf::Message* request_prototype = nullptr;
    const google::protobuf::Message* response_prototype = nullptr;
    std::uint32_t cost = 1;  ///< Of a call, in tokens of its sender's limits.
    /// The request field of type PageRequest; null when the method answers with no list.
    const google::protobuf::FieldDescriptor* page_field = nullptr;
    bool server_streaming = false;
    bool internal = false;  ///< Of InternalService: a command only, never reachable from outside.

    std::unique_ptr<google::protobuf::Message> new_request() const {
        return std::unique_ptr<google::protobuf::Message>(request_prototype->New());
    }
    std::unique_ptr<google::protobuf::Message> new_response() const {
        return std::unique_ptr<google::protobuf::Message>(response_prototype->New());
    }
};

/// A REST route that fits, with the text of its fields, percent-decoded.
struct RouteMatch {
    const Method* method = nullptr;
    std::vector<std::pair<const google::protobuf::FieldDescriptor*, std::string>> fields;
};

/// Every method of the schema, found by name, by Connect path or by REST route.
/// Immutable once made: all calls are thread-safe.
class MethodTable {
  public:
    /// The table of package penstock.v1: every service, InternalService included.
    static const MethodTable& schema();

    /// @param files  Whose services are gathered; of the generated pool. The schema must pass
    ///               lint() (schema/lint.h); a broken route asserts.
    explicit MethodTable(std::span<const google::protobuf::FileDescriptor* const> files);

    std::span<const Method> methods() const { return methods_; }

    /// By "ContractService/PlaceOrder", internal methods too; null when there is none.
    const Method* find(std::string_view full_name) const;

    /// By "/penstock.v1.ContractService/PlaceOrder"; null when there is none or it is internal.
    const Method* find_connect(std::string_view path) const;

    /// By verb and path without the query. `method` is null when no route fits. A literal step wins
    /// over a field.
    RouteMatch find_rest(std::string_view verb, std::string_view path) const;

    /// The verbs, comma-separated, with which a path is routed; empty when it is not.
    std::string allowed_verbs(std::string_view path) const;

  private:
    std::vector<Method> methods_;
    std::unordered_map<std::string_view, const Method*> by_name_;
    std::unordered_map<std::string_view, const Method*> by_connect_path_;
    std::vector<const Method*> routed_;  ///< In the order in which routes are tried.
};

/// The files of package penstock.v1 that hold services, linked into the program by being named.
std::span<const google::protobuf::FileDescriptor* const> schema_files();

}  // namespace penstock::transport

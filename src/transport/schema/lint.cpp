#include "transport/schema/lint.h"

#include <array>
#include <map>
#include <set>

#include "penstock/v1/options.pb.h"
#include "transport/schema/route.h"

namespace penstock::transport {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

class Linter {
  public:
    explicit Linter(std::span<const std::string_view> prepared)
        : prepared_(prepared.begin(), prepared.end()) {}

    void check(const MethodDescriptor& rpc) {
        const auto& options = rpc.options();
        const std::string name = rpc.service()->name() + "/" + rpc.name();
        const bool internal = rpc.service()->name() == "InternalService";
        if (options.GetExtension(v1::kind) == v1::METHOD_KIND_UNSPECIFIED)
            complain(name, "has no kind");
        if (options.GetExtension(v1::permission) == v1::PERMISSION_UNSPECIFIED)
            complain(name, "has no permission");
        if (rpc.client_streaming()) complain(name, "streams from the client");
        if (options.HasExtension(v1::owner_field)) check_owner(rpc, name);
        if (internal && options.HasExtension(v1::http)) complain(name, "is internal but routed");
        if (!internal) check_route(rpc, name);
        check_message(*rpc.input_type());
        check_message(*rpc.output_type());
        if (options.GetExtension(v1::kind) == v1::COMMAND && !prepared_.contains(name)) {
            std::set<const Descriptor*> seen;
            check_secrets(*rpc.input_type(), name, seen);
        }
    }
    std::vector<std::string> take() { return std::move(findings_); }

  private:
    void complain(const std::string& where, const std::string& what) {
        findings_.push_back(where + " " + what + ".");
    }

    void check_owner(const MethodDescriptor& rpc, const std::string& name) {
        const std::string& owner = rpc.options().GetExtension(v1::owner_field);
        const auto* field = rpc.input_type()->FindFieldByName(owner);
        if (field == nullptr || field->is_repeated() ||
            field->type() != FieldDescriptor::TYPE_STRING)
            complain(name,
                     "names the owner field " + owner + ", which is no string of its request");
    }

    void check_route(const MethodDescriptor& rpc, const std::string& name) {
        const auto& http = rpc.options().GetExtension(v1::http);
        static const std::set<std::string> kVerbs{"GET", "POST", "PUT", "PATCH", "DELETE"};
        if (!kVerbs.contains(http.verb())) complain(name, "has no route with a known verb");
        const auto route = parse_route(http.path(), *rpc.input_type());
        if (!route) return complain(name, "has a path that its request does not fit");
        std::string shape = http.verb();
        for (const RouteSegment& step : *route)
            shape += "/" + (step.field != nullptr ? "{}" : step.literal);
        const auto [other, fresh] = shapes_.emplace(shape, name);
        if (!fresh) complain(name, "has the same route as " + other->second);
    }

    void check_message(const Descriptor& message) {
        if (!checked_.insert(&message).second) return;
        if (message.full_name().starts_with("google.protobuf."))
            return complain(message.full_name(), "is reached from a service");
        for (int i = 0; i < message.field_count(); ++i) check_field(*message.field(i));
    }

    void check_field(const FieldDescriptor& field) {
        const std::string name = field.full_name();
        switch (field.cpp_type()) {
            case FieldDescriptor::CPPTYPE_DOUBLE:
            case FieldDescriptor::CPPTYPE_FLOAT:
                complain(name, "is a float");
                break;
            case FieldDescriptor::CPPTYPE_MESSAGE:
                if (field.is_map())
                    complain(name, "is a map");
                else
                    check_message(*field.message_type());
                break;
            default:
                break;
        }
        if (field.options().HasExtension(v1::id_prefix) &&
            field.type() != FieldDescriptor::TYPE_STRING)
            complain(name, "has an id_prefix but is no string");
    }

    void check_secrets(const Descriptor& message, const std::string& method,
                       std::set<const Descriptor*>& seen) {
        if (!seen.insert(&message).second) return;
        for (int i = 0; i < message.field_count(); ++i) {
            const FieldDescriptor& field = *message.field(i);
            if (field.options().GetExtension(v1::secret))
                complain(method, "would journal the secret " + field.full_name());
            if (field.options().GetExtension(v1::personal))
                complain(method, "would journal what is personal: " + field.full_name());
            if (field.message_type() != nullptr) check_secrets(*field.message_type(), method, seen);
        }
    }

    std::set<std::string, std::less<>> prepared_;
    std::set<const Descriptor*> checked_;
    std::map<std::string, std::string> shapes_;
    std::vector<std::string> findings_;
};

}  // namespace

std::span<const std::string_view> prepared_methods() {
    static constexpr std::array<std::string_view, 13> kPrepared{
        "PartyService/RegisterParty", "PartyService/CreateApiKey",
        "PartyService/CreateEnrolmentToken", "PartyService/EnrolAgent",
        "CatalogService/BeginMeasurement",
        // These are answered by the shell itself, which keeps what they hold in its vault.
        "IdentityService/AddUser", "IdentityService/AcceptInvitation", "IdentityService/SignIn",
        "IdentityService/ChangePassword", "IdentityService/ConfirmSecondFactor",
        "IdentityService/RemoveSecondFactor", "IdentityService/RaiseSession",
        "PartyService/RotateApiKey"};
    return kPrepared;
}

std::vector<std::string> lint(std::span<const FileDescriptor* const> files,
                              std::span<const std::string_view> prepared) {
    Linter linter(prepared);
    for (const FileDescriptor* file : files)
        for (int s = 0; s < file->service_count(); ++s)
            for (int m = 0; m < file->service(s)->method_count(); ++m)
                linter.check(*file->service(s)->method(m));
    return linter.take();
}

}  // namespace penstock::transport

#include "shell/identity/impersonal.h"

#include <memory>

#include "penstock/v1/options.pb.h"

namespace penstock::shell {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void clear_personal(Message& message) {
    const google::protobuf::Descriptor& descriptor = *message.GetDescriptor();
    const google::protobuf::Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < descriptor.field_count(); ++i) {
        const FieldDescriptor& field = *descriptor.field(i);
        const auto& options = field.options();
        if (options.GetExtension(v1::secret) || options.GetExtension(v1::personal)) {
            reflection.ClearField(&message, &field);
        } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field.is_repeated()) {
            for (int j = 0; j < reflection.FieldSize(message, &field); ++j)
                clear_personal(*reflection.MutableRepeatedMessage(&message, &field, j));
        } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                   reflection.HasField(message, &field)) {
            clear_personal(*reflection.MutableMessage(&message, &field));
        }
    }
}

}  // namespace

std::string impersonal_text(const Message& request) {
    const std::unique_ptr<Message> copy(request.New());
    copy->CopyFrom(request);
    clear_personal(*copy);
    return copy->SerializeAsString();
}

}  // namespace penstock::shell

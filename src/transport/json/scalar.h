#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string_view>

#include "transport/json/error.h"

namespace penstock::transport {

/// Sets, or appends to a repeated, field from the kinds of value that JSON has. Each returns null
/// when it fits, and otherwise the rejection that says why not.
/// @param message  Holds the field; which is no message field.
struct ScalarSetter {
    google::protobuf::Message& message;
    const google::protobuf::FieldDescriptor& field;

    const Rejection* from_int64(std::int64_t value) const;
    const Rejection* from_uint64(std::uint64_t value) const;
    const Rejection* from_bool(bool value) const;
    const Rejection* from_text(std::string_view value) const;

  private:
    const Rejection* set_int32(std::int32_t value) const;
    const Rejection* set_uint32(std::uint32_t value) const;
    const Rejection* set_int64(std::int64_t value) const;
    const Rejection* set_uint64(std::uint64_t value) const;
    const Rejection* set_enum(const google::protobuf::EnumValueDescriptor* value) const;
    const Rejection* set_string(std::string value) const;
};

}  // namespace penstock::transport

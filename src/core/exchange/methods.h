#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "core/exchange/command.h"
#include "core/exchange/context.h"

namespace penstock::exchange {

/// One method as the core serves it: what the schema says of it, and its handler.
struct Method {
    std::string name;  ///< "ContractService/PlaceOrder".
    Fingerprint name_fingerprint;
    party::Permission permission;
    party::Effect effect;
    const google::protobuf::FieldDescriptor* owner_field;  ///< Null when no field names an owner.

    /// Parses, checks the owner, handles. Exactly one of the two is set.
    Result<void> (*run)(const Method&, Context&, std::string_view request, std::string& reply);
    Result<void> (*ask)(const Method&, const View&, std::string_view request, std::string& reply);
};

/// Null when the core has no such method.
const Method* find_method(std::string_view name);

}  // namespace penstock::exchange

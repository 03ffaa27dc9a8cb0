#pragma once

#include <google/protobuf/message.h>

#include "base/error.h"
#include "core/exchange/command.h"
#include "core/exchange/exchange.h"
#include "core/party/types.h"
#include "transport/schema/method_table.h"

namespace penstock::shell {

/// Whether the owner of the named resource is asked for.
enum class Ownership : std::uint8_t {
    checked,
    left_to_answer,  ///< The method knows itself who may know what.
};

/// What the core does before it answers, for the methods that the shell answers: who the caller is,
/// whether its role and state carry the method's permission, and whether it owns what it names.
/// On the sequencer's thread.
Result<party::Caller> authorise(const exchange::Exchange& exchange, const exchange::Actor& actor,
                                Instant now, const transport::Method& method,
                                const google::protobuf::Message& request, Ownership ownership);

/// Is this a member of the operator?
bool is_operator(const exchange::Exchange& exchange, const party::Caller& caller);

}  // namespace penstock::shell

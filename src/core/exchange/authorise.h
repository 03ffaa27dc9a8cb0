#pragma once

#include <google/protobuf/message.h>

#include "base/error.h"
#include "core/exchange/command.h"
#include "core/exchange/state.h"

namespace penstock::exchange {

/// Who an actor is now.
/// @retval UNAUTHENTICATED, KEY_REVOKED, KEY_EXPIRED, AGENT_REVOKED, SESSION_ENDED
Result<party::Caller> identify(const State& state, const Actor& actor, Instant now);

/// May the caller touch the resource that a field of the request names? Its owner may; of agents,
/// only the very one; and the operator may read everything. Things already retired pass, so that
/// the handler can say what became of them.
/// @retval ID_INVALID, NOT_YOURS
enum class Access { read, change };
Result<void> check_owner(const State& state, const party::Caller& caller,
                         const google::protobuf::Message& request,
                         const google::protobuf::FieldDescriptor& field, Access access);

/// The caller must be the contract's supplier: a member of the party, or the very agent.
/// @retval ID_INVALID, CONTRACT_NOT_FOUND, NOT_THE_SUPPLIER
Result<ContractId> read_supplied_contract(const State& state, const party::Caller& caller,
                                          const std::string& text);

}  // namespace penstock::exchange

#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "shell/api/authenticator.h"
#include "shell/api/secrets.h"
#include "transport/schema/method_table.h"

namespace penstock::shell {

/// A public command as it goes into the journal.
struct PreparedCommand {
    std::string_view method;  ///< With static lifetime.
    std::string request;
    /// Turns the journaled reply into the public one. Empty: they are the same.
    std::function<std::string(const std::string& reply)> finish;
};

/// @retval kIdempotencyKeyMissing, kIdempotencyKeyGuessable, kIdempotencyKeyUnreadable
Result<void> check_idempotency_key(const Identity& caller, std::string_view key);

/// Turns a public command into the one that is journaled: secrets become hashes, and what must be
/// random is derived (SecretMaker). Statements of agents are checked against their key here, so
/// that the core need not.
/// @retval kIdempotencyKeyMissing, kIdempotencyKeyGuessable, kNotYourself, kKeyEpochWrong, and
///         those of format::verify_statement
Result<PreparedCommand> prepare_command(const transport::Method& method, const Identity& caller,
                                        std::string_view idempotency_key,
                                        const google::protobuf::Message& request,
                                        const SecretMaker& secrets);

}  // namespace penstock::shell

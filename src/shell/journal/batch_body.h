#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace penstock::shell {

/// One command as the journal keeps it. Views are read during the call only.
struct JournalEntry {
    std::uint64_t sequence = 0;
    Instant time;
    std::uint8_t actor_kind = 0;  ///< As v1::Actor::Kind.
    std::uint64_t actor_id = 0;
    std::string_view method;
    std::string_view request;
    std::string_view idempotency_key;
    std::string_view reply;
};

/// Appends an entry to the serialised form of a v1::JournaledBatch: the same bytes that protobuf
/// would write, without building its objects, because this stands on the path of every command.
void append_entry(std::string& body, const JournalEntry& entry);

/// The reply of one command of a batch, as v1::JournaledBatch holds it.
/// @param body  As append_entry wrote it.
/// @return Empty when the command is not in it, or the body is no batch.
std::optional<std::string> find_reply_in(std::string_view body, std::uint64_t sequence);

}  // namespace penstock::shell

#include "shell/journal/batch_body.h"

#include <google/protobuf/arena.h>

#include <climits>

#include "penstock/v1/journal.pb.h"

namespace penstock::shell {

namespace {

// Wire types of protobuf: a number, and bytes with their length.
constexpr unsigned kVarint = 0;
constexpr unsigned kLengthDelimited = 2;

std::size_t varint_size(std::uint64_t value) {
    std::size_t size = 1;
    for (; value >= 0x80; value >>= 7) ++size;
    return size;
}

void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>((value & 0x7f) | 0x80));
    out.push_back(static_cast<char>(value));
}

void put_tag(std::string& out, unsigned field, unsigned wire_type) {
    out.push_back(static_cast<char>(field << 3 | wire_type));
}

/// A field that holds zero is left out, as proto3 does.
std::size_t number_size(std::uint64_t value) {
    return value == 0 ? 0 : 1 + varint_size(value);
}
void put_number(std::string& out, unsigned field, std::uint64_t value) {
    if (value == 0) return;
    put_tag(out, field, kVarint);
    put_varint(out, value);
}

std::size_t text_size(std::string_view text) {
    return text.empty() ? 0 : 1 + varint_size(text.size()) + text.size();
}
void put_text(std::string& out, unsigned field, std::string_view text) {
    if (text.empty()) return;
    put_tag(out, field, kLengthDelimited);
    put_varint(out, text.size());
    out.append(text);
}

}  // namespace

void append_entry(std::string& body, const JournalEntry& entry) {
    using Command = v1::JournaledCommand;
    const auto time = static_cast<std::uint64_t>(entry.time.ns);
    const std::size_t actor = number_size(entry.actor_kind) + number_size(entry.actor_id);
    const std::size_t size = number_size(entry.sequence) + number_size(time) + 1 +
                             varint_size(actor) + actor + text_size(entry.method) +
                             text_size(entry.request) + text_size(entry.idempotency_key) +
                             text_size(entry.reply);
    put_tag(body, v1::JournaledBatch::kCommandsFieldNumber, kLengthDelimited);
    put_varint(body, size);
    put_number(body, Command::kSequenceFieldNumber, entry.sequence);
    put_number(body, Command::kTimeNsFieldNumber, time);
    put_tag(body, Command::kActorFieldNumber, kLengthDelimited);
    put_varint(body, actor);
    put_number(body, v1::Actor::kKindFieldNumber, entry.actor_kind);
    put_number(body, v1::Actor::kIdFieldNumber, entry.actor_id);
    put_text(body, Command::kMethodFieldNumber, entry.method);
    put_text(body, Command::kRequestFieldNumber, entry.request);
    put_text(body, Command::kIdempotencyKeyFieldNumber, entry.idempotency_key);
    put_text(body, Command::kReplyFieldNumber, entry.reply);
}

std::optional<std::string> find_reply_in(std::string_view body, std::uint64_t sequence) {
    if (body.size() > INT_MAX) return std::nullopt;
    google::protobuf::Arena arena;
    auto* batch = google::protobuf::Arena::CreateMessage<v1::JournaledBatch>(&arena);
    if (!batch->ParseFromArray(body.data(), static_cast<int>(body.size()))) return std::nullopt;
    for (const v1::JournaledCommand& command : batch->commands())
        if (command.sequence() == sequence) return command.reply();
    return std::nullopt;
}

}  // namespace penstock::shell

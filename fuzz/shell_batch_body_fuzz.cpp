// Rows of the journal: a reply is found where protobuf would find it, and what we write is what
// protobuf would write.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "penstock/v1/journal.pb.h"
#include "shell/journal/batch_body.h"
#include "shell/journal/chain.h"

namespace {

using namespace penstock;

std::string written_again(const v1::JournaledBatch& batch) {
    std::string body;
    for (const v1::JournaledCommand& command : batch.commands()) {
        shell::append_entry(body, {command.sequence(), Instant{command.time_ns()},
                                   static_cast<std::uint8_t>(command.actor().kind()),
                                   command.actor().id(), command.method(), command.request(),
                                   command.idempotency_key(), command.reply()});
    }
    return body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    v1::JournaledBatch batch;
    const bool is_batch = batch.ParseFromArray(data, static_cast<int>(size));
    for (const std::uint64_t sequence : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}}) {
        const auto reply = shell::find_reply_in(body, sequence);
        if (reply) PENSTOCK_ASSERT(is_batch);
    }
    // A chain takes a row only where it follows, whatever its bytes are.
    shell::ChainReader chain;
    const shell::Batch row{1, 1 + size % 3, Instant{1}, body, {}};
    PENSTOCK_ASSERT(!chain.accept(1, row, {}));
    PENSTOCK_ASSERT(chain.accept(1, row, shell::chain_hash_after({}, row)));
    if (!is_batch) return 0;
    for (v1::JournaledCommand& command : *batch.mutable_commands()) {
        // Of the kinds that there are, in the one byte that an entry has for it.
        command.mutable_actor()->set_kind(
            static_cast<v1::Actor::Kind>(1 + static_cast<unsigned>(command.actor().kind()) % 4));
        command.DiscardUnknownFields();
    }
    v1::JournaledBatch plain;
    PENSTOCK_ASSERT(plain.ParseFromString(written_again(batch)));
    for (const v1::JournaledCommand& command : plain.commands()) {
        const auto reply = shell::find_reply_in(written_again(batch), command.sequence());
        PENSTOCK_ASSERT(reply.has_value());
    }
    return 0;
}

#include "shell/journal/batch_body.h"

#include <gtest/gtest.h>

#include "penstock/v1/journal.pb.h"

namespace penstock::shell {
namespace {

TEST(BatchBody, is_what_protobuf_would_write) {
    v1::JournaledBatch batch;
    std::string body;
    const std::string long_text(300, 'x');
    const auto add = [&](const JournalEntry& entry) {
        append_entry(body, entry);
        v1::JournaledCommand& command = *batch.add_commands();
        command.set_sequence(entry.sequence);
        command.set_time_ns(entry.time.ns);
        command.mutable_actor()->set_kind(static_cast<v1::Actor::Kind>(entry.actor_kind));
        command.mutable_actor()->set_id(entry.actor_id);
        command.set_method(std::string(entry.method));
        command.set_request(std::string(entry.request));
        command.set_idempotency_key(std::string(entry.idempotency_key));
        command.set_reply(std::string(entry.reply));
    };
    add({.sequence = 1,
         .time = Instant{0},
         .actor_kind = 4,
         .actor_id = 0,
         .method = "InternalService/Tick",
         .request = "",
         .idempotency_key = "",
         .reply = ""});
    add({.sequence = 127,
         .time = Instant{-5},
         .actor_kind = 2,
         .actor_id = 1ull << 63,
         .method = "A/B",
         .request = long_text,
         .idempotency_key = "k",
         .reply = long_text});
    add({.sequence = 128,
         .time = Instant{1'800'000'000'000'000'000},
         .actor_kind = 3,
         .actor_id = 128,
         .method = "A/B",
         .request = std::string_view("\0\xff", 2),
         .idempotency_key = "k",
         .reply = "r"});
    EXPECT_EQ(body, batch.SerializeAsString());
}

TEST(BatchBody, finds_replies_and_survives_what_is_no_batch) {
    std::string body;
    append_entry(body, {.sequence = 7,
                        .time = Instant{1},
                        .actor_kind = 1,
                        .actor_id = 0,
                        .method = "A/B",
                        .request = "q",
                        .idempotency_key = "k",
                        .reply = "r"});
    EXPECT_EQ(find_reply_in(body, 7), "r");
    EXPECT_EQ(find_reply_in(body, 8), std::nullopt);
    EXPECT_EQ(find_reply_in("\x0a\xff", 7), std::nullopt);
}

}  // namespace
}  // namespace penstock::shell

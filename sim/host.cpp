#include "sim/host.h"

#include "base/assert.h"

namespace penstock::sim {
namespace {

using exchange::Actor;
using exchange::Reply;

struct Ignore : exchange::EventSink {
    void on_event(std::string_view) override {}
};

void add(v1::JournaledBatch& batch, const Message& message, std::uint64_t sequence, Instant time) {
    v1::JournaledCommand* command = batch.add_commands();
    command->set_sequence(sequence);
    command->set_time_ns(time.ns);
    command->mutable_actor()->set_kind(static_cast<v1::Actor::Kind>(message.actor.kind));
    command->mutable_actor()->set_id(message.actor.id);
    command->set_method(message.method);
    command->set_request(message.request);
    command->set_idempotency_key(message.key);
}

}  // namespace

Host::Host(Random& random, Coverage& coverage, Options options, const std::string& only)
    : random_(random), coverage_(coverage), options_(options), audit_(coverage, only) {
    auto journal = shell::MemoryJournal::open(disk_);
    PENSTOCK_ASSERT(journal.has_value());
    journal_ = std::move(*journal);
}

Host::Fate Host::draw_fate() {
    if (!random_.one_in(options_.crash_one_in)) return Fate::kept_and_told;
    switch (random_.between(0, 2)) {
        case 0:
            return Fate::kept_untold;
        case 1:
            return Fate::lost;
        default:
            return Fate::torn;
    }
}

Outcome Host::send(const Message& message, Instant now) {
    const Outcome outcome = deliver(message, now);
    if (outcome.kind != Outcome::Kind::done || message.key.empty()) return outcome;
    if (random_.one_in(options_.repeat_one_in)) {
        const Outcome again = deliver(message, now);
        if (again.kind != Outcome::Kind::unknown &&
            (again.kind != Outcome::Kind::done || again.sequence != outcome.sequence ||
             again.reply != outcome.reply))
            audit_.report("idempotency", message.method + ": told something else when asked again");
    }
    return outcome;
}

void Host::give_due_ticks(v1::JournaledBatch& batch, Instant now) {
    const Message tick{{Actor::Kind::system, 0}, "InternalService/Tick", "", ""};
    Ignore watch;
    while (exchange_.has_due_timers(now)) {
        const std::uint64_t sequence = exchange_.last_sequence() + 1;
        const Reply reply =
            exchange_.apply({sequence, now, tick.actor, tick.method, tick.request, ""}, watch);
        PENSTOCK_ASSERT(reply.outcome == Reply::Outcome::done);
        add(batch, tick, sequence, now);
        batch.mutable_commands()->rbegin()->set_reply(reply.bytes);
    }
}

Outcome Host::deliver(const Message& message, Instant now) {
    v1::JournaledBatch batch;
    give_due_ticks(batch, now);
    const std::uint64_t sequence = exchange_.last_sequence() + 1;
    Ignore watch;
    const Reply reply = exchange_.apply(
        {sequence, now, message.actor, message.method, message.request, message.key}, watch);
    Outcome outcome;
    switch (reply.outcome) {
        case Reply::Outcome::done:
            outcome = {Outcome::Kind::done, reply.bytes, "", sequence};
            add(batch, message, sequence, now);
            batch.mutable_commands()->rbegin()->set_reply(reply.bytes);
            break;
        case Reply::Outcome::rejected:
            coverage_.rejection(reply.error->number());
            outcome = {Outcome::Kind::rejected, "", std::string(reply.error->reason()), 0};
            break;
        case Reply::Outcome::repeated:
            outcome = {Outcome::Kind::done, *journal_->find_reply(reply.original_sequence), "",
                       reply.original_sequence};
            break;
    }
    coverage_.outcome(message.method, outcome.reason.empty() ? "done" : outcome.reason);
    if (batch.commands_size() == 0) return outcome;
    if (!keep(batch, now, draw_fate())) return {};
    acknowledged_ = exchange_.last_sequence();
    return outcome;
}

bool Host::keep(v1::JournaledBatch& batch, Instant time, Fate fate) {
    if (fate == Fate::lost) journal_->order_fault(shell::JournalFault::fail_before_durable);
    if (fate == Fate::torn) journal_->order_fault(shell::JournalFault::fail_torn);
    const std::string body = batch.SerializeAsString();
    const auto kept = journal_->append({batch.commands(0).sequence(), exchange_.last_sequence(),
                                        time, body, exchange_.rolling_hash()});
    if (kept.has_value() != (fate == Fate::kept_and_told || fate == Fate::kept_untold))
        audit_.report("journal", "the journal's answer is not what befell it");
    if (fate != Fate::kept_and_told) {
        go_down_and_up();
        return false;
    }
    if (random_.one_in(options_.snapshot_one_in)) {
        snapshot_ = exchange_.snapshot();
        snapshot_sequence_ = exchange_.last_sequence();
    }
    return true;
}

void Host::go_down_and_up() {
    ++crashes_;
    auto journal = shell::MemoryJournal::open(disk_);
    PENSTOCK_ASSERT(journal.has_value());
    journal_ = std::move(*journal);
    exchange_ = exchange::Exchange();
    std::uint64_t from = 1;
    if (!snapshot_.empty() && !random_.one_in(3)) {
        auto restored = exchange::Exchange::restore(snapshot_);
        PENSTOCK_ASSERT(restored.has_value());
        exchange_ = std::move(*restored);
        from = snapshot_sequence_ + 1;
    }
    replay_into(exchange_, from);
    if (exchange_.last_sequence() < acknowledged_)
        audit_.report("durability", "an acknowledged command is lost");
}

void Host::replay_into(exchange::Exchange& exchange, std::uint64_t from) {
    const auto read = journal_->read_from(from, [&](const shell::Batch& row) -> Result<void> {
        v1::JournaledBatch batch;
        PENSTOCK_ASSERT(batch.ParseFromArray(row.body.data(), static_cast<int>(row.body.size())));
        Ignore ignore;
        for (const v1::JournaledCommand& stored : batch.commands()) {
            if (stored.sequence() <= exchange.last_sequence()) continue;
            const Reply reply = exchange.apply(to_command(stored), ignore);
            if (reply.outcome != Reply::Outcome::done || reply.bytes != stored.reply())
                audit_.report("replay", stored.method() + ": replay gave another answer");
        }
        if (exchange.rolling_hash() != row.rolling_hash)
            audit_.report("replay",
                          "replay leads to another hash at " + std::to_string(row.last_sequence));
        return {};
    });
    PENSTOCK_ASSERT(read.has_value());
}

std::optional<std::string> Host::ask(const Actor& actor, const std::string& method,
                                     const std::string& request, Instant now) {
    auto reply = exchange_.query(method, actor, now, request);
    if (reply) return std::move(*reply);
    coverage_.rejection(reply.error().number());
    return std::nullopt;
}

const std::vector<std::string>& Host::broken() {
    audit_.follow(*disk_);
    return audit_.broken();
}

const std::vector<std::string>& Host::replay_differs() {
    exchange::Exchange replica;
    replay_into(replica, 1);
    if (replica.snapshot() != exchange_.snapshot())
        audit_.report("replay", "replay leads to another state");
    return audit_.broken();
}

}  // namespace penstock::sim

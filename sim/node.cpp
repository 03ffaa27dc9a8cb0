#include "sim/node.h"

#include <algorithm>

#include "base/assert.h"
#include "shell/journal/batch_body.h"
#include "shell/journal/error.h"

namespace penstock::sim {
namespace {

using exchange::Actor;
using exchange::Reply;

struct Ignore : exchange::EventSink {
    void on_event(std::string_view) override {}
};

}  // namespace

Node::Node(std::shared_ptr<shell::MemoryDisk> disk, Coverage& coverage, Audit& audit)
    : coverage_(coverage), audit_(audit), disk_(std::move(disk)) {
    auto journal = shell::MemoryJournal::open(disk_);
    PENSTOCK_ASSERT(journal.has_value());
    journal_ = std::move(*journal);
}

void Node::give_due_ticks(Instant now) {
    const Message tick{{Actor::Kind::system, 0}, "InternalService/Tick", "", ""};
    Ignore ignore;
    while (exchange_.has_due_timers(now)) {
        const std::uint64_t sequence = exchange_.last_sequence() + 1;
        const Reply reply =
            exchange_.apply({sequence, now, tick.actor, tick.method, "", ""}, ignore);
        PENSTOCK_ASSERT(reply.outcome == Reply::Outcome::done);
        add(tick, sequence, now, reply.bytes);
    }
}

void Node::add(const Message& message, std::uint64_t sequence, Instant time,
               const std::string& reply) {
    if (round_.body.empty()) round_.first_sequence = sequence;
    round_.last_sequence = sequence;
    round_.time = time;
    shell::append_entry(round_.body,
                        {sequence, time, static_cast<std::uint8_t>(message.actor.kind),
                         message.actor.id, message.method, message.request, message.key, reply});
}

std::string Node::find_reply(std::uint64_t sequence) {
    for (const Round* round : {&round_, writing_ ? &*writing_ : nullptr}) {
        if (round == nullptr || round->body.empty()) continue;
        if (sequence < round->first_sequence || sequence > round->last_sequence) continue;
        return *shell::find_reply_in(round->body, sequence);
    }
    return *journal_->find_reply(sequence);
}

void Node::let_out(Told answer) {
#ifdef PENSTOCK_CANARY_EARLY_ANSWER  // Planted for the simulation alone: waits for no disk.
    return told_.push_back(std::move(answer));
#endif
    if (!round_.body.empty()) {
        round_.waiting.push_back(std::move(answer));
    } else if (writing_) {
        writing_->waiting.push_back(std::move(answer));
    } else {
        told_.push_back(std::move(answer));
    }
}

void Node::give(std::uint64_t call, std::shared_ptr<const Message> message, Instant now) {
    if (!is_up_) return;
    if (!leads()) return told_.push_back({call, message, {}, false});
    now = std::max(now, exchange_.last_time());
    give_due_ticks(now);
    const std::uint64_t sequence = exchange_.last_sequence() + 1;
    Ignore ignore;
    const Reply reply = exchange_.apply(
        {sequence, now, message->actor, message->method, message->request, message->key}, ignore);
    Outcome outcome;
    switch (reply.outcome) {
        case Reply::Outcome::done:
            outcome = {Outcome::Kind::done, reply.bytes, "", sequence};
            add(*message, sequence, now, reply.bytes);
            break;
        case Reply::Outcome::rejected:
            coverage_.rejection(reply.error->number());
            outcome = {Outcome::Kind::rejected, "", std::string(reply.error->reason()), 0};
            break;
        case Reply::Outcome::repeated:
            outcome = {Outcome::Kind::done, find_reply(reply.original_sequence), "",
                       reply.original_sequence};
            break;
    }
    coverage_.outcome(message->method, outcome.reason.empty() ? "done" : outcome.reason);
    let_out({call, std::move(message), std::move(outcome), true});
}

void Node::ask(std::uint64_t call, std::shared_ptr<const Message> message, Instant now) {
    if (!is_up_) return;
    auto reply = exchange_.query(message->method, message->actor, now, message->request);
    Outcome outcome;
    if (reply) {
        outcome = {Outcome::Kind::done, std::move(*reply), "", 0};
    } else {
        coverage_.rejection(reply.error().number());
        outcome = {Outcome::Kind::rejected, "", std::string(reply.error().reason()), 0};
    }
    // Not for the checkers of commands, hence not final in their sense.
    let_out({call, std::move(message), std::move(outcome), false});
}

void Node::begin_write() {
    if (!is_up_ || writing_ || round_.body.empty()) return;
    round_.rolling_hash = exchange_.rolling_hash();
    writing_ = std::exchange(round_, {});
}

Node::Written Node::end_write(Fate fate) {
    if (!writing_) return Written::well;
    using shell::JournalFault;
    if (fate == Fate::kept_untold) journal_->order_fault(JournalFault::fail_after_durable);
    if (fate == Fate::lost) journal_->order_fault(JournalFault::fail_before_durable);
    if (fate == Fate::torn) journal_->order_fault(JournalFault::fail_torn);
#ifdef PENSTOCK_CANARY_STALE_LEADER
    // Planted for the simulation alone: asserts the newest epoch, not that in which it was elected.
    journal_->lead(disk_->epoch);
#endif
    Round& sent = *writing_;
    const auto kept = journal_->append(
        {sent.first_sequence, sent.last_sequence, sent.time, sent.body, sent.rolling_hash});
    if (kept) {
        if (fate != Fate::kept) audit_.report("journal", "a fault went unseen");
        std::ranges::move(sent.waiting, std::back_inserter(told_));
        writing_.reset();
        return Written::well;
    }
    journal_->order_fault(JournalFault::none);
    const bool is_fenced = kept.error().number() == shell::kFenced.number;
    if (is_fenced) {
        epoch_ = 0;
        journal_->lead(0);
    } else if (fate == Fate::kept) {
        audit_.report("journal", kept.error().message());
    }
    drop_and_read_back(true);
    return is_fenced ? Written::fenced : Written::failed;
}

void Node::leave_in_doubt(Round& round) {
    for (Told& answer : round.waiting) {
        answer.outcome = {};
        answer.is_final = false;
        told_.push_back(std::move(answer));
    }
    round = {};
}

void Node::go_down() {
    is_up_ = false;
    epoch_ = 0;
    writing_.reset();
    round_ = {};
    told_.clear();
}

void Node::come_up(bool from_snapshot) {
    if (is_up_) return;
    is_up_ = true;
    auto journal = shell::MemoryJournal::open(disk_);
    if (!journal) return audit_.report("journal", journal.error().message());
    journal_ = std::move(*journal);
    read_back(from_snapshot);
}

void Node::drop_and_read_back(bool from_snapshot) {
    if (writing_) leave_in_doubt(*writing_);
    writing_.reset();
    leave_in_doubt(round_);
    if (const auto opened = journal_->reopen(); !opened)
        return audit_.report("journal", opened.error().message());
    read_back(from_snapshot);
}

void Node::read_back(bool from_snapshot) {
    exchange_ = exchange::Exchange();
    std::uint64_t from = 1;
    if (from_snapshot && !snapshot_.empty()) {
        auto restored = exchange::Exchange::restore(snapshot_);
        PENSTOCK_ASSERT(restored.has_value());
        exchange_ = std::move(*restored);
        from = snapshot_sequence_ + 1;
    }
    const auto read = journal_->read_from(from, [&](const shell::Batch& row) -> Result<void> {
        apply_row(row);
        return {};
    });
    PENSTOCK_ASSERT(read.has_value());
}

void Node::apply_row(const shell::Batch& row) {
    v1::JournaledBatch batch;
    PENSTOCK_ASSERT(batch.ParseFromArray(row.body.data(), static_cast<int>(row.body.size())));
    Ignore ignore;
    for (const v1::JournaledCommand& stored : batch.commands()) {
        if (stored.sequence() <= exchange_.last_sequence()) continue;
        if (stored.sequence() != exchange_.last_sequence() + 1)
            return audit_.report("journal", "a gap before " + std::to_string(stored.sequence()));
        const Reply reply = exchange_.apply(to_command(stored), ignore);
        if (reply.outcome != Reply::Outcome::done || reply.bytes != stored.reply())
            audit_.report("replay", stored.method() + ": a follower gave another answer");
    }
    if (exchange_.rolling_hash() != row.rolling_hash)
        audit_.report("replay",
                      "a follower came to another hash at " + std::to_string(row.last_sequence));
}

void Node::lead() {
    if (!is_up_) return;
    step_down();
    follow();
    epoch_ = disk_->epoch;
    journal_->lead(epoch_);
}

void Node::follow() {
    if (!is_up_ || leads()) return;
    const auto followed = journal_->follow([&](const shell::Batch& row) -> Result<void> {
        apply_row(row);
        return {};
    });
    if (!followed) audit_.report("journal", followed.error().message());
}

void Node::step_down() {
    if (!leads()) return;
    epoch_ = 0;
    journal_->lead(0);
    // What was applied and never became durable must go; where there is none, nothing need.
    if (writing_ || has_round()) drop_and_read_back(true);
}

void Node::tick(Instant now) {
    if (leads()) give_due_ticks(std::max(now, exchange_.last_time()));
}

void Node::take_snapshot() {
    if (!is_up_ || writing_ || !round_.body.empty()) return;
    snapshot_ = exchange_.snapshot();
    snapshot_sequence_ = exchange_.last_sequence();
}

}  // namespace penstock::sim
